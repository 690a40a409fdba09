import type { Engine } from '../../../src/engine/engine.ts';
import { buildFiles } from '../../support/build-files.ts';

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
  const all = { Dockerfile: dockerfile, 'requirements.txt': requirements, ...files };
  return await buildFiles(engine, 'djdev-test-reload', all, signal);
}
