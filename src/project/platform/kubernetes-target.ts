import type { SourceFile } from '../project-sources.ts';
import { convert, readHeaders, readPath, readSecondsMs, type TargetDraft } from './target-draft.ts';
import { readYamlPlaces, type YamlPlaces } from './yaml-places.ts';

const pod = ['spec', 'template', 'spec'];

/**
 * What the first workload with an HTTP probe says. The probes’ own defaults are those of the
 * Kubernetes API: periodSeconds 10, timeoutSeconds 1, failureThreshold 3, grace 30 seconds.
 */
export function readKubernetesTarget(
  sources: readonly SourceFile[],
  root: string,
): TargetDraft | undefined {
  for (const source of sources) {
    for (const document of readYamlPlaces(source, root)) {
      const probe = findProbe(document);
      if (probe) return readWorkload(document, probe);
    }
  }
  return undefined;
}

/** The keys of the container, and of the probe that decides on traffic. */
interface ProbePlace {
  readonly container: readonly (string | number)[];
  readonly keys: readonly (string | number)[];
}

function findProbe(document: YamlPlaces): ProbePlace | undefined {
  const containers = document.find([...pod, 'containers'])?.value;
  if (!Array.isArray(containers)) return undefined;
  for (const index of containers.keys()) {
    const container = [...pod, 'containers', index];
    for (const kind of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
      const keys = [...container, kind];
      if (document.find([...keys, 'httpGet', 'path'])) return { container, keys };
    }
  }
  return undefined;
}

function readWorkload(document: YamlPlaces, { container, keys }: ProbePlace): TargetDraft {
  const { find } = document;
  const startup = [...container, 'startupProbe'];
  const number = (at: readonly (string | number)[], usual: number): number =>
    Number(find(at)?.value ?? usual);
  const security = (key: string) =>
    find([...container, 'securityContext', key]) ?? find([...pod, 'securityContext', key]);
  return {
    needsNumericUser:
      security('runAsUser') === undefined
        ? convert(security('runAsNonRoot'), (value) => (value === true ? true : undefined))
        : undefined,
    path: convert(find([...keys, 'httpGet', 'path']), readPath),
    headers: convert(find([...keys, 'httpGet', 'httpHeaders']), readHeaders),
    intervalMs: convert(find([...keys, 'periodSeconds']), readSecondsMs),
    timeoutMs: convert(find([...keys, 'timeoutSeconds']), readSecondsMs),
    graceMs: convert(find([...pod, 'terminationGracePeriodSeconds']), readSecondsMs),
    bootDeadlineMs: convert(find(startup), () => {
      const seconds =
        number([...startup, 'initialDelaySeconds'], 0) +
        number([...startup, 'periodSeconds'], 10) * number([...startup, 'failureThreshold'], 3);
      return Number.isFinite(seconds) ? seconds * 1000 : undefined;
    }),
  };
}
