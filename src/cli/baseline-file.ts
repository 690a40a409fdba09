import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { DjdevError } from '../errors/djdev-error.ts';
import { isEssential } from '../rehearse/policy/essential-codes.ts';
import { fingerprintFinding } from '../rehearse/policy/fingerprint-finding.ts';
import type { Finding } from '../report/finding.ts';

const schema = v.object({
  version: v.literal(1),
  findings: v.array(v.object({ fingerprint: v.string() })),
});

/**
 * The fingerprints of a baseline file; none when the file does not exist and need not. Throws
 * `DJ-MANIFEST-INVALID` for a file that is missing or that djdev did not write.
 */
export async function readBaseline(path: string, required: boolean): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && !required) return undefined;
    throw refuse(path, `cannot be read: ${cause.message}.`, cause);
  });
  if (text === undefined) return new Set();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw refuse(path, 'is not JSON.', cause);
  }
  const content = v.safeParse(schema, parsed);
  if (!content.success) throw refuse(path, 'is not a baseline of this version of djdev.');
  return new Set(content.output.findings.map(({ fingerprint }) => fingerprint));
}

/** Writes all that warns or fails now, and what the old baseline still covers. Answers how many. */
export async function writeBaseline(path: string, findings: readonly Finding[]): Promise<number> {
  const kept = findings
    .filter(({ code, level, judgement }) => {
      const counts = level !== 'pass' || judgement?.by === 'baseline';
      return counts && !isEssential(code);
    })
    .map((finding) => ({
      code: finding.code,
      title: finding.title,
      fingerprint: fingerprintFinding(finding),
    }))
    .sort((a, b) => a.fingerprint.localeCompare(b.fingerprint));
  const unique = kept.filter((one, at) => one.fingerprint !== kept[at - 1]?.fingerprint);
  await writeFile(path, `${JSON.stringify({ version: 1, findings: unique }, null, 2)}\n`);
  return unique.length;
}

function refuse(path: string, what: string, cause?: unknown): DjdevError {
  return new DjdevError('DJ-MANIFEST-INVALID', {
    message: `The baseline ${path} ${what}`,
    hint: 'djdev rehearse --write-baseline writes it anew.',
    location: { file: path },
    cause,
  });
}
