import type { EngineCandidate } from './engine-candidates.ts';
import type { Endpoint } from './engine.ts';

/**
 * The environment that points a Docker CLI program at the engine that djdev found. Every variable
 * that could point elsewhere is set, so that it can be laid over any other environment; the CLI
 * treats empty ones as unset.
 */
export function cliEnvironment(
  endpoint: Endpoint,
  candidate: Pick<EngineCandidate, 'contextName'>,
): Readonly<Record<string, string>> {
  if (endpoint.type === 'socket') {
    return { DOCKER_HOST: `unix://${endpoint.path}`, DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' };
  }
  // A context brings its own TLS files; without one they are in the caller's own environment.
  if (candidate.contextName !== undefined) {
    return { DOCKER_HOST: '', DOCKER_CONTEXT: candidate.contextName };
  }
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return { DOCKER_HOST: `tcp://${host}:${endpoint.port}` };
}
