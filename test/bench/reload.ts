// From a save on the host to the first answer of the new code.
//
//   node test/bench/reload.ts [small] [shop] [big]        all of them by default
//   DJDEV_BENCH_ROUNDS=5 node test/bench/reload.ts shop   medians of 5 instead of 20
//
// `djdev up` and `docker compose watch` with Django's runserver run the same tree from the same
// Dockerfile at once, each in a checkout of its own, and take turns. The page is asked for every
// 2 ms; "served" is the first answer with the new text. Needs a built djdev and Docker Compose.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Scope } from '../../src/context/scope.ts';
import { formatMeasurements, median } from './measure.ts';
import { type BenchProject, bigBench, shopBench, smallBench } from './reload-projects.ts';

const rounds = Number(process.env['DJDEV_BENCH_ROUNDS'] ?? 20);
const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const signal = AbortSignal.timeout(60 * 60_000);

/** A checkout whose code is served at `url`. */
interface Server {
  readonly name: string;
  readonly root: string;
  readonly url: string;
}

const wanted = process.argv.slice(2);
const projects = [smallBench(), await shopBench(), bigBench()];
for (const project of projects) {
  if (wanted.length === 0 || wanted.includes(project.name)) await compare(project);
}

async function compare(project: BenchProject): Promise<void> {
  await using scope = new Scope();
  const servers = [await startDjdev(project, scope)];
  const peer = await startCompose(project, scope);
  if (peer === undefined) process.stdout.write('There is no docker compose to compare with.\n');
  else servers.push(peer);
  for (const edit of project.edits) {
    const results = await time(servers, project, edit);
    process.stdout.write(`${project.title}: an edit of ${edit.label}, median of ${rounds}\n`);
    process.stdout.write(`${formatMeasurements(results)}\n\n`);
  }
}

async function time(
  servers: readonly Server[],
  project: BenchProject,
  { file, word }: BenchProject['edits'][number],
) {
  const text = project.files[file] ?? '';
  const times = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, root, url } of servers) {
      const marker = `${word}${1000 + round}x`;
      const startedMs = performance.now();
      await writeFile(join(root, file), text.replace(`${word}1`, marker));
      await waitFor(url, (body) => body.includes(marker));
      // The first one finds nothing imported: it is what warms up.
      if (round > 0) times.get(name)?.push(performance.now() - startedMs);
      await delay(1200 + Math.random() * 1000);
    }
  }
  return [...times].map(([name, values]) => ({
    name,
    medianMs: median(values),
    fastestMs: Math.min(...values),
    slowestMs: Math.max(...values),
  }));
}

async function startDjdev(project: BenchProject, scope: Scope): Promise<Server> {
  const root = await checkOut(project, scope);
  scope.defer(async () => {
    await run(process.execPath, [djdev, 'down', '-v', '--rmi', '-y'], root);
  });
  await run(process.execPath, [djdev, 'up', '-d', '--migrate'], root);
  const up = spawn(process.execPath, [djdev, 'up'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  scope.defer(async () => {
    up.kill('SIGTERM');
    await once(up, 'exit');
  });
  up.stdout.resume();
  let said = '';
  up.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ps = await run(process.execPath, [djdev, 'ps', '--json'], root);
  const address = /http:\/\/[\w.]+:\d+\//.exec(ps)?.[0];
  if (address === undefined) throw new Error(`No address in ${ps}`);
  while (!/sync|files/i.test(said)) {
    if (up.exitCode !== null) throw new Error(said);
    await delay(50);
  }
  return { name: 'djdev up', root, url: address.slice(0, -1) + project.path };
}

async function startCompose(project: BenchProject, scope: Scope): Promise<Server | undefined> {
  if ((await run('docker', ['compose', 'version'], tmpdir()).catch(() => '')) === '')
    return undefined;
  const root = await checkOut(project, scope);
  const file = join(root, '..', 'compose.yaml');
  await writeFile(
    file,
    `services:
  web:
    build: ./tree
    command: python manage.py runserver 0.0.0.0:8000
    # compose writes with the rights of the container's user, and the code belongs to root.
    user: root
    init: true
    ports: ["127.0.0.1::8000"]
    develop:
      watch:
        - { action: sync, path: ./tree, target: /app }
${project.compose}`,
  );
  const compose = ['compose', '-p', `djdev-bench-${process.pid}-${project.name}`, '-f', file];
  scope.defer(async () => {
    await run('docker', [...compose, 'down', '-v', '--rmi', 'local', '-t', '0'], root);
  });
  await run('docker', [...compose, 'up', '-d', '--build'], root);
  const watch = spawn('docker', [...compose, 'watch', '--no-up'], { cwd: root });
  scope.defer(async () => {
    watch.kill('SIGTERM');
    await once(watch, 'exit');
  });
  watch.stderr.resume();
  await once(watch.stdout, 'data', { signal });
  watch.stdout.resume();
  await delay(2000);
  const port = (await run('docker', [...compose, 'port', 'web', '8000'], root)).trim();
  const url = `http://${port}${project.path}`;
  await waitFor(url, (body) => project.edits.every(({ word }) => body.includes(`${word}1`)));
  return { name: 'docker compose watch, runserver', root, url };
}

async function checkOut({ files }: BenchProject, scope: Scope): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'djdev-bench-'));
  scope.defer(() => rm(parent, { recursive: true }));
  const root = join(parent, 'tree');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${all}`);
  return stdout;
}

async function waitFor(url: string, isDone: (body: string) => boolean): Promise<void> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(120_000)]);
  let last = '';
  for (;;) {
    last = await get(url).catch(String);
    if (isDone(last)) return;
    if (late.aborted) throw new Error(`${url} goes on answering ${last.slice(0, 500)}`);
    await delay(2);
  }
}

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => resolve(body));
    });
    call.on('error', reject);
    call.end();
  });
}
