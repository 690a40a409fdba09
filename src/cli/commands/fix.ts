import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { findManifest } from '../../project/find-manifest.ts';
import { fixManifest } from '../../project/fix-manifest.ts';
import { createStyle } from '../../terminal/create-style.ts';
import { decideColor } from '../../terminal/screen.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';

/** `djdev fix`: keys of the manifest as this djdev knows them. Exit code 1 when something is left to do. */
export async function run(invocation: Invocation): Promise<number> {
  const { io, options } = invocation;
  const { manifest, localManifest } = await findManifest({ cwd: io.cwd, file: options.file });
  const files = [manifest, localManifest].filter((file) => file !== undefined);
  const found = await Promise.all(
    files.map(async (file) => ({ file, before: await readFile(file, 'utf8') })),
  );
  const changed = found
    .map(({ file, before }) => ({ file, before, ...fixManifest(before, file) }))
    .filter(({ fixes }) => fixes.length > 0);
  if (changed.length === 0) {
    io.stdout.write('There is nothing to put right.\n');
    return 0;
  }
  for (const { file, before, text } of changed) show(invocation, file, before, text);
  if (!(await isAgreed(invocation))) return 1;
  for (const { file, text } of changed) await writeFile(file, text);
  io.stdout.write(`Wrote ${changed.map(({ file }) => relative(io.cwd, file)).join(' and ')}.\n`);
  return 0;
}

/** The lines that differ; a fix never adds or removes one. */
function show({ io, options }: Invocation, file: string, before: string, after: string): void {
  const style = createStyle(decideColor(io.stdout, options.color ?? 'auto', io.environment));
  const name = relative(io.cwd, file);
  const fixed = after.split('\n');
  for (const [index, line] of before.split('\n').entries()) {
    const now = fixed[index] ?? '';
    if (line === now) continue;
    io.stdout.write(
      `${name}:${index + 1}\n${style.red(`- ${line}`)}\n${style.green(`+ ${now}`)}\n`,
    );
  }
}

async function isAgreed({ io, options, signal }: Invocation): Promise<boolean> {
  if (options.dryRun === true) return false;
  if (options.yes === true) return true;
  if (canAsk(io)) return /^y(?:es)?$/i.test(await ask(io, 'Write it? [y/N] ', signal));
  io.stderr.write('Nothing was written: --yes writes it.\n');
  return false;
}
