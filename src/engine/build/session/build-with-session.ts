import { basename } from 'node:path';
import type { EngineHttp, EngineReply, EngineRequestOptions } from '../../engine-http.ts';
import { EngineRefusal, readEngineMessage } from '../../engine-refusal.ts';
import type { BuilderAnswer, BuildJob } from '../builder.ts';
import { createJsonStreamDecoder } from '../progress/json-stream.ts';
import { decodeTrace } from '../progress/decode-trace.ts';
import type { BuildTracker } from '../progress/track-build.ts';
import { createFileAnswers } from './answer-files.ts';
import { type BuildSession, openSession } from './open-session.ts';
import { readRegistryCredentials } from './registry-credentials.ts';

/**
 * Builds through the engine's own BuildKit, with a session in which this process serves the files.
 * The build ends on the engine when the signal aborts. Throws `EngineRefusal` when the engine
 * knows no sessions or refuses the build.
 */
export async function buildWithSession(
  http: EngineHttp,
  job: BuildJob,
  tracker: BuildTracker,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  const { definition } = job;
  const session = await openSession(
    http,
    definition.context,
    {
      files: createFileAnswers(job, signal),
      secrets: definition.secrets,
      credentials: (registry) => readRegistryCredentials(registry, process.env),
    },
    signal,
  );
  try {
    const reply = await http.request('POST', '/build', { query: buildQuery(job, session) }, signal);
    if (reply.status === 200) return await followBuild(reply, tracker);
    throw new EngineRefusal(reply.status, await readEngineMessage(reply.body));
  } finally {
    session[Symbol.dispose]();
  }
}

function buildQuery(
  { definition, noCache }: BuildJob,
  session: BuildSession,
): NonNullable<EngineRequestOptions['query']> {
  return {
    version: 2,
    session: session.id,
    remote: 'client-session',
    dockerfile: basename(definition.dockerfile),
    target: definition.target,
    buildargs: JSON.stringify(definition.args),
    nocache: noCache ? 1 : undefined,
  };
}

/** The answer is always 200: whether the build failed stands in its last object. */
async function followBuild(reply: EngineReply, tracker: BuildTracker): Promise<BuilderAnswer> {
  const decoder = createJsonStreamDecoder();
  let id: string | undefined;
  let failure: string | undefined;
  reply.body.setEncoding('utf8');
  for await (const text of reply.body) {
    for (const value of decoder.push(text as string).values) {
      const message = value as BuildMessage;
      if (message.error !== undefined) failure = message.errorDetail?.message ?? message.error;
      if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string') {
        tracker.apply(decodeTrace(Buffer.from(message.aux, 'base64')));
      }
      if (message.id === 'moby.image.id' && typeof message.aux === 'object') id = message.aux.ID;
    }
  }
  const step = tracker.finish();
  if (failure === undefined && id !== undefined) return { type: 'built', id };
  return { type: 'failed', step, message: failure ?? 'The engine ended the build without a word.' };
}

/** One object of the answer to `/build`. */
interface BuildMessage {
  readonly id?: string;
  readonly aux?: string | { readonly ID: string };
  readonly error?: string;
  readonly errorDetail?: { readonly message: string };
}
