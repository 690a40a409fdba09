import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DjdevError } from '../../errors/djdev-error.ts';
import { nameFiles, type Preset, type PresetFile } from '../../presets/preset.ts';
import { listPresets, readPreset } from '../../presets/read-preset.ts';
import type { Invocation } from '../command.ts';

/** `djdev new`: a project to begin with. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, options, io } = invocation;
  const [name] = args;
  if (name === undefined) {
    io.stdout.write(await formatPresets());
    return 0;
  }
  requireName(name);
  const preset = await choosePreset(invocation, options.preset ?? 'minimal');
  const files = nameFiles(preset, name);
  const directory = path.resolve(io.cwd, options.cwd ?? '.', name);
  if (options.dryRun === true) {
    for (const file of files) io.stdout.write(`${path.join(name, file.path)}\n`);
    return 0;
  }
  await requireEmpty(directory);
  await writeFiles(directory, files);
  io.stdout.write(
    `${name} is there, from the preset ${preset.name}.\n\n` +
      `  cd ${name}\n  djdev up          develop on the production image\n` +
      '  djdev rehearse    know whether it would deploy\n',
  );
  return 0;
}

async function formatPresets(): Promise<string> {
  const presets = await listPresets();
  const width = Math.max(...presets.map(({ name }) => name.length));
  const lines = presets.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `djdev new NAME --preset PRESET\n\n${lines.join('')}`;
}

/** The name becomes that of images, databases and directories. */
function requireName(name: string): void {
  if (/^[a-z][a-z0-9_-]*$/u.test(name)) return;
  throw new DjdevError('DJ-USAGE', {
    message: `“${name}” cannot be the name of a project.`,
    hint: 'Use lower-case letters, digits, dashes and underscores, a letter first.',
  });
}

async function choosePreset(invocation: Invocation, reference: string): Promise<Preset> {
  const { io, signal } = invocation;
  if (!/^(?:https?|ssh|git):\/\/|^git@|\.git$/u.test(reference)) {
    return await readPreset(reference, io.cwd);
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'djdev-preset-'));
  try {
    const args = ['clone', '--quiet', '--depth', '1', '--', reference, directory];
    const env = { ...io.environment, GIT_TERMINAL_PROMPT: '0' };
    await promisify(execFile)('git', args, { signal, env }).catch((cause: unknown) => {
      throw notCloned(reference, cause);
    });
    return { ...(await readPreset(`${directory}/`, io.cwd)), name: reference };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function notCloned(reference: string, cause: unknown): DjdevError {
  const output = cause instanceof Error ? cause.message.trim().split('\n') : [];
  return new DjdevError('DJ-USAGE', {
    message: `git cannot clone the preset ${reference}.`,
    hint: 'Look at the address, and whether git may read it without a question.',
    output,
    cause,
  });
}

async function requireEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch(() => []);
  if (entries.length === 0) return;
  throw new DjdevError('DJ-USAGE', {
    message: `${directory} is not empty.`,
    hint: 'Choose another name; in an existing project “djdev init” writes what it lacks.',
  });
}

async function writeFiles(directory: string, files: readonly PresetFile[]): Promise<void> {
  for (const { path: file, text, isExecutable } of files) {
    const target = path.join(directory, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text, { flag: 'wx', mode: isExecutable ? 0o755 : 0o644 });
  }
}
