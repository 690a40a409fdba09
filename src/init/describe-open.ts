import type { Decisions } from './decide.ts';
import type { ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import type { PlannedSettings } from './plan-settings.ts';

/** What a person has to look at, one sentence each, the most pressing first. */
export function describeOpen(
  facts: InitFacts,
  decisions: Decisions,
  healthPatch: string | undefined,
): readonly string[] {
  const { environment, web, settings, sqlite, health, imported, compose } = decisions;
  return [
    ...describeMadeUp(environment.madeUp),
    ...web.open,
    ...settings.open,
    ...describeDatabase(sqlite, facts),
    ...describeRedirect(settings),
    ...(facts.dependencies.kind === 'none'
      ? ['No requirements were found: write requirements.txt with pinned versions.']
      : []),
    ...(facts.sources.settings.some(({ text }) => /\bSTATIC_ROOT\b/u.test(text))
      ? []
      : [
          'STATIC_ROOT is not set, so production has no static files: set it, and serve it with WhiteNoise.',
        ]),
    ...describeHealth(health !== undefined, healthPatch),
    ...describeUnmapped(facts, imported, compose?.path ?? ''),
  ];
}

function describeMadeUp(madeUp: readonly { name: string; why: string }[]): readonly string[] {
  const [first] = madeUp;
  if (first === undefined) return [];
  const names = madeUp.map(({ name }) => name).join(', ');
  return [
    `${names}: production needs ${madeUp.length === 1 ? 'it' : 'them'} (${first.why}), and nothing gives a value. djdev makes one up; put real ones into .env.`,
  ];
}

function describeDatabase(sqlite: string | undefined, { sources }: InitFacts): readonly string[] {
  if (sqlite !== undefined) {
    return [
      `The database is SQLite (${sqlite}): it lies in the container and goes with it. For production read DATABASE_URL.`,
    ];
  }
  for (const { path: file, text } of sources.settings) {
    const block = /django\.db\.backends\.postgresql[\s\S]{0,600}/u.exec(text);
    const written = /["'](?:NAME|USER|PASSWORD)["']\s*:\s*["'][\w.-]+["']/u.exec(block?.[0] ?? '');
    if (block === null || written === null) continue;
    const line = text.slice(0, block.index + written.index).split('\n').length;
    return [
      `${file}:${line} has the database’s address written in it: read HOST, PORT, NAME, USER and PASSWORD from the environment, as DB_HOST, DB_PORT, … for example.`,
    ];
  }
  return [];
}

/** A browser does not come back from https on a machine that has none. */
function describeRedirect({ dev, files }: PlannedSettings): readonly string[] {
  for (const { path: file, text } of files) {
    const match = /^SECURE_SSL_REDIRECT\s*=\s*True\b/mu.exec(text);
    const isProduction = /prod/u.test(file) && !dev?.value.includes('prod');
    if (match === null || isProduction) continue;
    const line = text.slice(0, match.index).split('\n').length;
    return [
      `${file}:${line} redirects development to https as well, where nothing answers: SECURE_SSL_REDIRECT = not DEBUG.`,
    ];
  }
  return [];
}

function describeHealth(hasHealth: boolean, patch: string | undefined): readonly string[] {
  if (hasHealth) return [];
  return patch === undefined
    ? ['No health URL was found: add one that asks the database, /healthz/.']
    : [
        `No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.`,
      ];
}

/** Of a file that was asked for, everything; of one that was found, the services. */
function describeUnmapped(
  { isComposeAsked }: InitFacts,
  { unmapped }: ImportedCompose,
  file: string,
): readonly string[] {
  const told = isComposeAsked
    ? unmapped
    : unmapped.filter((text) => / (?:a proxy|a tool|built from|it has no)/u.test(text));
  return told.map((text) => `Not taken over from ${file}: ${text}.`);
}
