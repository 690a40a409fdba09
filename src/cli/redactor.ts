/** Replaces secret values in text that is about to be printed. */
export interface Redactor {
  readonly redact: (text: string) => string;
  /** From now on these values are secret too. */
  readonly learn: (secrets: Iterable<string>) => void;
}

const redacted = '[redacted]';
const shortest = 6;
// Values that everybody uses are no secrets, and hiding the word would hide what is said.
const common = new Set(['postgres', 'django', 'password', 'localhost', 'example', 'changeme']);

/**
 * A redactor that knows these secrets. Values under six characters stay: they turn up by
 * coincidence, and text full of holes explains nothing.
 */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const known = new Set<string>();
  let pattern: RegExp | undefined;
  const learn = (values: Iterable<string>): void => {
    for (const value of values) for (const form of formsOf(value)) known.add(form);
    // The longest first: a secret may be part of another.
    const all = [...known].sort((a, b) => b.length - a.length);
    pattern = all.length === 0 ? undefined : new RegExp(all.map(escapePattern).join('|'), 'g');
  };
  learn(secrets);
  return {
    learn,
    redact: (text) => (pattern === undefined ? text : text.replace(pattern, redacted)),
  };
}

/** The ways in which a secret may stand in a line: its lines, in a URL, in JSON. */
function formsOf(secret: string): string[] {
  return [secret, ...secret.split(/\r?\n/)]
    .map((line) => line.trim())
    .filter((line) => line.length >= shortest && !common.has(line.toLowerCase()))
    .flatMap((line) => [line, encodeURIComponent(line), JSON.stringify(line).slice(1, -1)]);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Values of variables whose name says that they are secret. */
export function secretsOf(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && /secret|token|passw|api_?key|private_?key|credential/i.test(name)
      ? [value]
      : [],
  );
}
