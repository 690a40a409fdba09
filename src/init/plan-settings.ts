import path from 'node:path';
import { type Derived, derive } from '../project/derived.ts';
import { deriveSettings } from '../project/derive-settings.ts';
import { lineOf, type SourceFile } from '../project/project-sources.ts';
import type { ChosenBuild } from './choose-build.ts';
import { findSourceRoot } from './find-source-root.ts';
import { installs } from './find-dependencies.ts';
import type { InitFacts } from './init-facts.ts';

/** The settings of both modes, and what a person should know about them. */
export interface PlannedSettings {
  readonly dev: Derived<string> | undefined;
  readonly prod: Derived<string> | undefined;
  /** The files that one of the two is or begins with. */
  readonly files: readonly SourceFile[];
  readonly open: readonly string[];
}

/** Modules of packages that people install for development alone. */
const developmentPackages: Readonly<Record<string, string>> = {
  debug_toolbar: 'django-debug-toolbar',
  django_extensions: 'django-extensions',
  silk: 'django-silk',
  django_browser_reload: 'django-browser-reload',
  django_watchfiles: 'django-watchfiles',
  nplusone: 'nplusone',
  livereload: 'django-livereload-server',
  sslserver: 'django-sslserver',
  querycount: 'django-querycount',
  template_profiler_panel: 'django-debug-toolbar-template-profiler',
  wagtail_styleguide: 'wagtail',
  pattern_library: 'django-pattern-library',
  zeal: 'django-zeal',
  schema_graph: 'django-schema-graph',
  requests_panel: 'django-requests-debug-toolbar',
  whitenoise: 'whitenoise',
};

const otherPurpose = /(?:^|[/_.])(?:tests?|testing|ci|staging|stage|docs|build)(?:[/_.]|$)/u;

/**
 * The settings modules. Development begins with production's where its own want packages that
 * production does not install: there is one image, and they are not in it.
 */
export function planSettings(facts: InitFacts, build: ChosenBuild | undefined): PlannedSettings {
  const { sources, root } = facts;
  const derived = deriveSettings(sources, build?.stage, root);
  const dev = fromSourceRoot(facts, derived.dev);
  const named = fromSourceRoot(facts, derived.prod);
  const keyless = named && findKeyless(facts, named.value);
  const prod = keyless && dev ? derive(dev.value, keyless.why) : named;
  const missing = dev && dev.value !== prod?.value ? findMissing(facts, dev.value) : undefined;
  const chosen = missing && prod ? derive(prod.value, missing.why) : dev;
  const used = [...new Set([chosen?.value, prod?.value])].flatMap((module) =>
    module === undefined ? [] : [module],
  );
  return {
    dev: chosen,
    prod,
    files: sources.settings.filter((file) => isUsed(facts, file, used)),
    open: keyless
      ? [keyless.text]
      : missing
        ? [
            `${missing.place} wants ${missing.packages.join(', ')}, which production does not install, and there is one image: ` +
              'development begins with production’s settings. Guard it (try, or importlib.util.find_spec) and set settings.dev.',
          ]
        : [],
  };
}

/**
 * Settings of production as `wagtail start` leaves them: nothing gives them a SECRET_KEY, so that
 * nothing can start with them.
 */
function findKeyless(
  facts: InitFacts,
  module: string,
): { readonly why: string; readonly text: string } | undefined {
  const file = facts.sources.settings.find((one) => moduleOf(facts, one) === module);
  const hasKey = ({ text }: SourceFile): boolean => /\bSECRET_KEY\b/u.test(text);
  if (file === undefined || !facts.sources.settings.some(hasKey)) return undefined;
  if (followImports(facts, file).some(hasKey)) return undefined;
  const line = `SECRET_KEY = os.environ["SECRET_KEY"]`;
  return {
    why: `${module} has no SECRET_KEY`,
    text:
      `${file.path} has no SECRET_KEY, so nothing can start with it: production begins with the settings of development. ` +
      `Write ${line} there, ALLOWED_HOSTS too, and set settings.prod.`,
  };
}

/** The file, and those of the project that it imports everything from. */
function followImports(
  facts: InitFacts,
  file: SourceFile,
  seen: readonly SourceFile[] = [],
): readonly SourceFile[] {
  const imported = [...file.text.matchAll(/^\s*from\s+(\S+)\s+import\b/gmu)].flatMap(
    ([, name = '']) => {
      const base = name.split('.').at(-1) ?? '';
      const found = facts.sources.settings.find(
        (one) =>
          one !== file && !seen.includes(one) && moduleOf(facts, one).split('.').at(-1) === base,
      );
      return found === undefined ? [] : [found];
    },
  );
  const all = [...seen, file];
  return imported.reduce<readonly SourceFile[]>(
    (found, one) =>
      found.includes(one) ? found : [...new Set([...found, ...followImports(facts, one, found)])],
    all,
  );
}

/** `src.config.settings.local` is `config.settings.local` where modules are named from `src`. */
function fromSourceRoot(
  facts: InitFacts,
  module: Derived<string> | undefined,
): Derived<string> | undefined {
  const prefix = findSourceRoot(facts)?.replaceAll('/', '.');
  return module !== undefined && prefix !== undefined && module.value.startsWith(`${prefix}.`)
    ? { ...module, value: module.value.slice(prefix.length + 1) }
    : module;
}

function findMissing(
  facts: InitFacts,
  module: string,
):
  | { readonly packages: readonly string[]; readonly place: string; readonly why: string }
  | undefined {
  const file = facts.sources.settings.find((one) => moduleOf(facts, one) === module);
  if (file === undefined || facts.dependencies.kind === 'none') return undefined;
  const wanted = findUnguarded(file.text).filter(({ name }) => !installs(facts.dependencies, name));
  const [first] = wanted;
  if (first === undefined) return undefined;
  const packages = [...new Set(wanted.map(({ name }) => name))];
  const place = `${file.path}:${lineOf(file.text, first.index)}`;
  return { packages, place, why: `${module} wants ${packages.join(', ')}` };
}

/** Packages of development that a settings file takes without asking whether they are there. */
export function findUnguarded(
  text: string,
): readonly { readonly name: string; readonly index: number }[] {
  return Object.entries(developmentPackages).flatMap(([module, name]) => {
    const use = new RegExp(
      String.raw`^(?![ \t]*#)[^\n#]*?(?:["']|\b(?:import|from) )${module}\b`,
      'gmu',
    );
    return [...text.matchAll(use)]
      .filter(({ index }) => !isGuarded(text, index))
      .map(({ index }) => ({ name, index }));
  });
}

/** Below `try:` or an `if` it is taken only where it is there, or wanted. */
function isGuarded(text: string, index: number): boolean {
  const lines = text.slice(0, index).split('\n').slice(0, -1).toReversed();
  let indent = /^[ \t]*/u.exec(text.slice(index))?.[0].length ?? 0;
  for (const line of lines) {
    if (line.trim() === '' || indent === 0) continue;
    const own = /^[ \t]*/u.exec(line)?.[0].length ?? 0;
    if (own >= indent) continue;
    if (/^[ \t]*(?:try|if|elif|else)\b.*:/u.test(line)) return true;
    indent = own;
  }
  return false;
}

/** Files that belong to no mode are those of tests, and of modes that are not used. */
function isUsed(facts: InitFacts, file: SourceFile, modules: readonly string[]): boolean {
  const module = moduleOf(facts, file);
  if (modules.includes(module)) return true;
  const base = path.posix.basename(file.path, '.py');
  const isMode = /^(?:local|dev|development|prod|production|settings_(?:local|dev|prod)\w*)$/u.test(
    base,
  );
  return !isMode && !otherPurpose.test(file.path);
}

function moduleOf({ sources }: InitFacts, file: SourceFile): string {
  return path.posix
    .relative(
      path.posix.join(sources.codeDirectory ?? '.', findSourceRoot({ sources }) ?? '.'),
      file.path,
    )
    .replace(/\.py$/u, '')
    .replace(/\/__init__$/u, '')
    .replaceAll('/', '.');
}
