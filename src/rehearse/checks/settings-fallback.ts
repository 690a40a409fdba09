import type { Fallback } from '../../django/try-without.ts';
import type { Finding } from '../../report/finding.ts';

/** What the settings did when variables were taken away, each tried on its own. */
export interface FallbackTrials {
  /** The variables that hold the secret key. */
  readonly keyVariables: readonly string[];
  /** Without them. `undefined`: refused, as it should be. */
  readonly withoutKey: Fallback | undefined;
  /** The variables that name the database. */
  readonly databaseVariables: readonly string[];
  readonly withoutDatabase: Fallback | undefined;
}

/** Defaults that hide a missing variable: the release boots, and does the wrong thing. */
export function checkFallbacks(trials: FallbackTrials): readonly Finding[] {
  const { keyVariables, withoutKey, databaseVariables, withoutDatabase } = trials;
  const findings: Finding[] = [];
  if (keyVariables.length > 0 && withoutKey?.key !== undefined) {
    const [name = ''] = keyVariables;
    findings.push({
      code: 'secret-key-fallback',
      level: 'fail',
      step: 'settings',
      title: `Without ${name} the settings take another secret key, and say nothing.`,
      detail:
        'The variable was taken away, and the settings were imported all the same. Whoever reads ' +
        'the code then knows the key that signs sessions and password resets.',
      hint: `SECRET_KEY = os.environ["${name}"], without a default, in the production settings.`,
    });
  }
  const database = withoutDatabase?.databases.find(({ alias }) => alias === 'default');
  if (databaseVariables.length > 0 && database?.engine) {
    const names = databaseVariables.join(', ');
    const sqlite = database.engine.endsWith('sqlite3');
    const where = sqlite ? 'SQLite' : `${database.engine} at “${database.host || 'localhost'}”`;
    findings.push({
      code: 'database-fallback',
      level: sqlite ? 'fail' : 'warn',
      step: 'settings',
      title: `Without ${names} the settings use ${where}, and say nothing.`,
      detail: sqlite
        ? 'Migrations would be green, the application would start, and every order would be gone with the container.'
        : 'A typing error in the name of a variable is then found by the first query, not at boot.',
      hint: 'Read the variable without a default in the production settings.',
    });
  }
  return findings;
}
