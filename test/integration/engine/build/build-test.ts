import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage } from '../../../../src/engine/build/build-image.ts';
import type { BuildOutcome, BuildRequest } from '../../../../src/engine/build/build-request.ts';
import { findBuildx } from '../../../../src/engine/build/buildx/find-buildx.ts';
import { type EngineTest, openEngineTest } from '../../../support/engine.ts';

/** Each way of building that this machine has: the tests run once for each. */
export const builders: readonly { name: string; buildx: string | undefined }[] = [
  { name: 'own session', buildx: undefined },
  ...[findBuildx(process.env)].flatMap((buildx) => (buildx ? [{ name: 'buildx', buildx }] : [])),
];

/** A project in a directory of its own, and the images built of it. */
export interface BuildTest extends AsyncDisposable {
  readonly test: EngineTest;
  /** Real path of the build context. */
  readonly context: string;
  readonly repository: string;
  /** Writes files below the context: path → content. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  build(request?: Partial<BuildRequest['definition']>, options?: BuildOptions): Promise<TestBuild>;
}

interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly force?: boolean;
  readonly noCache?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface TestBuild {
  readonly outcome: BuildOutcome;
  readonly reason: string;
  /** `state name` of each step, in order. */
  readonly steps: readonly string[];
  /** Output of RUN steps. */
  readonly lines: readonly string[];
}

/** For `await using`: the directory and every image of the repository go at the end of the block. */
export async function openBuildTest(
  buildx: string | undefined,
  files: Readonly<Record<string, string>>,
): Promise<BuildTest> {
  const test = await openEngineTest();
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'djdev-test-')));
  const context = join(directory, 'project');
  const repository = test.nameFor('build');
  const tools = { buildx, cacheDirectory: join(directory, 'cache') };

  const write: BuildTest['write'] = async (contents) => {
    for (const [path, content] of Object.entries(contents)) {
      await mkdir(dirname(join(context, path)), { recursive: true });
      await writeFile(join(context, path), content);
    }
  };
  await write(files);
  return {
    test,
    context,
    repository,
    write,
    async build(definition = {}, options = {}) {
      const seen = { reason: '', steps: [] as string[], lines: [] as string[] };
      const outcome = await buildImage(
        test.engine,
        {
          definition: {
            context,
            dockerfile: join(context, 'Dockerfile'),
            target: undefined,
            args: {},
            secrets: {},
            ...definition,
          },
          repository,
          force: options.force ?? false,
          noCache: options.noCache ?? false,
        },
        {
          onReason: ({ text }) => (seen.reason = text),
          onProgress: ({ state, name }) => seen.steps.push(`${state} ${name}`),
          onLine: (_step, line) => {
            seen.lines.push(line);
            options.onLine?.(line);
          },
        },
        options.signal ?? test.signal,
        tools,
      );
      return { outcome, ...seen };
    },
    async [Symbol.asyncDispose]() {
      const signal = AbortSignal.timeout(20_000);
      for (const reference of await test.engine.listImages(repository, signal)) {
        await test.engine.removeImage(reference, signal);
      }
      await test[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The outcome as a built image. Throws with the whole outcome when the build failed. */
export function expectBuilt(build: TestBuild): Extract<BuildOutcome, { type: 'built' }> {
  if (build.outcome.type === 'built') return build.outcome;
  throw new Error(`The build failed: ${JSON.stringify(build, null, 2)}`);
}

/** The outcome as a failure of the project. Throws when there is an image. */
export function expectFailed(build: TestBuild): Extract<BuildOutcome, { type: 'failed' }> {
  if (build.outcome.type === 'failed') return build.outcome;
  throw new Error(`The build should have failed: ${JSON.stringify(build.outcome)}`);
}
