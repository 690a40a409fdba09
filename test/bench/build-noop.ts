// What a build costs when nothing has changed: a context of 5,000 files and 120 MB.
//
//   node test/bench/build-noop.ts [rounds]
//
// Peers are the Docker CLI's own builds of the same context, with everything in their caches. Their
// times include the start of a process, of which djdev's build step is only a part.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildImage } from '../../src/engine/build/build-image.ts';
import { findBuildTools } from '../../src/engine/build/find-build-tools.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Contender, formatMeasurements, measure } from './measure.ts';

const run = promisify(execFile);
await compare(Number(process.argv[2] ?? 7));

async function compare(rounds: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-bench-'));
  try {
    await writeContext(join(directory, 'context'));
    await using engine = await openEngine();
    await buildWith(engine, directory);
    // Files younger than a clock tick of slow file systems are hashed again.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const results = await measure(findContenders(engine, directory), rounds);
    process.stdout.write(`${formatMeasurements(results)}\n`);
  } finally {
    await removeImages(directory);
    await rm(directory, { recursive: true });
  }
}

function findContenders(engine: Engine, directory: string): readonly Contender[] {
  const context = join(directory, 'context');
  const docker = (name: string, args: readonly string[], env = {}): Contender => ({
    name,
    run: async () => {
      const tag = `${repository(directory)}-peer`;
      await run('docker', [...args, '--quiet', '--tag', tag, context], {
        env: { ...process.env, ...env },
      });
    },
  });
  const hasBuildx = findBuildTools(process.env).buildx !== undefined;
  return [
    { name: 'djdev, the build step', run: () => buildWith(engine, directory) },
    ...(hasBuildx ? [docker('docker buildx build', ['buildx', 'build', '--load'])] : []),
    docker('docker build, classic', ['build'], { DOCKER_BUILDKIT: '0' }),
  ];
}

async function openEngine(): Promise<Engine> {
  const signal = AbortSignal.timeout(10_000);
  return await connectEngine({ env: process.env, home: homedir() }, signal);
}

async function buildWith(engine: Engine, directory: string): Promise<void> {
  const context = join(directory, 'context');
  const outcome = await buildImage(
    engine,
    {
      definition: {
        context,
        dockerfile: join(context, 'Dockerfile'),
        target: undefined,
        args: {},
        secrets: {},
      },
      repository: repository(directory),
    },
    { onProgress: () => undefined, onLine: () => undefined },
    AbortSignal.timeout(120_000),
    { ...findBuildTools(process.env), cacheDirectory: join(directory, 'cache') },
  );
  if (outcome.type !== 'built') throw new Error(JSON.stringify(outcome));
}

function repository(directory: string): string {
  return directory.split('/').at(-1)?.toLowerCase() ?? 'djdev-bench';
}

async function writeContext(context: string): Promise<void> {
  for (let group = 0; group < 100; group += 1) {
    const directory = join(context, 'src', `package-${group}`);
    await mkdir(directory, { recursive: true });
    for (let file = 0; file < 50; file += 1) {
      await writeFile(join(directory, `file-${file}.bin`), randomBytes(24_000));
    }
  }
  await writeFile(join(context, '.dockerignore'), '.git\n**/__pycache__\n*.pyc\nnode_modules\n');
  await writeFile(join(context, 'Dockerfile'), 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n');
}

async function removeImages(directory: string): Promise<void> {
  const filter = `reference=${repository(directory)}*`;
  const { stdout } = await run('docker', ['image', 'ls', '--quiet', '--filter', filter]);
  const ids = [...new Set(stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length > 0) await run('docker', ['image', 'rm', '--force', ...ids]);
}
