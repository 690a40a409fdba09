import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine, Ownership, RunningContainer } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Project } from '../../project/project.ts';
import type { Diagnosis } from './diagnosis.ts';
import { diagnoseError } from './diagnose-engine.ts';

/** Where no project names a base image. */
const usualBase = 'python:3.13-slim';
const containerPort = 8000;
const largestClockSkewMs = 2_000;

/** Answers requests with its own time, in milliseconds. */
const server = `
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = str(int(time.time() * 1000)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
served = http.server.HTTPServer(("0.0.0.0", ${containerPort}), Handler)
print("listening", flush=True)
served.serve_forever()
`;

/**
 * Does in a small way what djdev asks of an engine: an image is built, run, asked through a
 * published port and given a file. Everything is removed again. A part that fails ends the trial,
 * because those after it need it.
 */
export async function tryEngine(
  engine: Engine,
  project: Project | undefined,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  const name = `djdev-doctor-${randomBytes(4).toString('hex')}`;
  const built: string[] = [];
  const networks: string[] = [];
  try {
    const image = await tryBuild(engine, name, project, signal);
    if (image.reference !== undefined) built.push(image.reference);
    found.push(image.diagnosis);
    if (image.reference === undefined) return found;
    const network = await engine.createNetwork(name, ownershipOf(name), signal);
    networks.push(network);
    await using container = await startServer(engine, name, image.reference, signal);
    found.push(...(await tryPort(container, signal)));
    found.push(await tryCopy(engine, container, signal));
    found.push(await tryNetwork(engine, container, signal));
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    found.push(diagnoseError('trial', error));
  } finally {
    for (const network of networks) await engine.removeNetwork(network, signal).catch(() => {});
    for (const reference of built) await engine.removeImage(reference, signal).catch(() => false);
  }
  return found;
}

async function tryBuild(
  engine: Engine,
  repository: string,
  project: Project | undefined,
  signal: AbortSignal,
): Promise<{ readonly reference: string | undefined; readonly diagnosis: Diagnosis }> {
  const { buildImage } = await import('../../engine/build/build-image.ts');
  const { replaceImage } = await import('../../project/replace-image.ts');
  const { images = {}, inherit = [] } = project?.build ?? {};
  const base = replaceImage(usualBase, images);
  const context = await mkdtemp(join(tmpdir(), 'djdev-doctor-'));
  try {
    const dockerfile = join(context, 'Dockerfile');
    await writeFile(join(context, 'server.py'), server);
    await writeFile(
      dockerfile,
      `FROM ${base}\nCOPY server.py /server.py\nRUN python3 -c "print('built', '${repository}')"\nCMD ["python3", "/server.py"]\n`,
    );
    const definition = { context, dockerfile, target: undefined, args: {}, secrets: {}, inherit };
    const listener = { onProgress: () => {}, onLine: () => {} };
    const outcome = await buildImage(engine, { repository, definition }, listener, signal);
    if (outcome.type === 'built') {
      const text = `an image on ${base}, ${Math.round(outcome.ms)} ms`;
      return { reference: outcome.reference, diagnosis: { subject: 'build', level: 'pass', text } };
    }
    const { message, hint } = outcome;
    const diagnosis: Diagnosis = { subject: 'build', level: 'fail', text: message, fix: hint };
    return { reference: undefined, diagnosis };
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

function ownershipOf(name: string): Ownership {
  return { project: 'djdev-doctor', session: name, role: 'trial', worktree: name };
}

async function startServer(
  engine: Engine,
  name: string,
  image: string,
  signal: AbortSignal,
): Promise<RunningContainer> {
  const ownership = ownershipOf(name);
  const container = await engine.runContainer(
    { name, image, ownership, network: name, publish: [containerPort], lifeline: 'wrap' },
    signal,
  );
  for await (const { text } of container.output) if (text === 'listening') break;
  return container;
}

async function tryPort(
  { facts }: RunningContainer,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const port = facts.publishedPorts[containerPort];
  const url = `http://${facts.host}:${port}/`;
  const sentAtMs = Date.now();
  const startedMs = performance.now();
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    const clockMs = Number(await answer.text());
    const ms = performance.now() - startedMs;
    return [
      { subject: 'port', level: 'pass', text: `${url} answered after ${Math.round(ms)} ms` },
      diagnoseClock(clockMs - (sentAtMs + ms / 2)),
    ];
  } catch (error) {
    signal.throwIfAborted();
    return [
      {
        subject: 'port',
        level: 'fail',
        text: `A container’s port, published as ${url}, does not answer: ${String(error)}`,
        fix: 'A firewall, a VPN or a proxy of the Docker engine may be in the way; see whether “docker run -p” works.',
      },
    ];
  }
}

/** `skewMs`: how far the engine's clock is ahead of this machine's. */
export function diagnoseClock(skewMs: number): Diagnosis {
  const rounded = Math.round(Math.abs(skewMs));
  if (rounded <= largestClockSkewMs) {
    return { subject: 'clock', level: 'pass', text: `the engine’s differs by ${rounded} ms` };
  }
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  return {
    subject: 'clock',
    level: 'warn',
    text: `the engine’s is ${(rounded / 1000).toFixed(1)} s ${side} this machine’s: times of logs and of files do not fit`,
    fix: 'Restart the virtual machine of the engine, or let it set its clock (chrony, NTP).',
  };
}

async function tryCopy(
  engine: Engine,
  { id }: RunningContainer,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const archive = pack();
  archive.entry({ name: 'djdev-doctor' }, 'arrived');
  archive.finalize();
  const startedMs = performance.now();
  await engine.putArchive(id, '/tmp', Readable.from(archive), signal);
  const ms = Math.round(performance.now() - startedMs);
  const read = { command: ['cat', '/tmp/djdev-doctor'] };
  const { stdout } = await engine.execToEnd(id, read, signal);
  return stdout === 'arrived'
    ? { subject: 'files', level: 'pass', text: `one was copied into a container in ${ms} ms` }
    : { subject: 'files', level: 'fail', text: 'A file that was copied did not arrive.' };
}

async function tryNetwork(
  engine: Engine,
  { id }: RunningContainer,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const program = 'import socket; socket.create_connection(("pypi.org", 443), 5).close()';
  const { exitCode, stderr } = await engine.execToEnd(
    id,
    { command: ['python3', '-c', program] },
    signal,
  );
  if (exitCode === 0)
    return { subject: 'network', level: 'pass', text: 'containers reach pypi.org' };
  return {
    subject: 'network',
    level: 'warn',
    text: `containers do not reach pypi.org: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    fix: 'Behind a proxy or with an index of your own this is as it should be: app.build.inherit gives builds the proxy and the index of this machine.',
  };
}
