import * as v from 'valibot';
import type { Engine } from '../engine/engine.ts';
import { type BridgeError, errorSchema } from './bridge-message.ts';
import type { LoadedApplication } from './find-application.ts';
import { readTrial } from './python-source.ts';

const answerSchema = v.object({ error: v.nullable(errorSchema) });

/**
 * Loads the application as it is now in a process of its own beside the server. Answers what is
 * wrong with it, `null` when nothing is, and `undefined` when that could not be found out.
 */
export async function tryApplication(
  engine: Engine,
  containerId: string,
  { kind, name }: LoadedApplication,
  signal: AbortSignal,
): Promise<BridgeError | null | undefined> {
  const command = ['python3', '-c', await readTrial(), kind, name];
  const { exitCode, stdout } = await engine.execToEnd(containerId, { command }, signal);
  if (exitCode !== 0) return undefined;
  try {
    const parsed = v.safeParse(answerSchema, JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    return parsed.success ? parsed.output.error : undefined;
  } catch {
    return undefined;
  }
}
