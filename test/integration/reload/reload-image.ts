import { buildImage } from '../../../src/engine/build/build-image.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { withProject } from '../../support/with-project.ts';

const dockerfile = `FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
COPY . .
USER 10001:10001
EXPOSE 8000
`;

const requirements = `django==5.2.19
gunicorn==27.0.1
uvicorn==0.38.0
uvicorn-worker==0.4.0
celery==5.5.3
`;

/** The servers that djdev reloads, and a project in /app; found by its digest when built before. */
export async function buildReloadImage(
  engine: Engine,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  await using project = await withProject({
    Dockerfile: dockerfile,
    'requirements.txt': requirements,
    ...files,
  });
  const definition = {
    context: project.root,
    dockerfile: `${project.root}/Dockerfile`,
    target: undefined,
    args: {},
    secrets: {},
  };
  const outcome = await buildImage(
    engine,
    { repository: 'djdev-test-reload', definition },
    { onProgress: () => {}, onLine: () => {} },
    signal,
  );
  if (outcome.type === 'built') return outcome.reference;
  throw new Error(`${outcome.message}\n${outcome.output.join('\n')}`);
}
