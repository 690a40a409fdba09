import type { InitFacts } from './init-facts.ts';
import { installs } from './find-dependencies.ts';
import { findUnguarded, type PlannedSettings } from './plan-settings.ts';
import type { ManifestParts } from './render-manifest.ts';

type Entry = ManifestParts['environment'][number];

/**
 * Where both modes have one settings module, a variable makes the difference: DEBUG is switched on
 * in development and off in production, and the redirect to https off in development.
 */
export function findSwitches(facts: InitFacts, settings: PlannedSettings): readonly Entry[] {
  const configuration = findConfiguration(facts);
  if (configuration !== undefined) return [configuration];
  if (settings.dev?.value !== settings.prod?.value) return [];
  return [...findDebug(facts, settings), ...findRedirect(facts, settings)];
}

/** django-configurations: a class of the settings for each mode. */
export function findConfiguration({ sources }: InitFacts): Entry | undefined {
  const manage = sources.managePy;
  const usual = /DJANGO_CONFIGURATION["']\s*,\s*["'](\w+)["']/u.exec(manage?.text ?? '')?.[1];
  if (usual === undefined) return undefined;
  const classes = sources.settings.flatMap(({ text }) =>
    [...text.matchAll(/^class (\w+)\(/gmu)].map(([, name = '']) => name),
  );
  const dev = classes.find((name) => /^(?:Local|Dev)/u.test(name)) ?? usual;
  const prod = classes.find((name) => name.startsWith('Prod')) ?? usual;
  return {
    name: 'DJANGO_CONFIGURATION',
    value: `{ dev: ${dev}, prod: ${prod} }`,
    why: manage?.path ?? '',
  };
}

function findDebug(facts: InitFacts, { files }: PlannedSettings): readonly Entry[] {
  for (const { path: file, text } of files) {
    for (const match of text.matchAll(/^DEBUG\s*(?::[^=\n]+)?=(?!=)\s*(.+)$/gmu)) {
      const line = text.slice(0, match.index).split('\n').length;
      const read = facts.reads.find((one) => one.file === file && one.line === line);
      const expression = match[1] ?? '';
      if (read === undefined) continue;
      const values = spell(expression, read.kind === 'bool');
      if (values === undefined) return [];
      const yes = String.raw`(?:True\b|1\b|["'](?:true|1|yes|on)["'])`;
      const isOnByDefault =
        new RegExp(`^${yes}|\\bdefault\\s*=\\s*${yes}`, 'iu').test(read.written ?? '') ||
        /!=/u.test(expression);
      const mustBeOff = isOnByDefault || !read.hasDefault;
      const isWanted = hasTools(facts, files);
      if (!isWanted && !mustBeOff) return [];
      // Written for both: a developer's own .env is not to decide about production.
      const keys = [
        ...(isWanted ? [`dev: ${JSON.stringify(values.on)}`] : []),
        ...(values.off === '' ? [] : [`prod: ${JSON.stringify(values.off)}`]),
        ...(isWanted && values.off !== '' ? [] : ['required: false']),
      ];
      return [{ name: read.name, value: `{ ${keys.join(', ')} }`, why: `${file}:${line}` }];
    }
  }
  return [];
}

/** With DEBUG, settings may take tools that production does not install. */
function hasTools({ dependencies }: InitFacts, files: PlannedSettings['files']): boolean {
  return files.every(({ text }) => {
    const wanted = findUnguarded(text.replaceAll(/^[ \t]*if\b.*DEBUG.*:/gmu, 'class Guard:'));
    return dependencies.kind === 'none' || wanted.every(({ name }) => installs(dependencies, name));
  });
}

/** The words that an expression takes for yes and no. */
function spell(expression: string, isBool: boolean): { on: string; off: string } | undefined {
  const equal = /==\s*["']([^"']+)["']/u.exec(expression)?.[1];
  if (equal !== undefined)
    return /^(?:0|no|off|false)$/iu.test(equal) ? undefined : { on: equal, off: 'no' };
  const unequal = /!=\s*["']([^"']+)["']/u.exec(expression)?.[1];
  if (unequal !== undefined) return { on: 'yes', off: unequal };
  const listed = /\bin\s*[([{]\s*["']([^"']+)["']/u.exec(expression)?.[1];
  if (listed !== undefined) return { on: listed, off: 'no' };
  if (isBool || /strtobool|literal_eval|json\.loads/u.test(expression)) {
    return /literal_eval/u.test(expression) || isBool
      ? { on: 'True', off: 'False' }
      : { on: 'true', off: 'false' };
  }
  if (/\bint\(/u.test(expression)) return { on: '1', off: '0' };
  return /\bbool\(/u.test(expression) ? { on: '1', off: '' } : undefined;
}

function findRedirect(facts: InitFacts, { files }: PlannedSettings): readonly Entry[] {
  for (const { path: file, text } of files) {
    const match = /^\s*SECURE_SSL_REDIRECT\s*=\s*(.+)$/mu.exec(text);
    if (match === null) continue;
    const line = text.slice(0, match.index + match[0].indexOf('SECURE')).split('\n').length;
    const read = facts.reads.find((one) => one.file === file && one.line === line);
    const values = read && spell(match[1] ?? '', read.kind === 'bool');
    if (read === undefined || values === undefined || /DEBUG/u.test(read.name)) continue;
    return [
      {
        name: read.name,
        value: `{ dev: ${JSON.stringify(values.off)}, required: false }`,
        why: `${file}:${line}`,
      },
    ];
  }
  return [];
}
