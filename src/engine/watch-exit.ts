import { DjdevError } from '../errors/djdev-error.ts';
import type { ContainerInspection } from './container-facts.ts';
import { findOnEngine, openEngineStream } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { ContainerExit } from './engine.ts';
import { readText } from './engine-refusal.ts';
import type { FollowedOutput } from './follow-output.ts';
import { notFoundMarker } from './lifeline.ts';
import { translateEngineError } from './translate-engine-error.ts';

interface WaitAnswer {
  readonly StatusCode: number;
  readonly Error?: { readonly Message: string } | null;
}

/**
 * Registers for the container's next exit, to be called before its start, and returns once the
 * engine has taken note. `exited` may be left unobserved.
 */
export async function watchExit(
  link: EngineLink,
  id: string,
  output: FollowedOutput,
  signal: AbortSignal,
): Promise<{ readonly exited: Promise<ContainerExit> }> {
  const doing = `wait for the end of container ${id}`;
  const path = `/containers/${id}/wait`;
  const call = { method: 'POST', path, query: { condition: 'next-exit' }, doing } as const;
  // The engine answers the headers at once and the body at the exit.
  const body = await openEngineStream(link.http, call, signal);

  const readExit = async (): Promise<ContainerExit> => {
    try {
      const answer = JSON.parse(await readText(body)) as WaitAnswer;
      if (answer.StatusCode === 127) await throwIfNotFound(output);
      return await describeExit(link, id, answer, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw translateEngineError(error, doing);
    }
  };
  const exited = readExit();
  exited.catch(() => {});
  return { exited };
}

/** With automatic removal the container may be gone before it can be asked about its memory. */
async function describeExit(
  link: EngineLink,
  id: string,
  answer: WaitAnswer,
  signal: AbortSignal,
): Promise<ContainerExit> {
  const call = {
    method: 'GET',
    path: `/containers/${id}/json`,
    doing: `inspect container ${id}`,
  } as const;
  const found = await findOnEngine<ContainerInspection>(link.http, call, signal);
  return {
    exitCode: answer.StatusCode,
    outOfMemory: found?.State.OOMKilled ?? false,
    error: answer.Error?.Message || found?.State.Error || undefined,
  };
}

async function throwIfNotFound(output: FollowedOutput): Promise<void> {
  await output.closed;
  const command = output.firstError()?.split(notFoundMarker)[1];
  if (command === undefined) return;
  throw new DjdevError('DJ-COMMAND-NOT-FOUND', {
    message: `The command cannot be executed in the image: there is no executable file \`${command}\`.`,
    hint: 'Check that the image contains the program, that its path is right and that it is executable.',
  });
}
