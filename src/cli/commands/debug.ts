import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Interruption } from '../../context/interruption.ts';
import { buildCacheDirectory } from '../../engine/build/inputs/cache-directory.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import {
  debugpyVersion,
  injectDebugpy,
  listenForEditor,
  type DebuggedProcess,
} from '../../reload/editor-debugging.ts';
import {
  addLaunch,
  describeLaunch,
  type LaunchConfiguration,
} from '../../reload/launch-configuration.ts';
import { webProcess } from '../../stack/describe-process.ts';
import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { checkNames, notRunning } from '../stack/pick-containers.ts';

const usualPort = 5678;

/** `djdev debug`: debugpy beside a running process, and a port of this machine that leads to it. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, options, io } = invocation;
  const port = parsePort(options.port);
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const process = args[0] ?? webProcess;
  checkNames(project, [process]);
  const container = (await findStackContainers(engine, project.id, context.signal)).get(process);
  if (container?.running !== true) throw notRunning(process);
  const image = await engine.inspectImage(container.imageId, context.signal);
  const debugged: DebuggedProcess = {
    engine,
    containerId: container.id,
    process,
    cacheFile: join(buildCacheDirectory(io.environment), '..', `debugpy-${debugpyVersion}.zip.b64`),
  };
  const server = await listenForEditor(debugged, port, context.signal);
  try {
    await injectDebugpy(debugged, context.signal);
    const root = image?.workingDirectory ?? '/app';
    const launch = describeLaunch(project.name, process, port, root);
    if (options.writeLaunch === true) {
      io.stderr.write(`Written to ${await writeLaunch(project.root, launch)}.\n`);
    } else {
      io.stdout.write(`${JSON.stringify(launch, undefined, 2)}\n`);
    }
    io.stderr.write(`${process} can be debugged at 127.0.0.1:${port}. Ctrl-C ends that.\n`);
    await once(context.signal, 'abort');
    throw context.signal.reason;
  } catch (error) {
    const { reason } = invocation.signal;
    if (reason instanceof Interruption) return reason.exitCode;
    throw error;
  } finally {
    server.close();
  }
}

function parsePort(text: string | undefined): number {
  const port = text === undefined ? usualPort : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new DjdevError('DJ-USAGE', { message: `“${text}” is not a port.` });
}

async function writeLaunch(root: string, launch: LaunchConfiguration): Promise<string> {
  const file = join(root, '.vscode', 'launch.json');
  const text = addLaunch(await readFile(file, 'utf8').catch(() => undefined), launch);
  if (text === undefined) {
    throw new DjdevError('DJ-USAGE', {
      message: `${file} has comments or is not JSON, so djdev leaves it as it is.`,
      hint: 'Without --write-launch, djdev debug prints the configuration to put into it.',
    });
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
