import type { Derived } from './derived.ts';
import type { Manifest } from './manifest.ts';
import type { OriginMap } from './origin-map.ts';
import type { ServiceDefinition } from './project.ts';
import { readServiceOptions, type ServiceContent } from './read-service-options.ts';
import { replaceImage } from './replace-image.ts';

/** Images of the services djdev knows, without their tag, and the tag they get by default. */
const knownServices = {
  postgres: { image: 'postgres', version: '17' },
  redis: { image: 'redis', version: '8' },
  mailpit: { image: 'axllent/mailpit', version: 'latest' },
} as const;

type KnownService = keyof typeof knownServices;

/** The declared services, and Postgres where the project needs it and nothing switches it off. */
export function readServices(
  manifest: Manifest,
  postgres: Derived<boolean>,
  origins: OriginMap,
): readonly ServiceDefinition[] {
  const { services: declared = {}, images = {} } = manifest.content;
  const replace = (service: ServiceDefinition): ServiceDefinition => ({
    ...service,
    image: replaceImage(service.image, images),
  });
  const services = Object.entries(declared)
    .filter(([, entry]) => entry !== false)
    .map(([name]) => replace(readService(name, manifest, origins)));
  if ('postgres' in declared || !postgres.value) return services;
  const derived = defineService('postgres', undefined, origins);
  origins.set('services.postgres', postgres.origin);
  origins.set('services.postgres.image', {
    ...postgres.origin,
    text: `${postgres.origin.text}; djdev’s default version`,
  });
  return [replace(derived), ...services];
}

function readService(name: string, manifest: Manifest, origins: OriginMap): ServiceDefinition {
  const entry = manifest.content.services?.[name];
  origins.set(`services.${name}`, manifest.originOf(['services', name]));
  const declared = entry === false || entry === undefined ? {} : entry;
  return {
    ...readImage(name, declared, manifest, origins),
    ...readServiceOptions(name, declared, manifest),
  };
}

function readImage(
  name: string,
  { version, image }: ServiceContent,
  manifest: Manifest,
  origins: OriginMap,
): ServiceDefinition {
  const keys = ['services', name];
  if (image !== undefined && version !== undefined) {
    manifest.report(
      [...keys, 'version'],
      'stands beside image, which names its tag itself.',
      'Remove one of the two.',
    );
  }
  if (image !== undefined) {
    origins.set(`services.${name}.image`, manifest.originOf([...keys, 'image']));
    return { name, kind: isKnown(name) ? name : 'image', image };
  }
  if (!isKnown(name)) {
    manifest.report(
      keys,
      'needs an image, because djdev does not know this service.',
      `Write ${name}: { image: "…" }. Known without one: ${Object.keys(knownServices).join(', ')}.`,
    );
    return { name, kind: 'image', image: '' };
  }
  if (version === undefined) return defineService(name, undefined, origins);
  origins.set(`services.${name}.image`, manifest.originOf([...keys, 'version']));
  // As written, so that 17.10 does not become 17.1.
  return defineService(name, manifest.sourceText([...keys, 'version']) ?? String(version), origins);
}

function defineService(
  name: KnownService,
  version: string | undefined,
  origins: OriginMap,
): ServiceDefinition {
  const known = knownServices[name];
  if (version === undefined) {
    origins.set(`services.${name}.image`, { kind: 'default', text: 'djdev’s default version' });
  }
  return { name, kind: name, image: `${known.image}:${version ?? known.version}` };
}

function isKnown(name: string): name is KnownService {
  return Object.hasOwn(knownServices, name);
}
