import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuilderAnswer, BuildJob } from '../builder.ts';
import { decodeRawJson } from '../progress/decode-raw-json.ts';
import type { BuildTracker } from '../progress/track-build.ts';
import { type BuildxExit, runBuildx } from './run-buildx.ts';

/** The plugin and what points it at the engine. */
export interface Buildx {
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Linux takes 128 KiB for a variable with its name; larger secrets go by a private file. */
const largestVariableBytes = 100 * 1024;

/**
 * This plugin cannot be executed, or cannot report its progress as JSON (before 0.13): djdev must
 * build without it.
 */
export class BuildxUnusable extends Error {
  override readonly name = 'BuildxUnusable';
}

/**
 * Builds with the buildx plugin. Values of secrets travel in its environment, never in its
 * arguments, which everybody on the machine can read. Throws `BuildxUnusable`.
 */
export async function buildWithBuildx(
  buildx: Buildx,
  job: BuildJob,
  tracker: BuildTracker,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-build-'));
  try {
    const idFile = join(directory, 'image-id');
    const metadataFile = join(directory, 'metadata.json');
    const secrets = Object.entries(job.definition.secrets).map(([id, secret], index) => ({
      id,
      variable: `DJDEV_BUILD_SECRET_${index}`,
      value: secret.reveal(),
    }));
    const large = secrets.filter(({ value }) => Buffer.byteLength(value) > largestVariableBytes);
    for (const { variable, value } of large) {
      await writeFile(join(directory, variable), value, { mode: 0o600 });
    }
    const small = secrets.filter((secret) => !large.includes(secret));
    const run = {
      file: buildx.file,
      args: [
        'build',
        // A builder in a container of its own would otherwise keep the image to itself.
        '--load',
        '--progress=rawjson',
        `--iidfile=${idFile}`,
        `--metadata-file=${metadataFile}`,
        ...buildArguments(job),
        ...small.flatMap(({ id, variable }) => ['--secret', `id=${id},env=${variable}`]),
        ...large.flatMap(({ id, variable }) => [
          '--secret',
          `id=${id},src=${join(directory, variable)}`,
        ]),
        job.definition.context,
      ],
      environment: {
        ...buildx.environment,
        // They would make the image differ from one build to the next.
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        ...Object.fromEntries(small.map(({ variable, value }) => [variable, value])),
      },
    };
    const exit = await runBuildx(run, (value) => tracker.apply(decodeRawJson(value)), signal);
    const step = tracker.finish();
    if (exit.exitCode === 0) return { type: 'built', id: await readImageId(idFile, metadataFile) };
    const message = exit.lines.findLast((line) => line.startsWith('ERROR: '))?.slice(7);
    if (!step && isUnusable(exit)) throw new BuildxUnusable(exit.lines.join('\n'));
    return { type: 'failed', step, message: message ?? exit.lines.join('\n') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function buildArguments({ definition, noCache }: BuildJob): readonly string[] {
  const { dockerfile, target, args } = definition;
  return [
    '--file',
    dockerfile,
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...(noCache ? ['--no-cache'] : []),
  ];
}

/** With the containerd image store the image is known by its manifest's digest, which the id file lacks. */
async function readImageId(idFile: string, metadataFile: string): Promise<string> {
  const id = (await readFile(idFile, 'utf8')).trim();
  if (id !== '') return id;
  const metadata = JSON.parse(await readFile(metadataFile, 'utf8')) as Record<string, unknown>;
  return String(metadata['containerimage.digest']);
}

/** Exit codes of the shell for what it cannot execute, and refusals of djdev's arguments. */
function isUnusable({ exitCode, lines }: BuildxExit): boolean {
  if (exitCode === 126 || exitCode === 127) return true;
  // The builder's complaints about a Dockerfile sound alike, but begin otherwise.
  return lines.some((line) =>
    /^(ERROR: )?(unknown flag: --|invalid progress|.*rawjson)/i.test(line),
  );
}
