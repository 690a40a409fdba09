import type { Engine } from '../../../src/engine/engine.ts';
import { buildFiles } from '../../support/build-files.ts';
import { connectTestEngine } from '../../support/engine.ts';

/** Beside the newest one, each in a directory of its own: `/opt/gunicorn-<version>/site-packages`. */
export const oldGunicorns = ['20.1.0', '21.2.0', '22.0.0', '23.0.0', '24.1.1'];

const baseDockerfile = `FROM python:3.13-slim
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
RUN for version in ${oldGunicorns.join(' ')}; do \\
      pip install --no-cache-dir --no-deps --target "/opt/gunicorn-$version/site-packages" \\
        "gunicorn==$version"; \\
    done
RUN pip install --no-cache-dir whitenoise==6.12.0
`;

const requirements = `django==5.2.19
gunicorn==27.0.1
uvicorn==0.38.0
uvicorn-worker==0.4.0
uvloop==0.22.1
celery==5.5.3
hypercorn==0.18.0
daphne==4.2.3
granian==2.8.7
pyuwsgi==2.0.30.post1
gevent==26.9.0
packaging==25.0
setuptools==80.9.0
`;

/** An image with all servers that djdev reloads: built once on a machine. To be had before tests. */
export async function buildReloadBase(): Promise<string> {
  await using engine = await connectTestEngine();
  const files = { Dockerfile: baseDockerfile, 'requirements.txt': requirements };
  return await buildFiles(engine, 'djdev-test-reload-base', files, AbortSignal.timeout(500_000));
}

/** The servers, and a project in /app; found by its digest when built before. */
export async function buildReloadImage(
  engine: Engine,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const Dockerfile = `FROM ${await buildReloadBase()}
WORKDIR /app
COPY . .
USER 10001:10001
EXPOSE 8000
`;
  return await buildFiles(engine, 'djdev-test-reload', { Dockerfile, ...files }, signal);
}
