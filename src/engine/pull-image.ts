import { DjdevError } from '../errors/djdev-error.ts';
import { openEngineStream } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import { EngineRefusal } from './engine-refusal.ts';
import type { ImageFacts } from './engine.ts';
import { splitReference } from './image-reference.ts';
import { inspectImage } from './images.ts';
import { LineSplitter } from './line-splitter.ts';
import { translateEngineError } from './translate-engine-error.ts';

interface PullProgress {
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly errorDetail?: { readonly message: string };
}

/**
 * Pulls an image without credentials; `onProgress` gets a line whenever a layer's state changes.
 * Throws DJ-IMAGE-NOT-FOUND when no registry has it or none answers.
 */
export async function pullImage(
  link: EngineLink,
  reference: string,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const doing = `pull image ${reference}`;
  const { name, tag, digest } = splitReference(reference);
  const query = { fromImage: name, tag: digest ?? tag };
  try {
    const call = { method: 'POST', path: '/images/create', query, doing } as const;
    await followPull(await openEngineStream(link.http, call, signal), onProgress);
  } catch (error) {
    signal.throwIfAborted();
    throw pullError(translateEngineError(error, doing), reference);
  }
  const pulled = await inspectImage(link, reference, signal);
  if (pulled) return pulled;
  throw new DjdevError('DJ-IMAGE-NOT-FOUND', {
    message: `The engine says that it pulled ${reference}, but it does not have the image.`,
  });
}

/** One JSON object a line; failures come as one of them, with status 200. */
async function followPull(
  body: AsyncIterable<Buffer>,
  onProgress: (text: string) => void,
): Promise<void> {
  const splitter = new LineSplitter();
  const states = new Map<string, string>();
  for await (const bytes of body) {
    for (const { text } of splitter.push({ stream: 'stdout', bytes })) {
      const progress = JSON.parse(text) as PullProgress;
      if (progress.errorDetail) throw new EngineRefusal(500, progress.errorDetail.message);
      const { status = '', id = '' } = progress;
      if (states.get(id) === status) continue;
      states.set(id, status);
      onProgress(id === '' ? status : `${id}: ${status}`);
    }
  }
}

const missing =
  /not found|no such|manifest unknown|pull access denied|repository does not exist|unauthorized|denied/i;
const unanswered =
  /dial tcp|no such host|i\/o timeout|connection refused|network is unreachable|tls handshake|request canceled|x509|proxyconnect|server misbehaving|EOF/i;

function pullError(error: unknown, reference: string): unknown {
  if (!(error instanceof DjdevError) || !(error.cause instanceof EngineRefusal)) return error;
  const reason = error.cause.message;
  if (error.code === 'DJ-DISK-FULL') return error;
  if (unanswered.test(reason)) {
    return new DjdevError('DJ-IMAGE-NOT-FOUND', {
      message: `The image ${reference} is not on this engine, and its registry does not answer: ${reason}`,
      hint: `Check the engine's network, or bring the image by hand with \`docker load\` or by building and tagging it as ${reference}.`,
      cause: error.cause,
    });
  }
  if (error.code !== 'DJ-IMAGE-NOT-FOUND' && !missing.test(reason)) return error;
  return new DjdevError('DJ-IMAGE-NOT-FOUND', {
    message: `The image ${reference} is not on this engine, and its registry does not have it: ${reason}`,
    hint: 'Check the name and the tag. A private image must be pulled with `docker login` and `docker pull` first.',
    cause: error.cause,
  });
}
