import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { HurlFile } from '../../project/smoke.ts';
import { hurlFailed, smokeNotMeasured } from '../checks/smoke.ts';
import { reportFindings } from '../report-findings.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';

const program = 'hurl';

/** hurl's own exit code for requests that were sent and answered otherwise than asked for. */
const assertionFailed = 4;
const requestFailed = 3;

/**
 * Runs files of hurl with the hurl of this machine. `{{url}}` is where the application can be
 * reached, `{{host}}` and `{{origin}}` are what visitors know; a proxy's headers go with every
 * request. Answers how many were run.
 */
export async function runHurlFiles(
  context: SmokeContext,
  target: SmokeTarget,
  files: readonly HurlFile[],
): Promise<number> {
  let count = 0;
  for (const file of files) {
    const name = path.basename(file.path);
    context.emit({ type: 'step-progressed', step: 'smoke', text: name });
    const answer = await runHurl(target, file, context.signal);
    if (answer === undefined) {
      const what = `${name} was not run`;
      const reason = 'there is no hurl on this machine';
      const hint = 'Install hurl (https://hurl.dev), or write the requests under rehearse.smoke.';
      reportFindings(context, [smokeNotMeasured({ what, reason, hint, location: file.location })]);
      continue;
    }
    count += 1;
    const { exitCode, stderr } = answer;
    if (exitCode === 0) continue;
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    if (exitCode === assertionFailed || exitCode === requestFailed) {
      const { location, isWarning } = file;
      reportFindings(context, [hurlFailed({ name, lines, location, isWarning })]);
    } else {
      const what = `${name} was not run`;
      const reason = `hurl refused it: ${lines[0]?.replace(/^error: /, '') ?? `exit code ${exitCode}`}`;
      const hint = 'Run hurl with this file by hand, with --variable url=…';
      reportFindings(context, [smokeNotMeasured({ what, reason, hint, location: file.location })]);
    }
  }
  return count;
}

async function runHurl(
  { address, host, origin, headers }: SmokeTarget,
  file: HurlFile,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly stderr: string } | undefined> {
  const scheme = address.tls === true ? 'https' : 'http';
  const url = `${scheme}://${address.host}:${address.port}`;
  const variables = { url, host, origin };
  const args = [
    '--test',
    '--no-color',
    ...Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    file.path,
  ];
  const child = spawn(program, args, { signal, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  try {
    const [exitCode, stderr] = await Promise.all([closed, text(child.stderr)]);
    return { exitCode, stderr };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
