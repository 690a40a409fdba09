// How long a stack takes from `up` until it answers, beside Docker Compose with an equal one.
//
//   node test/bench/up.ts [rounds]
//
// Both run the kiosk: the same image, a Postgres with its data, one web process. Two starts are
// timed, in turn: with the containers gone and image and volume there, until the first 200; and
// with everything running and nothing changed. Build `dist` first: djdev is spawned as users do.
import { execFile } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openUpKiosk } from '../support/up-kiosk.ts';
import { formatMeasurements, measure, type Measurement, median } from './measure.ts';

const run = promisify(execFile);
const rounds = Number(process.argv[2] ?? 9);
const cli = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const peerPort = 20_000 + (process.pid % 9000);
const name = `djdev-bench-up-${process.pid}`;

const manifest = `name: kiosk
app:
  settings: { dev: kiosk.local, prod: kiosk.settings }
  env:
    SECRET_KEY: only-for-the-benchmark
processes:
  web: { port: 8000, health: /healthz/ }
services:
  postgres: { version: "17" }
`;

/** A Compose file as teams have it: the application waits for its database. It is migrated once. */
const compose = `services:
  postgres:
    image: postgres:17
    environment: { POSTGRES_USER: kiosk, POSTGRES_PASSWORD: kiosk, POSTGRES_DB: kiosk }
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U kiosk -h 127.0.0.1"]
      interval: 1s
      timeout: 2s
      retries: 30
  web:
    build: { context: ., network: host }
    environment:
      DJANGO_SETTINGS_MODULE: kiosk.local
      SECRET_KEY: only-for-the-benchmark
      POSTGRES_HOST: postgres
      POSTGRES_PORT: "5432"
      POSTGRES_DB: kiosk
      POSTGRES_USER: kiosk
      POSTGRES_PASSWORD: kiosk
    ports: ["127.0.0.1:${peerPort}:8000"]
    depends_on: { postgres: { condition: service_healthy } }
volumes: { data: {} }
`;

await using kiosk = await openUpKiosk({ 'djdev.yaml': manifest, 'compose.yaml': compose });
const inKiosk = { cwd: kiosk.root };
const djdev = async (...args: readonly string[]): Promise<string> =>
  (await run(process.execPath, [cli, ...args], inKiosk)).stdout;
const docker = async (...args: readonly string[]): Promise<unknown> =>
  await run('docker', ['compose', '-p', name, ...args], inKiosk);

const ownUrl = (await djdev('up', '-d', '--migrate')).trim();
const peerUrl = `http://localhost:${peerPort}/`;
const hasPeer = await docker('version').then(
  () => true,
  () => false,
);
try {
  const cold = [{ name: 'djdev up -d', run: upCold }];
  const warm = [{ name: 'djdev up -d', run: async () => void (await djdev('up', '-d')) }];
  if (hasPeer) {
    const up = ['up', '-d', '--build', '--wait'] as const;
    await docker(...up);
    await docker('exec', '-T', 'web', 'python', 'manage.py', 'migrate', '--noinput');
    cold.push({ name: 'docker compose up -d --build --wait', run: upPeerCold });
    warm.push({
      name: 'docker compose up -d --build --wait',
      run: async () => void (await docker(...up)),
    });
  } else process.stdout.write('There is no docker compose here to compare with.\n');
  print('containers gone → first 200', await timeCold(cold));
  print('nothing changed', await measure(warm, rounds));
} finally {
  if (hasPeer) await docker('down', '-v', '--rmi', 'local', '-t', '0');
}

async function upCold(): Promise<void> {
  await djdev('up', '-d');
  await untilServed(ownUrl);
}

async function upPeerCold(): Promise<void> {
  await docker('up', '-d', '--build', '--wait');
  await untilServed(peerUrl);
}

/** Containers are taken down before each start, outside of what is timed. */
async function timeCold(
  contenders: readonly { readonly name: string; readonly run: () => Promise<void> }[],
): Promise<readonly Measurement[]> {
  const clean = async (): Promise<void> => {
    await djdev('down');
    if (hasPeer) await docker('down', '-t', '2');
  };
  const results: Measurement[] = [];
  const times = new Map(contenders.map((one) => [one.name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    await clean();
    for (const contender of contenders) {
      const startedMs = performance.now();
      await contender.run();
      // The first one warms both up.
      if (round > 0) times.get(contender.name)?.push(performance.now() - startedMs);
    }
  }
  for (const [contender, values] of times) {
    const [fastestMs, slowestMs] = [Math.min(...values), Math.max(...values)];
    results.push({ name: contender, medianMs: median(values), fastestMs, slowestMs });
  }
  return results;
}

async function untilServed(url: string): Promise<void> {
  for (;;) {
    const status = await new Promise<number>((resolve) => {
      const request = http.get(`${url}healthz/`, { agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', () => resolve(0));
    });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function print(title: string, measurements: readonly Measurement[]): void {
  process.stdout.write(`${title}, median of ${rounds}\n${formatMeasurements(measurements)}\n`);
}
