import { DjdevError } from '../errors/djdev-error.ts';
import type { SourceFile } from '../project/project-sources.ts';
import { parse } from 'yaml';
import type { InitFacts } from './init-facts.ts';

/** A Compose file, read. */
export interface Compose {
  readonly path: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  /** It says what runs on a developer's machine. */
  readonly isDevelopment: boolean;
}

export type ComposeService = Readonly<Record<string, unknown>>;

const development = /(?:^|[/._-])(?:local|dev|development|override|debug)(?:[._-]|$)/u;
const otherPurpose = /(?:^|[/._-])(?:tests?|ci|e2e|docs|lint|monitoring|bench)(?:[/._-]|$)/u;
const production = /(?:^|[/._-])(?:prod|production|deploy|live)(?:[/._-]|$)/u;

/**
 * The Compose file that says most about production: one that is named after it, else the plain
 * one, else one of development. Throws `DJ-USAGE` for a file that was asked for and is none.
 */
export function chooseCompose({
  composes,
  isComposeAsked,
}: Pick<InitFacts, 'composes' | 'isComposeAsked'>): Compose | undefined {
  const [asked] = composes;
  if (isComposeAsked && asked !== undefined) return toCompose(asked, readServices(asked));
  const rank = ({ path }: SourceFile): number => {
    const depth = path.split('/').length / 10;
    return (production.test(path) ? 0 : development.test(path) ? 2 : 1) + depth;
  };
  const readable = composes
    .filter(({ path }) => !otherPurpose.test(path))
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((file) => {
      const services = tryRead(file);
      return services === undefined ? [] : [{ file, services }];
    });
  const chosen = readable.find(({ services }) => hasBuild(services)) ?? readable[0];
  if (chosen === undefined) return undefined;
  const plain = readable.find(({ file }) => Math.floor(rank(file)) === 1);
  // A file of production mostly completes the plain one: what it lacks is taken from there.
  const isWhole = Object.values(chosen.services).some(({ image }) => image !== undefined);
  const merged =
    plain === undefined || plain === chosen || isWhole
      ? chosen.services
      : merge(plain.services, chosen.services);
  return toCompose(chosen.file, merged);
}

function toCompose(file: SourceFile, services: Compose['services']): Compose {
  const own = Object.values(services).filter(({ build }) => build !== undefined);
  const isWorkedOn = own.some(
    ({ build, command, volumes }) =>
      (isMapping(build) && /"target":"dev/u.test(JSON.stringify(build))) ||
      /runserver/u.test(JSON.stringify(command ?? '')) ||
      (Array.isArray(volumes) &&
        volumes.some((volume) => /^\.{1,2}\/?[\w/-]*:/u.test(String(volume)))),
  );
  return {
    path: file.path,
    services,
    isDevelopment: development.test(file.path) || (isWorkedOn && !production.test(file.path)),
  };
}

function hasBuild(services: Compose['services']): boolean {
  return Object.values(services).some(({ build }) => build !== undefined);
}

function merge(base: Compose['services'], over: Compose['services']): Compose['services'] {
  const names = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, { ...base[name], ...over[name] }]));
}

function tryRead(file: SourceFile): Compose['services'] | undefined {
  try {
    return readServices(file);
  } catch {
    return undefined;
  }
}

function readServices({ path, text }: SourceFile): Compose['services'] {
  let content: unknown;
  try {
    content = parse(text, { merge: true });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new DjdevError('DJ-USAGE', {
      message: `${path} is not YAML: ${why}`,
      hint: '“docker compose config” says more.',
      cause,
    });
  }
  const services = isMapping(content) ? content['services'] : undefined;
  if (isMapping(services)) {
    return Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, isMapping(service) ? service : {}]),
    );
  }
  throw new DjdevError('DJ-USAGE', {
    message: `${path} has no services.`,
    hint: 'Name the Compose file of the project with --from.',
  });
}

/** A mapping of YAML. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
