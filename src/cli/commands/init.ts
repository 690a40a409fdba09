import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import { type InitPlan, planInit } from '../../init/plan.ts';
import { readInitFacts } from '../../init/read-init-facts.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';

/** `djdev init`: looks at a project and writes what it lacks; nothing that is there is changed. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  const root = path.resolve(io.cwd, options.cwd ?? '.');
  const facts = await readInitFacts(root, options.from);
  const plan = planInit(facts, { ci: options.ci === true });
  if (options.healthPatch === true) {
    if (plan.healthPatch === undefined) throw withoutPatch();
    io.stdout.write(plan.healthPatch);
    return 0;
  }
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(plan)}\n`);
    if (options.dryRun === true) return 0;
  } else {
    io.stdout.write(formatFound(plan));
  }
  if (options.dryRun === true) {
    io.stdout.write(formatFiles(plan));
    return 0;
  }
  const written = await writeFiles(invocation, root, plan);
  // What was written has to be what djdev reads.
  const { loadProject } = await import('../../project/load-project.ts');
  await loadProject({ cwd: root, shell: io.environment });
  if (options.json !== true) io.stdout.write(formatNext(plan, written));
  return 0;
}

function withoutPatch(): DjdevError {
  return new DjdevError('DJ-USAGE', {
    message:
      'There is a health URL already, or MIDDLEWARE is not a list in the settings that a patch could begin with.',
    hint: 'djdev init --dry-run says what was found.',
  });
}

function formatFound({ name, found, open }: InitPlan): string {
  const width = Math.max(...found.map(({ what }) => what.length));
  return [
    `${name}:`,
    ...found.map(({ what, value, why }) => `  ${what.padEnd(width)}  ${value}  (${why})`),
    ...open.map((text) => `  ! ${text}`),
    '',
    '',
  ].join('\n');
}

/** Each new file as a diff against nothing. */
function formatFiles({ files }: InitPlan): string {
  return files
    .map(({ path: file, text, exists }) => {
      if (exists) return `${file} is there and stays as it is.\n`;
      const lines = text.replace(/\n$/u, '').split('\n');
      const head = `--- /dev/null\n+++ ${file}\n@@ -0,0 +1,${lines.length} @@\n`;
      return `${head}${lines.map((line) => `+${line}\n`).join('')}`;
    })
    .join('\n');
}

/** Writes what was agreed to; the manifest is what init is for, so it is not asked about. */
async function writeFiles(
  invocation: Invocation,
  root: string,
  { files }: InitPlan,
): Promise<readonly string[]> {
  const { options, io } = invocation;
  if (options.yes !== true && !canAsk(io)) {
    throw new DjdevError('DJ-USAGE', {
      message: 'There is nobody to ask which files to write.',
      hint: 'djdev init --yes writes all that are missing, djdev init --dry-run shows them.',
    });
  }
  const written: string[] = [];
  for (const { path: file, text, exists } of files) {
    if (exists || !(await isAgreed(invocation, file))) continue;
    // `wx`: a file that has appeared meanwhile is not overwritten either.
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text, { flag: 'wx' });
    io.stderr.write(`wrote ${file}\n`);
    written.push(file);
  }
  return written;
}

async function isAgreed({ options, io, signal }: Invocation, file: string): Promise<boolean> {
  if (options.yes === true || file === 'djdev.yaml') return true;
  const answer = await ask(io, `Write ${file}? [Y/n] `, signal);
  return !/^n/iu.test(answer.trim());
}

function formatNext({ files }: InitPlan, written: readonly string[]): string {
  const hasManifest = files.some(({ path: file, exists }) => file === 'djdev.yaml' && exists);
  const done = hasManifest && written.length === 0 ? 'Nothing was missing.\n' : '';
  return `${done}Next:\n  djdev config     what djdev knows about the project, and from where\n  djdev up         develop on the production image\n  djdev rehearse   know whether it would deploy\n`;
}
