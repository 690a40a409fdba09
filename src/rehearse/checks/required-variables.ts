import type { MissingBuildSecret, Variable } from '../../project/project.ts';
import type { Finding } from '../../report/finding.ts';

/** One finding for each of the given variables, which production requires and nobody set. */
export function checkRequiredVariables(missing: readonly Variable[]): readonly Finding[] {
  return missing.map(({ name, secret, origin }) => ({
    code: 'env-missing',
    level: 'fail',
    step: 'preflight',
    title: `${name} is required and has no value.`,
    detail:
      (origin.location === undefined ? `Declared at ${origin.text}. ` : '') +
      'No env file and no variable of the shell gives it a value.',
    hint: secret
      ? `Add a throw-away ${name}=… to .env, or “generate: true” to its declaration in ` +
        'djdev.yaml. A rehearsal needs no real secret.'
      : `Add ${name}=… to .env, or a value to its declaration in djdev.yaml.`,
    ...(origin.location === undefined ? {} : { location: origin.location }),
  }));
}

/** One finding for each build secret that is declared and has no value. */
export function checkBuildSecrets(missing: readonly MissingBuildSecret[]): readonly Finding[] {
  return missing.map(({ id, reason, origin }) => ({
    code: 'env-missing',
    level: 'fail',
    step: 'preflight',
    title: `The build secret ${id} has no value: ${reason}.`,
    detail: `Declared at ${origin.text}.`,
    hint: 'Set it before the run; the builder gets it as a secret and the image never holds it.',
    ...(origin.location === undefined ? {} : { location: origin.location }),
  }));
}
