// From the moment a file is written in the container to the first answer of the new code.
//
//   node test/bench/reload.ts [rounds]
//
// Three servers run the same project at once and take turns: djdev's layers under gunicorn, gunicorn
// with nothing but SIGHUP after each write, and Django's runserver, which polls. The file is written
// and the signal sent by a process that waits inside the container, as the sync agent does it.
// "Served" is the first answer with the new text; the page is asked for every 2 ms.
import { once } from 'node:events';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/context/clock.ts';
import { Scope } from '../../src/context/scope.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine, ExecSession } from '../../src/engine/engine.ts';
import { createReloader } from '../../src/reload/create-reloader.ts';
import { planReload } from '../../src/reload/plan.ts';
import { seedReload } from '../../src/reload/seed-reload.ts';
import { buildReloadImage } from '../integration/reload/reload-image.ts';
import { smallProject } from '../integration/reload/small-project.ts';
import { formatMeasurements, median } from './measure.ts';
import { generateProject } from './generate-project.ts';

const rounds = Number(process.argv[2] ?? 10);
const signal = AbortSignal.timeout(15 * 60_000);
const gunicorn = ['gunicorn', 'site_config.wsgi', '--bind', '0.0.0.0:8000'];
const runserver = ['python3', 'manage.py', 'runserver', '0.0.0.0:8000', '--skip-checks'];

/** Writes what it reads and sends SIGHUP to PID 1 when asked to: one JSON line a request. */
const writer = `
import json, os, signal, sys
for line in sys.stdin:
    edit = json.loads(line)
    with open(edit["path"] + "~", "w") as file:
        file.write(edit["text"])
    os.replace(edit["path"] + "~", edit["path"])
    if edit["hup"]:
        os.kill(1, signal.SIGHUP)
    print("written", flush=True)
`;

interface Server {
  readonly name: string;
  /** Writes the file and resolves when `wanted` is served; milliseconds. */
  edit(path: string, text: string, wanted: string): Promise<number>;
}

await using engine = await connectEngine({ env: process.env, home: homedir() }, signal);
await compare(engine, 'small: 1 app', smallProject);
await compare(engine, 'medium: 30 apps of 6 models with forms and admin', generateProject(30));

async function compare(
  engine: Engine,
  title: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await using scope = new Scope();
  const image = await buildReloadImage(engine, files, signal);
  const network = await engine.createNetwork('djdev-bench-reload', ownership('network'), signal);
  scope.defer(() => engine.removeNetwork(network, AbortSignal.timeout(20_000)));
  const start = (name: string, command: readonly string[], way: 'layers' | 'hup' | 'none') =>
    startServer(engine, scope, { name, image, network, command, way });
  const servers = [
    await start('djdev', gunicorn, 'layers'),
    await start('gunicorn, SIGHUP', gunicorn, 'hup'),
    await start('runserver', runserver, 'none'),
  ];
  for (const [label, file, word] of [
    ['views', 'pages/views.py', 'view'],
    ['models', 'pages/models.py', 'model'],
  ] as const) {
    const results = await time(servers, { file, word, text: files[file] ?? '' });
    process.stdout.write(`${title}, an edit of ${label}, ${rounds} rounds\n`);
    process.stdout.write(`${formatMeasurements(results)}\n\n`);
  }
}

async function time(
  servers: readonly Server[],
  { file, word, text }: { readonly file: string; readonly word: string; readonly text: string },
) {
  const times = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const server of servers) {
      const wanted = `${word}${1000 + round}x`;
      const ms = await server.edit(`/app/${file}`, text.replace(`${word}1`, wanted), wanted);
      // The first one finds nothing imported: it is what warms up.
      if (round > 0) times.get(server.name)?.push(ms);
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

async function startServer(
  engine: Engine,
  scope: Scope,
  { name, image, network, command, way }: Starting,
): Promise<Server> {
  const facts = await engine.inspectImage(image, signal);
  if (facts === undefined) throw new Error(`No image ${image}`);
  const plan = planReload({ command }, facts);
  const layered = way === 'layers';
  const role = command === runserver ? 'runserver' : way;
  const id = await engine.createContainer(
    {
      name: `djdev-bench-reload-${role}`,
      image: facts.id,
      ownership: ownership(role),
      command,
      environment: { PYTHONDONTWRITEBYTECODE: '1', ...(layered ? plan.environment : {}) },
      tmpfs: layered ? plan.tmpfs : {},
      network,
      publish: [8000],
      lifeline: 'none',
    },
    signal,
  );
  scope.defer(() => engine.removeContainer(id, AbortSignal.timeout(20_000)));
  if (layered) await seedReload(engine, id, plan, undefined, signal);
  await engine.startContainer(id, signal);
  const started = await engine.inspectContainer(id, signal);
  const port = started?.publishedPorts[8000] ?? 0;
  const host = started?.host ?? '127.0.0.1';
  const write = ['python3', '-I', '-S', '-c', writer];
  const agent = scope.use(await engine.exec(id, { command: write, user: '0:0' }, signal));
  const emit = (): void => {};
  const reloader = scope.use(
    createReloader({ engine, containerId: id, plan, emit, clock: systemClock, signal }),
  );
  await waitFor(host, port, 'model1');
  return {
    name,
    async edit(path, text, wanted) {
      const startedMs = performance.now();
      await writeFile(agent, { path, text, hup: way === 'hup' });
      const reloaded = layered ? reloader.reload([path]) : undefined;
      await waitFor(host, port, wanted);
      const ms = performance.now() - startedMs;
      await reloaded;
      return ms;
    },
  };
}

interface Starting {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly command: readonly string[];
  readonly way: 'layers' | 'hup' | 'none';
}

async function writeFile(agent: ExecSession, edit: object): Promise<void> {
  const written = once(agent.stdout, 'data');
  agent.stdin.write(`${JSON.stringify(edit)}\n`);
  await written;
}

async function waitFor(host: string, port: number, wanted: string): Promise<void> {
  for (;;) {
    const body = await get(host, port).catch(() => '');
    if (body.includes(wanted)) return;
    await delay(2, undefined, { signal });
  }
}

function get(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path: '/', agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => resolve(body));
    });
    call.on('error', reject);
    call.end();
  });
}

function ownership(role: string) {
  return { project: 'djdev-bench', session: 'reload', role, worktree: 'bench-reload' };
}
