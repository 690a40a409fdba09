import { databasePart } from '../project/database-variables.ts';
import { derivePostgres } from '../project/derive-database.ts';
import { deriveVariables } from '../project/derive-variables.ts';
import { looksSecret } from '../project/secret-name.ts';
import type { ImportedCompose, ImportedService } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { type ManifestParts, quote } from './render-manifest.ts';

/** The variables that the settings do not do without, in the order of the files. */
export function demandedBy({ reads, sources }: InitFacts): readonly string[] {
  const files = new Set(sources.settings.map(({ path }) => path));
  const names = reads.filter(({ file, hasDefault }) => files.has(file) && !hasDefault);
  return [...new Set(names.map(({ name }) => name))];
}

type PlannedService = ManifestParts['services'][number];

/** Services of the Compose file, and those that the requirements call for. */
export function planServices(
  facts: InitFacts,
  imported: readonly ImportedService[],
): readonly PlannedService[] {
  const planned = new Map<string, PlannedService>();
  for (const service of imported) {
    const name = service.known ?? service.name;
    planned.set(name, { name, value: describeService(service), why: facts.compose?.name ?? '' });
  }
  const postgres = derivePostgres(facts.sources, facts.root);
  if (postgres.value && !planned.has('postgres')) {
    planned.set('postgres', { name: 'postgres', value: '{}', why: postgres.origin.text });
  }
  const redis = facts.sources.requirements.find(({ text }) =>
    /^[^#\n]*\b(?:redis|django-redis|channels[_-]redis|django-rq)\b/imu.test(text),
  );
  if (redis && !planned.has('redis')) {
    planned.set('redis', { name: 'redis', value: '{}', why: redis.path });
  }
  return [...planned.values()];
}

function describeService({ known, image, environment, ports }: ImportedService): string {
  const tag = /:([\w.-]+)$/u.exec(image)?.[1];
  const isOfficial = /^(?:docker\.io\/)?(?:library\/)?(?:postgres|redis)(?::|$)/u.test(image);
  if (known !== undefined && isOfficial) return tag ? `{ version: ${JSON.stringify(tag)} }` : '{}';
  const keys = [`image: ${quote(image)}`];
  if (known === undefined) {
    const env = Object.entries(environment).map(([name, value]) => `${name}: ${quote(value)}`);
    if (env.length > 0) keys.push(`env: { ${env.join(', ')} }`);
    if (ports.length > 0) keys.push(`ports: [${ports.join(', ')}]`);
  }
  return `{ ${keys.join(', ')} }`;
}

/** What the application gets: imported values, addresses of services, and what is left open. */
export function planEnvironment(
  facts: InitFacts,
  imported: ImportedCompose,
  services: readonly PlannedService[],
): Pick<ManifestParts, 'environment' | 'open'> {
  const known = services.flatMap(({ name }) => (name === 'postgres' ? [databaseService] : []));
  const derived = deriveVariables(facts.sources, [], known, facts.root);
  const environment = new Map<string, ManifestParts['environment'][number]>();
  for (const [name, value] of Object.entries(imported.environment)) {
    const isTemplate = value.startsWith('${services.');
    // What djdev derives by itself is better than what a Compose file says of its own database.
    const isDerived = derived.values.has(name) || databasePart(name) !== undefined;
    if (value === '' || isDerived || (looksSecret(name, value) && !isTemplate)) continue;
    environment.set(name, { name, value: quoteTemplate(value), why: facts.compose?.name ?? '' });
  }
  const open: { name: string; why: string }[] = [];
  for (const name of demandedBy(facts)) {
    if (environment.has(name) || derived.values.has(name)) continue;
    const read = facts.reads.find((one) => one.name === name);
    const why = read === undefined ? '' : `${read.file}:${read.line}`;
    const service = services.find(
      (one) => one.name === 'redis' && /REDIS|BROKER|CELERY/u.test(name),
    );
    if (service) environment.set(name, { name, value: '${services.redis.url}', why });
    else open.push({ name, why });
  }
  return { environment: [...environment.values()], open };
}

const databaseService = { name: 'postgres', kind: 'postgres', image: 'postgres' } as const;

function quoteTemplate(value: string): string {
  return /^\$\{services\.[\w-]+\.\w+\}$/u.test(value) ? value : quote(value);
}
