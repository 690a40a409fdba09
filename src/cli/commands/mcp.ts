import { Writable } from 'node:stream';
import { Interruption } from '../../context/interruption.ts';
import type { CommandResult } from '../../mcp/mcp-tool.ts';
import { serveMcp } from '../../mcp/serve-mcp.ts';
import { mcpTools } from '../../mcp/tools.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import type { OptionValues } from '../options.ts';
import { parseArguments } from '../parse-arguments.ts';
import { printFailure } from '../print-failure.ts';
import { createRedactor, secretsOf } from '../redactor.ts';

/** `djdev mcp`: the Model Context Protocol on stdin and stdout, for editors and agents. */
export async function run(invocation: Invocation): Promise<number> {
  const { io, options, signal } = invocation;
  if (io.stdin.isTTY) {
    io.stderr.write('This waits for a client of the Model Context Protocol: see docs/mcp.md.\n');
  }
  const service = {
    version: readVersion(),
    tools: mcpTools,
    allowChanges: options.allowChanges ?? false,
    run: (words: readonly string[], onLine: (line: string) => void, until: AbortSignal) =>
      runCommand(invocation, words, onLine, until),
    input: io.stdin,
    output: io.stdout,
  };
  await serveMcp(service, signal);
  return signal.reason instanceof Interruption ? signal.reason.exitCode : 0;
}

/** One command of djdev in this process, with streams of its own. */
async function runCommand(
  outer: Invocation,
  words: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<CommandResult> {
  const redactor = createRedactor(secretsOf(outer.io.environment));
  const stdout = collect();
  const stderr = collect((line) => onLine(redactor.redact(line)));
  const io = { ...outer.io, stdout: stdout.stream, stderr: stderr.stream };
  const environment = withoutOptions(outer.io.environment);
  let options: OptionValues = { json: words.includes('--json') };
  const finish = (exitCode: number): CommandResult => ({
    exitCode,
    stdout: redactor.redact(stdout.text()),
    stderr: redactor.redact(stderr.text()),
  });
  try {
    const request = parseArguments(words, environment, readVersion());
    if (request.type !== 'run') return finish(2);
    options = { ...sharedOptions(outer.options), ...request.options };
    const { run: runIt } = await request.command.load();
    const inside = { options, args: request.args, io: { ...io, environment }, signal, redactor };
    return finish(await runIt({ ...inside, whenForced: () => {} }));
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    return finish(printFailure(reason, io, { options, redact: redactor.redact }));
  }
}

/** Which project and engine are meant is said once, when the server is started. */
function sharedOptions({ file, projectName, envFile, host, context }: OptionValues): OptionValues {
  return {
    ...(file !== undefined && { file }),
    ...(projectName !== undefined && { projectName }),
    ...(envFile !== undefined && { envFile }),
    ...(host !== undefined && { host }),
    ...(context !== undefined && { context }),
  };
}

/** The server has read them already; what is left could make a tool do something else. */
function withoutOptions(environment: Invocation['io']['environment']) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:DJDEV_|GITHUB_|FORCE_COLOR$)/u.test(name)),
  );
}

interface Collected {
  readonly stream: Writable;
  readonly text: () => string;
}

/** A stream that keeps what is written, and tells every finished line. */
function collect(onLine: (line: string) => void = () => {}): Collected {
  let text = '';
  let rest = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const piece = chunk.toString();
      text += piece;
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine(line.trim());
      done();
    },
  });
  return { stream, text: () => text };
}
