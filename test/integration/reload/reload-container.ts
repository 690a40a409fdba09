import { request } from 'node:http';
import { systemClock } from '../../../src/context/clock.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import {
  createReloader,
  type ReloadEvent,
  type Reloader,
} from '../../../src/reload/create-reloader.ts';
import { planReload, type ReloadPlan } from '../../../src/reload/plan.ts';
import { seedReload } from '../../../src/reload/seed-reload.ts';
import type { EngineTest } from '../../support/engine.ts';
import { buildReloadImage } from './reload-image.ts';

/** A server with a project in it that can be edited, asked and reloaded. */
export interface ReloadContainer {
  readonly id: string;
  readonly plan: ReloadPlan;
  readonly reloader: Reloader;
  readonly events: readonly ReloadEvent[];
  /** Writes files below /app as root, each at once, and answers with their paths. */
  edit(files: Readonly<Record<string, string>>): Promise<readonly string[]>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Until something is answered at `path`. */
  waitForAnswer(path: string): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Starts `command` on a project; everything goes when the test ends. */
export async function startReloadContainer(
  test: EngineTest,
  files: Readonly<Record<string, string>>,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  user?: string,
): Promise<ReloadContainer> {
  const { engine, signal, scope } = test;
  const reference = await buildReloadImage(engine, files, signal);
  const image = await engine.inspectImage(reference, signal);
  if (image === undefined) throw new Error(`No image ${reference}`);
  const plan = planReload({ command }, image);
  const network = await engine.createNetwork(
    test.nameFor('network'),
    test.ownership('network'),
    signal,
  );
  const id = await engine.createContainer(
    {
      name: test.nameFor('web'),
      image: image.id,
      ownership: test.ownership('web'),
      command,
      environment: { ...plan.environment, ...environment },
      ...(user === undefined ? {} : { user }),
      tmpfs: plan.tmpfs,
      network,
      publish: [8000],
      lifeline: 'none',
    },
    signal,
  );
  await seedReload(engine, id, plan, undefined, signal);
  await engine.startContainer(id, signal);
  const events: ReloadEvent[] = [];
  const reloader = createReloader({
    engine,
    containerId: id,
    plan,
    emit: (event) => events.push(event),
    clock: systemClock,
    signal,
  });
  scope.use(reloader);
  const locate = async (): Promise<{ readonly host: string; readonly port: number }> => {
    const facts = await engine.inspectContainer(id, signal);
    const port = facts?.publishedPorts[8000];
    if (facts === undefined || port === undefined) throw new Error('The port is not published.');
    return { host: facts.host, port };
  };
  return {
    id,
    plan,
    reloader,
    events,
    edit: (changed) => edit(engine, id, changed, signal),
    get: async (path, headers = {}) => get({ ...(await locate()), path, headers }),
    waitForAnswer: async (path) =>
      waitForAnswer({ ...(await locate()), path, headers: {} }, signal),
  };
}

const writer = `
import json, os, sys
for name, text in json.load(sys.stdin).items():
    path = os.path.join("/app", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + "~", "w") as file:
        file.write(text)
    os.replace(path + "~", path)
`;

async function edit(
  engine: Engine,
  id: string,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const command = ['python3', '-I', '-S', '-c', writer];
  const request = { command, user: '0:0', input: JSON.stringify(files) };
  const result = await engine.execToEnd(id, request, signal);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return Object.keys(files).map((name) => `/app/${name}`);
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function get(target: Target): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ ...target, agent: false, timeout: 20_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`No answer at ${target.path} in 20 s`)));
    call.on('error', reject);
    call.end();
  });
}

async function waitForAnswer(target: Target, signal: AbortSignal): Promise<Answer> {
  for (;;) {
    try {
      return await get(target);
    } catch {
      await systemClock.sleep(20, signal);
    }
  }
}
