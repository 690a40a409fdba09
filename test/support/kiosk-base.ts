import { buildFiles } from './build-files.ts';
import { connectTestEngine } from './engine.ts';

const requirements = `django==5.2.19
gunicorn==27.0.1
psycopg[binary]==3.3.9
whitenoise==6.12.0
`;

const dockerfile = `FROM python:3.13-slim
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
`;

/**
 * Reference of an image with Django, gunicorn, psycopg and WhiteNoise: built once on a machine, and
 * found by its digest from then on.
 */
export async function buildKioskBase(): Promise<string> {
  await using engine = await connectTestEngine();
  const files = { Dockerfile: dockerfile, 'requirements.txt': requirements };
  return await buildFiles(engine, 'djdev-test-kiosk-base', files, AbortSignal.timeout(240_000));
}
