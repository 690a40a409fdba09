import { findBuildx } from './buildx/find-buildx.ts';
import { buildCacheDirectory } from './inputs/cache-directory.ts';

/** What building finds on this machine. */
export interface BuildTools {
  /** Absolute path of the buildx plugin; without one djdev speaks to the engine's BuildKit itself. */
  readonly buildx: string | undefined;
  /** Absolute path of the directory where builds are remembered. */
  readonly cacheDirectory: string;
}

/** Looks where the Docker CLI and the XDG rules say. */
export function findBuildTools(environment: NodeJS.ProcessEnv): BuildTools {
  return {
    buildx: findBuildx(environment),
    cacheDirectory: buildCacheDirectory(environment),
  };
}
