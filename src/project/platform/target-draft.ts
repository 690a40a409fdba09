import type { Derived } from '../derived.ts';
import {
  type DeployTarget,
  type TargetName,
  type TargetProbe,
  usualTarget,
} from '../deploy-target.ts';
import type { Origin } from '../project.ts';

/** What a platform's own file says, piece by piece; what it leaves out stays as usual. */
export interface TargetDraft {
  readonly bootDeadlineMs?: Derived<number> | undefined;
  readonly stopSignal?: Derived<string> | undefined;
  readonly graceMs?: Derived<number> | undefined;
  readonly drainMs?: Derived<number> | undefined;
  readonly architectures?: Derived<readonly string[]> | undefined;
  readonly needsNumericUser?: Derived<true> | undefined;
  readonly path?: Derived<string> | undefined;
  /** Of the probe. */
  readonly kind?: Derived<TargetProbe['kind']> | undefined;
  readonly headers?: Derived<Readonly<Record<string, string>>> | undefined;
  readonly intervalMs?: Derived<number> | undefined;
  readonly timeoutMs?: Derived<number> | undefined;
}

/** The usual values of a platform with those of its file. */
export function completeTarget(name: TargetName, draft: TargetDraft): DeployTarget {
  const usual = usualTarget(name);
  const architectures = draft.architectures?.value ?? usual.architectures;
  const { path, kind, headers, intervalMs, timeoutMs } = draft;
  const host = headers?.value['host'];
  const others = Object.entries(headers?.value ?? {}).filter(([key]) => key !== 'host');
  const origins: Record<string, Origin> = {};
  for (const [key, derived] of Object.entries(draft) as [string, Derived<unknown> | undefined][]) {
    if (derived !== undefined) origins[key] = derived.origin;
  }
  return {
    name,
    probe: {
      ...usual.probe,
      ...(kind && { kind: kind.value }),
      ...(path && { path: path.value }),
      ...(headers && { headers: Object.fromEntries(others) }),
      ...(host !== undefined && { host: { named: host } }),
      ...(intervalMs && { intervalMs: intervalMs.value }),
      ...(timeoutMs && { timeoutMs: timeoutMs.value }),
    },
    bootDeadlineMs: draft.bootDeadlineMs?.value ?? usual.bootDeadlineMs,
    stopSignal: draft.stopSignal?.value ?? usual.stopSignal,
    graceMs: draft.graceMs?.value ?? usual.graceMs,
    drainMs: draft.drainMs?.value ?? usual.drainMs,
    ...(architectures && { architectures }),
    ...(draft.needsNumericUser && { needsNumericUser: true }),
    origins,
  };
}

/** A derived value of another type; nothing when it cannot be read as one. */
export function convert<From, To>(
  derived: Derived<From> | undefined,
  read: (value: From) => To | undefined,
): Derived<To> | undefined {
  if (derived === undefined) return undefined;
  const value = read(derived.value);
  return value === undefined ? undefined : { value, origin: derived.origin };
}

/** Seconds as a number, or a text such as `5s`, `500ms`, `2m`; in milliseconds. */
export function readSecondsMs(value: unknown): number | undefined {
  if (typeof value === 'number' && value >= 0) return value * 1000;
  if (typeof value !== 'string') return undefined;
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/u.exec(value.trim()) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

export function readPath(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith('/') ? value : undefined;
}

/** A list of `{name, value}`, or a mapping; names in lower case. */
export function readHeaders(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const pairs: readonly [unknown, unknown][] = Array.isArray(value)
    ? value.map((item: unknown) => {
        const { name, value: text } = (item ?? {}) as Readonly<Record<string, unknown>>;
        return [name, text];
      })
    : Object.entries(value);
  const fields = pairs.flatMap(([name, text]) =>
    typeof name === 'string' && (typeof text === 'string' || typeof text === 'number')
      ? [[name.toLowerCase(), String(text)]]
      : [],
  );
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
