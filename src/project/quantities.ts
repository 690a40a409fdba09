/** `500ms`, `20s`, `1.5m`. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m)$/;

/** `400MB`, `1.5GB`, `900kB`: decimal, as Docker prints sizes. `MiB` and `GiB` are binary. */
export const sizePattern = /^(\d+(?:\.\d+)?) ?(B|kB|KB|MB|GB|MiB|GiB)$/;

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Milliseconds of a text that fits `durationPattern`; `undefined` for any other. */
export function parseDurationMs(text: string): number | undefined {
  return readQuantity(durationPattern, msPerUnit, text);
}

/** Bytes of a text that fits `sizePattern`; `undefined` for any other. */
export function parseBytes(text: string): number | undefined {
  return readQuantity(sizePattern, bytesPerUnit, text);
}

/** The shortest text that `parseDurationMs` reads back as the same: `20s`, `1500ms`. */
export function formatDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** The shortest text that `parseBytes` reads back as the same: `400MB`. */
export function formatBytes(bytes: number): string {
  const unit = (['GB', 'MB', 'kB'] as const).find(
    (name) => bytes % (bytesPerUnit[name] ?? 1) === 0,
  );
  return unit === undefined ? `${bytes}B` : `${bytes / (bytesPerUnit[unit] ?? 1)}${unit}`;
}

function readQuantity(
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
  text: string,
): number | undefined {
  const [, amount, unit = ''] = pattern.exec(text) ?? [];
  const factor = units[unit];
  return amount === undefined || factor === undefined
    ? undefined
    : Math.round(Number(amount) * factor);
}
