import type { EngineHttp } from './engine-http.ts';
import type { ExecRequest, ExecResult } from './engine.ts';
import { readText } from './engine-refusal.ts';
import { exec } from './exec.ts';

/** Runs a command in a running container to its end and collects all of its output. */
export async function execToEnd(
  http: EngineHttp,
  id: string,
  request: ExecRequest & { readonly input?: string | Buffer },
  signal: AbortSignal,
): Promise<ExecResult> {
  const startedMs = performance.now();
  const { input, ...command } = request;
  const attachment = { ...command, detachStdin: input === undefined };
  const session = await exec(http, id, attachment, signal);
  try {
    if (input !== undefined) session.stdin.end(input);
    // When the connection breaks, `exited` is the one with a translated error.
    const [exitCode, stdout, stderr] = await Promise.all([
      session.exited,
      readText(session.stdout).catch(() => ''),
      readText(session.stderr).catch(() => ''),
    ]);
    const ms = performance.now() - startedMs;
    return { command: request.command, exitCode, stdout, stderr, ms };
  } finally {
    await session[Symbol.asyncDispose]();
  }
}
