import { createContainer, killContainer, removeContainer, startContainer } from './containers.ts';
import { openEngineConnection, openEngineStream, tellEngine } from './engine-call.ts';
import { cleanUpSignal, type EngineLink } from './engine-link.ts';
import { readText } from './engine-refusal.ts';
import type { ContainerSession, ContainerSpec } from './engine.ts';
import { divideOutput } from './exec.ts';

/**
 * Creates a container, attaches to it and starts it. Once it has ended the engine removes it, unless
 * it is to stay until it is disposed. The streams are handed on unread. On any failure the container is removed before the error goes on.
 */
export async function openContainer(
  link: EngineLink,
  spec: ContainerSpec & { readonly tty: boolean; readonly staysAfterEnd?: boolean },
  signal: AbortSignal,
  beforeStart?: (id: string) => Promise<void>,
): Promise<ContainerSession> {
  const { name, tty } = spec;
  const handling = { holdsStdin: true, autoRemove: spec.staysAfterEnd !== true, tty };
  const id = await createContainer(link, spec, handling, signal);
  try {
    await beforeStart?.(id);
    const path = `/containers/${id}`;
    const connection = await openEngineConnection(
      link.http,
      {
        method: 'POST',
        path: `${path}/attach`,
        query: { stream: true, stdin: true, stdout: true, stderr: true },
        doing: `attach to container ${name}`,
      },
      signal,
    );
    const output = divideOutput(connection, tty);
    const waiting = {
      method: 'POST',
      path: `${path}/wait`,
      query: { condition: 'next-exit' },
      doing: `wait for the end of container ${name}`,
    } as const;
    // The engine answers the headers at once and the body at the exit.
    const body = await openEngineStream(link.http, waiting, signal);
    await startContainer(link, name, signal);
    const exited = readExitCode(body, output.ended);
    exited.catch(() => {});
    return {
      id,
      stdin: connection,
      stdout: output.stdout,
      stderr: output.stderr,
      exited,
      kill: async (processSignal) => await killContainer(link, id, processSignal, cleanUpSignal()),
      async resize(columns, rows) {
        const query = { h: rows, w: columns };
        const call = { method: 'POST', path: `${path}/resize`, query } as const;
        await tellEngine(link.http, { ...call, doing: 'resize a terminal' }, [404, 409], signal);
      },
      async [Symbol.asyncDispose]() {
        connection.destroy();
        await removeContainer(link, id, cleanUpSignal());
      },
    };
  } catch (error) {
    await removeContainer(link, id, cleanUpSignal()).catch(() => {});
    throw error;
  }
}

async function readExitCode(
  body: Parameters<typeof readText>[0],
  ended: Promise<void>,
): Promise<number> {
  const answer = JSON.parse(await readText(body)) as { readonly StatusCode: number };
  await ended;
  return answer.StatusCode;
}
