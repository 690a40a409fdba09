import { homedir } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import type { Invocation } from './command.ts';

/** Connects to the engine that the command line and the environment name. */
export async function openEngine({ options, io, signal }: Invocation): Promise<Engine> {
  const { connectEngine } = await import('../engine/connect-engine.ts');
  return connectEngine(
    {
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.context === undefined ? {} : { context: options.context }),
      env: io.environment,
      home: homedir(),
    },
    signal,
  );
}
