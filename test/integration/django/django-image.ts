import type { Engine } from '../../../src/engine/engine.ts';
import { buildFiles } from '../../support/build-files.ts';
import type { EngineTest } from '../../support/engine.ts';

const requirements = 'django==5.2.19\npsycopg[binary]==3.3.9\nwhitenoise==6.12.0\n';

const baseDockerfile = `FROM python:3.13-slim
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
`;

/** Django, psycopg and WhiteNoise: built once on a machine, and found by its digest from then on. */
export async function buildDjangoImage(engine: Engine, signal: AbortSignal): Promise<string> {
  const files = { Dockerfile: baseDockerfile, 'requirements.txt': requirements };
  return buildFiles(engine, 'djdev-test-django', files, signal);
}

/**
 * An image with a project on top of that; it goes when the test ends. To be called before anything
 * is started from it: an image in use stays.
 */
export async function buildProjectImage(
  { engine, scope, signal, worktree }: EngineTest,
  files: Readonly<Record<string, string>>,
  instructions = '',
): Promise<string> {
  const base = await buildDjangoImage(engine, signal);
  const dockerfile = `FROM ${base}\nWORKDIR /app\nCOPY . .\n${instructions}\n`;
  const reference = await buildFiles(
    engine,
    `djdev-${worktree}`,
    { Dockerfile: dockerfile, ...files },
    signal,
  );
  scope.defer(async () => void (await engine.removeImage(reference, AbortSignal.timeout(60_000))));
  return reference;
}
