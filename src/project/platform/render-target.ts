import type { SourceFile } from '../project-sources.ts';
import { convert, readPath, readSecondsMs, type TargetDraft } from './target-draft.ts';
import { readYamlPlaces } from './yaml-places.ts';

/** What a Render blueprint says about its web service. */
export function readRenderTarget(source: SourceFile, root: string): TargetDraft {
  const [document] = readYamlPlaces(source, root);
  const services = document?.find(['services'])?.value;
  if (document === undefined || !Array.isArray(services)) return {};
  const index = services.findIndex(
    (service: unknown) => (service as { type?: unknown } | null)?.type === 'web',
  );
  if (index === -1) return {};
  const path = convert(document.find(['services', index, 'healthCheckPath']), readPath);
  return {
    path,
    // Without a path it waits for the port alone.
    ...(path === undefined && {
      kind: { value: 'tcp', origin: { kind: 'derived', text: 'Render’s default' } },
    }),
    graceMs: convert(document.find(['services', index, 'maxShutdownDelaySeconds']), readSecondsMs),
  };
}
