import { DjdevError } from '../../errors/djdev-error.ts';
import { createEngineHttp } from '../engine-http.ts';
import { EngineRefusal } from '../engine-refusal.ts';
import type { Engine } from '../engine.ts';
import { translateEngineError } from '../translate-engine-error.ts';
import type { BuilderAnswer, BuildJob } from './builder.ts';
import { BuildxUnusable, buildWithBuildx } from './buildx/build-with-buildx.ts';
import type { BuildTools } from './find-build-tools.ts';
import type { BuildTracker } from './progress/track-build.ts';
import { buildWithSession } from './session/build-with-session.ts';

/**
 * Builds with buildx where there is one, else through a session of djdev's own. Never with the
 * classic builder, which does not know what Dockerfiles of today use.
 * Throws `DJ-ENGINE-TOO-OLD` when the engine offers no way, and the errors of a broken connection.
 */
export async function startBuild(
  engine: Engine,
  tools: BuildTools,
  job: BuildJob,
  tracker: BuildTracker,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  // Every Docker that djdev connects to has BuildKit; Podman builds with Buildah.
  if (engine.info.kind === 'podman') throw withoutBuildKit(engine, undefined);
  if (tools.buildx !== undefined) {
    const environment = { ...process.env, ...engine.connection.cliEnvironment };
    try {
      return await buildWithBuildx({ file: tools.buildx, environment }, job, tracker, signal);
    } catch (error) {
      if (!(error instanceof BuildxUnusable)) throw error;
    }
  }
  return await buildDirectly(engine, job, tracker, signal);
}

async function buildDirectly(
  engine: Engine,
  job: BuildJob,
  tracker: BuildTracker,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  const http = createEngineHttp(engine.connection.endpoint, engine.info.apiVersion);
  try {
    return await buildWithSession(http, job, tracker, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Sessions are deprecated in Engine 29 and will go; nothing else answers 404 or 405 here.
    if (error instanceof EngineRefusal && (error.status === 404 || error.status === 405)) {
      throw withoutBuildKit(engine, error);
    }
    throw translateEngineError(error, 'build the image');
  } finally {
    http.close();
  }
}

function withoutBuildKit(engine: Engine, cause: unknown): DjdevError {
  const { kind, version, apiVersion } = engine.info;
  const name = kind === 'podman' ? 'Podman' : 'Docker';
  const message =
    `${name} ${version} (API ${apiVersion}) offers no BuildKit session to build the image with, ` +
    'and djdev never builds with the classic builder, which reads Dockerfiles differently.';
  const hint =
    kind === 'podman'
      ? 'Point djdev at a Docker engine, 20.10 or newer, with --host or --context.'
      : 'Install the buildx plugin (package docker-buildx or docker-buildx-plugin): djdev uses it as soon as it is there.';
  return new DjdevError('DJ-ENGINE-TOO-OLD', { message, hint, ...(cause ? { cause } : {}) });
}
