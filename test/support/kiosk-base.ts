import { buildImage } from '../../src/engine/build/build-image.ts';
import { connectTestEngine } from './engine.ts';
import { withProject } from './with-project.ts';

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
  await using project = await withProject({
    Dockerfile: dockerfile,
    'requirements.txt': requirements,
  });
  const outcome = await buildImage(
    engine,
    {
      repository: 'djdev-test-kiosk-base',
      definition: {
        context: project.root,
        dockerfile: `${project.root}/Dockerfile`,
        target: undefined,
        args: {},
        secrets: {},
      },
    },
    { onProgress: () => {}, onLine: () => {} },
    AbortSignal.timeout(240_000),
  );
  if (outcome.type === 'built') return outcome.reference;
  throw new Error(`${outcome.message}\n${outcome.output.join('\n')}`);
}
