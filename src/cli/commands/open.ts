import { findStackContainers } from '../../stack/find-stack.ts';
import { webProcess } from '../../stack/describe-process.ts';
import type { Invocation } from '../command.ts';
import { openBrowser } from '../stack/open-browser.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { checkNames, notRunning } from '../stack/pick-containers.ts';

/** `djdev open`: the address of a process, in the browser and on stdout. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, options, io, signal } = invocation;
  await using command = await openStackCommand(invocation);
  const { engine, project } = command;
  const { processes } = project;
  const usual = processes.find(({ name }) => name === webProcess) ?? processes[0];
  const role = args[0] ?? usual?.name ?? webProcess;
  checkNames(project, [role]);
  const container = (await findStackContainers(engine, project.id, signal)).get(role);
  const [port] = Object.values(container?.publishedPorts ?? {});
  if (container?.running !== true || port === undefined) throw notRunning(role);
  const url = `http://${container.host === '127.0.0.1' ? 'localhost' : container.host}:${port}/`;
  io.stdout.write(options.json === true ? `${JSON.stringify({ version: 1, url })}\n` : `${url}\n`);
  if (io.stdout.isTTY === true) openBrowser(url);
  return 0;
}
