// Builds a context with one of the builders until somebody kills this process.
// argv: path of the buildx plugin or '', build context.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../../../src/engine/build/build-image.ts';
import { connectEngine } from '../../../../src/engine/connect-engine.ts';

const [buildx = '', context = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const engine = await connectEngine({ env: process.env, home: homedir() }, signal);
await buildImage(
  engine,
  {
    definition: {
      context,
      dockerfile: join(context, 'Dockerfile'),
      target: undefined,
      args: {},
      secrets: {},
    },
    repository: 'djdev-test-killed',
  },
  { onProgress: () => undefined, onLine: (_step, line) => process.stdout.write(`${line}\n`) },
  signal,
  { buildx: buildx === '' ? undefined : buildx, cacheDirectory: join(context, '../cache') },
);
