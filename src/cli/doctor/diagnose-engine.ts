import { json } from 'node:stream/consumers';
import type { Engine } from '../../engine/engine.ts';
import type { DjdevError } from '../../errors/djdev-error.ts';
import { formatBytes } from '../../report/formats/quantity.ts';
import type { Invocation } from '../command.ts';
import type { Diagnosis } from './diagnosis.ts';

const lowBytes = 5_000_000_000;

/** Whether an engine answers, what it is, how it builds and how much room it has. */
export async function diagnoseEngine(
  engine: Engine,
  invocation: Invocation,
): Promise<readonly Diagnosis[]> {
  return [
    describeEngine(engine),
    await diagnoseBuilder(invocation),
    await diagnoseDisk(engine, invocation.signal),
  ];
}

/** A failed line from an error, with its hint as the fix. */
export function diagnoseError(subject: string, error: DjdevError): Diagnosis {
  return {
    subject,
    level: 'fail',
    text: error.message,
    ...(error.hint === undefined ? {} : { fix: error.hint }),
    exitCode: error.exitCode,
  };
}

function describeEngine({ info }: Engine): Diagnosis {
  const name = info.kind === 'podman' ? 'Podman' : 'Docker';
  const context = info.contextName === undefined ? '' : `, context ${info.contextName}`;
  return {
    subject: 'engine',
    level: 'pass',
    text:
      `${name} ${info.version}, API ${info.apiVersion}, ${info.os}/${info.architecture}, ` +
      `${info.endpoint}${context}`,
  };
}

async function diagnoseBuilder({ io }: Invocation): Promise<Diagnosis> {
  const { findBuildTools } = await import('../../engine/build/find-build-tools.ts');
  const { buildx } = findBuildTools(io.environment);
  return {
    subject: 'builder',
    level: 'pass',
    text:
      buildx === undefined ? 'BuildKit of the engine, spoken to directly' : `buildx at ${buildx}`,
  };
}

async function diagnoseDisk(engine: Engine, signal: AbortSignal): Promise<Diagnosis> {
  const { freeBytes } = await engine.diskUsage(signal);
  if (freeBytes === undefined) {
    return { subject: 'disk', level: 'pass', text: 'the engine does not say how much is free' };
  }
  const text = `${formatBytes(freeBytes)} free where the engine keeps images`;
  if (freeBytes >= lowBytes) return { subject: 'disk', level: 'pass', text };
  return {
    subject: 'disk',
    level: 'warn',
    text,
    fix: 'docker builder prune removes build cache; docker image prune, images nobody uses',
    mend: {
      question: 'Remove the build cache that no image uses? Later builds begin anew.',
      run: async (ownSignal) => `removed ${formatBytes(await pruneCache(engine, ownSignal))}`,
    },
  };
}

/** Removes the engine's unused build cache; answers with the bytes that were in it. */
async function pruneCache({ connection }: Engine, signal: AbortSignal): Promise<number> {
  const { body } = await connection.http.request('POST', '/build/prune', {}, signal);
  const { SpaceReclaimed } = (await json(body)) as { readonly SpaceReclaimed?: number };
  return SpaceReclaimed ?? 0;
}
