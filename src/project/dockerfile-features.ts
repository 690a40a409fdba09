import type { SourceLocation } from '../errors/djdev-error.ts';
import type { Dockerfile, DockerfileInstruction } from './dockerfile.ts';

/**
 * Abilities that not every builder has, with the first engine whose own builder knows each.
 * `frontend`: no engine up to 28.5; only a frontend image named by `# syntax=` does.
 * Measured on engines 20.10, 26.1 and 28.5, so `26.1` means "after 20.10, by 26.1 at the latest".
 */
export const dockerfileFeatures = {
  'syntax-directive': { title: 'a frontend image named by “# syntax=”', since: '20.10' },
  'run-mount': { title: 'RUN --mount', since: '20.10' },
  'copy-chmod': { title: '--chmod', since: '20.10' },
  'platform-variable': { title: 'a variable in FROM --platform', since: '20.10' },
  heredoc: { title: 'a heredoc (<<EOF)', since: '26.1' },
  'copy-link': { title: '--link', since: '26.1' },
  'healthcheck-start-interval': { title: 'HEALTHCHECK --start-interval', since: '26.1' },
  'mount-variable': { title: 'a variable in a mount option', since: '26.1' },
  'run-network': { title: 'RUN --network', since: '26.1' },
  'variable-pattern': { title: 'a pattern in a variable (${NAME%…})', since: '26.1' },
  'add-checksum': { title: 'ADD --checksum', since: '26.1' },
  'copy-exclude': { title: '--exclude', since: '28.5' },
  'secret-env': { title: 'a secret mounted as a variable (env=)', since: '28.5' },
  'copy-parents': { title: '--parents', since: 'frontend' },
  'run-security': { title: 'RUN --security', since: 'frontend' },
} as const satisfies Record<string, { title: string; since: EngineRelease | 'frontend' }>;

/** Engines whose builders were measured. */
export type EngineRelease = '20.10' | '26.1' | '28.5';

type DockerfileFeatureName = keyof typeof dockerfileFeatures;

/** One use of a feature. All are unknown to the classic builder. */
export interface DockerfileFeature {
  readonly name: DockerfileFeatureName;
  readonly location: SourceLocation;
}

/** Every use of a feature that some builder lacks, in the order of the file. */
export function findDockerfileFeatures(dockerfile: Dockerfile): readonly DockerfileFeature[] {
  const found: DockerfileFeature[] = [];
  if (dockerfile.syntax !== undefined) {
    const line = dockerfile.text.split('\n').findIndex((text) => /^#\s*syntax\s*=/i.test(text));
    found.push({ name: 'syntax-directive', location: { file: dockerfile.file, line: line + 1 } });
  }
  for (const instruction of dockerfile.stages.flatMap((stage) => stage.instructions)) {
    if (instruction.hasHeredoc) found.push({ name: 'heredoc', location: instruction.location });
    if (hasVariablePattern(instruction)) {
      found.push({ name: 'variable-pattern', location: instruction.location });
    }
    for (const { name, value, location } of instruction.flags) {
      for (const feature of nameFlagFeatures(instruction.keyword, name, value ?? '')) {
        found.push({ name: feature, location });
      }
    }
  }
  return found;
}

/** RUN, CMD and ENTRYPOINT leave their variables to the shell, which knows patterns. */
function hasVariablePattern({ keyword, text }: DockerfileInstruction): boolean {
  return !/^(RUN|CMD|ENTRYPOINT|HEALTHCHECK|SHELL)$/.test(keyword) && /\$\{\w+[%#/]/.test(text);
}

const flagFeatures: Readonly<Record<string, DockerfileFeatureName>> = {
  'RUN network': 'run-network',
  'RUN security': 'run-security',
  'HEALTHCHECK start-interval': 'healthcheck-start-interval',
  'ADD checksum': 'add-checksum',
  'ADD chmod': 'copy-chmod',
  'ADD link': 'copy-link',
  'ADD exclude': 'copy-exclude',
  'COPY chmod': 'copy-chmod',
  'COPY link': 'copy-link',
  'COPY exclude': 'copy-exclude',
  'COPY parents': 'copy-parents',
};

function nameFlagFeatures(
  keyword: string,
  flag: string,
  value: string,
): readonly DockerfileFeatureName[] {
  if (keyword === 'RUN' && flag === 'mount') return nameMountFeatures(value);
  if (keyword === 'FROM' && flag === 'platform') {
    return value.includes('$') ? ['platform-variable'] : [];
  }
  const feature = flagFeatures[`${keyword} ${flag}`];
  return feature ? [feature] : [];
}

function nameMountFeatures(value: string): readonly DockerfileFeatureName[] {
  const isSecretVariable = /(^|,)type=secret(,|$)/.test(value) && /(^|,)env=/.test(value);
  return [
    'run-mount',
    ...(value.includes('$') ? (['mount-variable'] as const) : []),
    ...(isSecretVariable ? (['secret-env'] as const) : []),
  ];
}
