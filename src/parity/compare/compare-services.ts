import type { ServiceDefinition } from '../../project/project.ts';
import type { ParityDifference } from '../parity-report.ts';
import type { SideFacts } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference } from './compare-input.ts';

/** Kinds of services by what names them: the scheme of a URL, a backend of Django. */
const kinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['postgres', /^(?:postgres|postgresql|postgis|psql)(?:\+|$)|backends?\.(?:postgresql|postgis)/u],
  ['mysql', /^(?:mysql|mariadb)(?:\+|$)|backends?\.mysql/u],
  ['redis', /^(?:rediss?|valkeys?|redis\+\w+)$|redis/iu],
  ['memcached', /^memcache|memcached/iu],
  ['rabbitmq', /^(?:amqps?|pyamqp)$/u],
  ['kafka', /^kafka/u],
  ['mongodb', /^mongodb/u],
  ['mail', /^smtps?(?:\+|$)|email\.backends\.smtp/u],
  ['elasticsearch', /elasticsearch|opensearch/iu],
];
const ofDefinition: Readonly<Partial<Record<ServiceDefinition['kind'], string>>> = {
  postgres: 'postgres',
  redis: 'redis',
  mailpit: 'mail',
};
/** Where a mail is caught here, production sends it. */
const mailTools = new Set(['mail']);

/** Services that only one side has, by what its variables and settings name. */
export function compareServices(input: CompareInput): AreaOutcome {
  const { project, here, production } = input;
  const [own, other] = [findKinds(here), findKinds(production)];
  const declared = new Map(project.services.map((service) => [service.name, kindOf(service)]));
  const onlyHere = project.services.filter(
    (service) => !hasCounterpart(input, service, other.keys()),
  );
  const onlyProduction = [...other].filter(
    ([kind]) => !own.has(kind) && ![...declared.values()].includes(kind) && !mailTools.has(kind),
  );
  return [
    ...onlyHere.map((service) => describeOwn(input, service)),
    ...onlyProduction.map(([kind, from]) => describeOther(kind, from)),
  ];
}

/** Kind → the variable or setting that names it. */
function findKinds({
  environment,
  settings,
}: Pick<SideFacts, 'environment' | 'settings'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const look = (name: string, word: string | undefined): void => {
    const kind = word === undefined ? undefined : kinds.find(([, fits]) => fits.test(word))?.[0];
    if (kind !== undefined && !found.has(kind)) found.set(kind, name);
  };
  for (const [name, leaf] of Object.entries(environment)) {
    if ('scheme' in leaf) look(name, leaf.scheme);
  }
  for (const [name, leaf] of Object.entries(settings.values ?? {})) {
    if ('scheme' in leaf) look(name, leaf.scheme);
    const isBackend = /(?:ENGINE|BACKEND)$/u.test(name) && 'value' in leaf;
    if (isBackend && typeof leaf.value === 'string') look(name, leaf.value);
  }
  return found;
}

function kindOf({ kind, image, name }: ServiceDefinition): string {
  return ofDefinition[kind] ?? kinds.find(([, fits]) => fits.test(imageName(image)))?.[0] ?? name;
}

function imageName(image: string): string {
  return image.split('/').at(-1)?.split(':')[0] ?? image;
}

/** Production uses a service of its kind, or has a variable that points to it here. */
function hasCounterpart(
  { project, production, here }: CompareInput,
  service: ServiceDefinition,
  used: Iterable<string>,
): boolean {
  if ([...used].includes(kindOf(service))) return true;
  const names = project.variables.filter(({ parts = [], byMode }) => {
    const all = [...parts, ...(byMode?.dev?.parts ?? [])];
    return all.some(
      (part) => typeof part === 'object' && 'service' in part && part.service === service.name,
    );
  });
  if (mailTools.has(kindOf(service))) return production.settings.values === undefined;
  return names.some(
    ({ name }) => here.environment[name] !== undefined && isSet(production.environment[name]),
  );
}

function isSet(leaf: SideFacts['environment'][string] | undefined): boolean {
  if (leaf === undefined) return false;
  if ('secret' in leaf) return leaf.isSet;
  return !('value' in leaf) || leaf.value !== '';
}

function describeOwn({ running }: CompareInput, service: ServiceDefinition): ParityDifference {
  return difference('services', {
    subject: service.name,
    here: `${running ? 'a container' : 'declared'}, ${service.image}`,
    origin: `services.${service.name}`,
    cost: 5,
    advice: `Nothing that production has names a service like ${service.name}: give production one, or take it out of the manifest.`,
  });
}

function describeOther(kind: string, from: string): ParityDifference {
  return difference('services', {
    subject: kind,
    production: `named by ${from}`,
    origin: from,
    cost: 5,
    advice: `Declare it under services, so that the code meets a ${kind} here too.`,
  });
}
