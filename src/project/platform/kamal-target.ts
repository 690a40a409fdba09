import type { SourceFile } from '../project-sources.ts';
import { convert, readPath, readSecondsMs, type TargetDraft } from './target-draft.ts';
import { readYamlPlaces } from './yaml-places.ts';

/** Kamal’s own default: `healthcheck.path` of `proxy.yml`. */
const usualPath = '/up';

/** What Kamal 2’s deploy.yml says about probes and deadlines. */
export function readKamalTarget(source: SourceFile, root: string): TargetDraft {
  const [document] = readYamlPlaces(source, root);
  if (document === undefined) return {};
  const architectures = convert(document.find(['builder', 'arch']), readArchitectures);
  if (document.find(['proxy'])?.value === false) return { architectures };
  const healthcheck = (key: string) => document.find(['proxy', 'healthcheck', key]);
  return {
    architectures,
    path: convert(healthcheck('path'), readPath) ?? {
      value: usualPath,
      origin: { kind: 'derived', text: 'Kamal’s default' },
    },
    intervalMs: convert(healthcheck('interval'), readSecondsMs),
    timeoutMs: convert(healthcheck('timeout'), readSecondsMs),
    bootDeadlineMs: convert(document.find(['deploy_timeout']), readSecondsMs),
    drainMs: convert(document.find(['drain_timeout']), readSecondsMs),
  };
}

function readArchitectures(value: unknown): readonly string[] | undefined {
  const names = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  return names.length === 0 ? undefined : names;
}
