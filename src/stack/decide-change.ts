import type { ContainerSpec, ContainerSummary } from '../engine/engine.ts';
import {
  compareFingerprints,
  fingerprintSpec,
  type SpecFingerprint,
} from '../engine/spec-fingerprint.ts';

/** The label that says what a container was made of. */
export const specLabel = 'dev.djdev.spec';
/** The label that says on which ports of the host it is published, also while it does not run. */
export const portsLabel = 'dev.djdev.ports';

/** What is to be done about one container. */
export type Change =
  | { readonly action: 'keep' }
  | { readonly action: 'start' }
  | { readonly action: 'create' }
  | { readonly action: 'recreate'; readonly reason: string };

/** Compares what is there with what should be. Pure. */
export function decideChange(spec: ContainerSpec, existing: ContainerSummary | undefined): Change {
  if (existing === undefined) return { action: 'create' };
  const before = parseLabel(existing.labels[specLabel]) as SpecFingerprint | undefined;
  if (before === undefined) return { action: 'recreate', reason: 'it was made by another djdev' };
  const changes = compareFingerprints(before, fingerprintSpec(spec));
  if (changes.length > 0) return { action: 'recreate', reason: `${changes.join(' and ')} changed` };
  return { action: existing.running ? 'keep' : 'start' };
}

/** Container port → port of the host, as the label remembers it. */
export function rememberedPorts(
  existing: Pick<ContainerSummary, 'labels'> | undefined,
): Readonly<Record<number, number>> {
  return (parseLabel(existing?.labels[portsLabel]) as Record<number, number> | undefined) ?? {};
}

function parseLabel(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
