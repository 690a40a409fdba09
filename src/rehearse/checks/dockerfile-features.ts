import {
  type DockerfileFeature,
  dockerfileFeatures,
  type EngineRelease,
} from '../../project/dockerfile-features.ts';
import type { EngineInfo } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';

/**
 * The newest measured engine that lacks what the release of a feature brought. Engines between
 * the two were not measured: there the builder itself has the word.
 */
const lastEngineWithout: Readonly<Record<EngineRelease | 'frontend', string>> = {
  '20.10': '19.03',
  '26.1': '20.10',
  '28.5': '26.1',
  frontend: '28.5',
};

/**
 * Features of the Dockerfile that this engine's builder is known to refuse, each where it is used
 * first. A frontend image named by `# syntax=` decides for itself, so nothing is said then.
 */
export function checkDockerfileFeatures(
  features: readonly DockerfileFeature[],
  engine: Pick<EngineInfo, 'kind' | 'version'>,
): readonly Finding[] {
  if (engine.kind !== 'docker') return [];
  if (features.some(({ name }) => name === 'syntax-directive')) return [];
  const firstUses = new Map(features.toReversed().map((feature) => [feature.name, feature]));
  return [...firstUses.values()]
    .toReversed()
    .filter(({ name }) => isUpTo(engine.version, lastEngineWithout[dockerfileFeatures[name].since]))
    .map(({ name, location }) => {
      const { title, since } = dockerfileFeatures[name];
      return {
        code: 'dockerfile-feature-unknown',
        level: 'fail',
        step: 'preflight',
        title: `The builder of Docker Engine ${engine.version} does not know ${title}.`,
        detail:
          since === 'frontend'
            ? 'No engine knows it by itself: a frontend image does.'
            : `Docker Engine ${since} knows it.`,
        hint:
          since === 'frontend'
            ? 'Begin the Dockerfile with “# syntax=docker/dockerfile:1-labs”, or do without it.'
            : `Use Docker Engine ${since} or newer, begin the Dockerfile with ` +
              '“# syntax=docker/dockerfile:1”, or do without it.',
        location,
      };
    });
}

/** Whether a version such as `20.10.24+dfsg1` is not newer than the release `20.10`. */
function isUpTo(version: string, release: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [releaseMajor = 0, releaseMinor = 0] = release.split('.').map(Number);
  return major < releaseMajor || (major === releaseMajor && minor <= releaseMinor);
}
