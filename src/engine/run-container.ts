import type { Duplex } from 'node:stream';
import { DjdevError } from '../errors/djdev-error.ts';
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
} from './containers.ts';
import { openEngineConnection } from './engine-call.ts';
import { cleanUpSignal, type EngineLink } from './engine-link.ts';
import type { ContainerFacts, ContainerSpec, RunningContainer } from './engine.ts';
import { followOutput, StoppedFollowing } from './follow-output.ts';
import { inspectImage } from './images.ts';
import { labelsFor } from './labels.ts';
import { startWatchGuard, wrapCommand } from './lifeline.ts';
import { watchExit } from './watch-exit.ts';

export type RunSpec = ContainerSpec & { readonly attachStdin?: boolean };

/**
 * Creates, attaches, starts and follows a container, so that no line of output and no exit can be
 * missed. `exited` and `output` fail with the signal's reason when it aborts. On any failure the
 * container is removed before the error goes on.
 */
export async function runContainer(
  link: EngineLink,
  spec: RunSpec,
  signal: AbortSignal,
  beforeStart?: (id: string) => Promise<void>,
): Promise<RunningContainer> {
  const lifeline = chooseLifeline(spec);
  if (lifeline !== 'wrap') return await runPrepared(link, spec, lifeline, signal, beforeStart);
  const image = await inspectImage(link, spec.image, signal);
  if (!image) return await runPrepared(link, spec, 'none', signal, beforeStart);
  try {
    return await runPrepared(link, wrapCommand(spec, image), 'wrap', signal, beforeStart);
  } catch (error) {
    // The guard is the only program that is started here, so the image has no `sh`.
    const withoutShell = error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND';
    if (!withoutShell) throw error;
    return await runPrepared(link, spec, 'watch', signal, beforeStart);
  }
}

type Lifeline = ContainerSpec['lifeline'];

function chooseLifeline(spec: RunSpec): Lifeline {
  if (spec.ownership.persistent) return 'none';
  // The guard of `wrap` takes stdin for itself.
  return spec.attachStdin && spec.lifeline === 'wrap' ? 'watch' : spec.lifeline;
}

async function runPrepared(
  link: EngineLink,
  spec: RunSpec,
  lifeline: Lifeline,
  signal: AbortSignal,
  beforeStart: ((id: string) => Promise<void>) | undefined,
): Promise<RunningContainer> {
  const holdsStdin = lifeline === 'wrap' || spec.attachStdin === true;
  const handling = { holdsStdin, autoRemove: lifeline !== 'none' };
  const id = await createContainer(link, spec, handling, signal);
  const following = new AbortController();
  const followSignal = AbortSignal.any([signal, following.signal]);
  try {
    await beforeStart?.(id);
    const output = followOutput(await attach(link, id, spec, holdsStdin, followSignal));
    const { exited } = await watchExit(link, id, output, followSignal);
    // By its name, which is what people know it by in an error.
    await startContainer(link, spec.name, signal);
    const facts = await factsAfterStart(link, id, spec, signal);
    if (lifeline === 'watch') void startWatchGuard(link.http, id, followSignal);

    let disposed: Promise<void> | undefined;
    const dispose = async (): Promise<void> => {
      if (!spec.ownership.persistent) {
        await removeContainer(link, id, cleanUpSignal());
        await exited.catch(() => {});
      }
      following.abort(new StoppedFollowing());
    };
    return {
      id,
      name: spec.name,
      facts,
      stdin: spec.attachStdin ? output.connection : undefined,
      output: output.lines,
      exited,
      [Symbol.asyncDispose]: () => (disposed ??= dispose()),
    };
  } catch (error) {
    following.abort(error);
    // The first error matters; what cannot be removed now is found by the sweep.
    await removeContainer(link, id, cleanUpSignal()).catch(() => {});
    throw error;
  }
}

/** Before the start, so that the first line is not missed. */
async function attach(
  link: EngineLink,
  id: string,
  spec: RunSpec,
  holdsStdin: boolean,
  signal: AbortSignal,
): Promise<Duplex> {
  const call = {
    method: 'POST',
    path: `/containers/${id}/attach`,
    query: { stream: true, stdout: true, stderr: true, stdin: holdsStdin },
    doing: `attach to container ${spec.name}`,
  } as const;
  return await openEngineConnection(link.http, call, signal);
}

/** A short command's container may be gone again already; then the spec has to answer. */
async function factsAfterStart(
  link: EngineLink,
  id: string,
  spec: RunSpec,
  signal: AbortSignal,
): Promise<ContainerFacts> {
  const found = await inspectContainer(link, id, signal);
  if (found) return found;
  const labels = labelsFor(spec.ownership, link.owner);
  const { name, user = '' } = spec;
  const host = link.publishedHost;
  const ended = { running: false, exit: undefined, environment: {}, publishedPorts: {} };
  return { id, name, user, host, labels, ...ended };
}
