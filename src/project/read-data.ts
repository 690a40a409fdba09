import path from 'node:path';
import type { EnvironmentSources } from './environment-sources.ts';
import type { Manifest } from './manifest.ts';
import type { OriginMap } from './origin-map.ts';
import type { DataDefinition } from './project.ts';
import { readCommand } from './read-processes.ts';

interface DataOptions {
  readonly root: string;
  readonly manifest: Manifest;
  readonly origins: OriginMap;
  readonly lookup: EnvironmentSources['lookup'];
}

const keys = ['rehearse', 'data'];

/** The data that releases are rehearsed on; notes a source that is named twice or not at all. */
export function readData({
  root,
  manifest,
  origins,
  lookup,
}: DataOptions): DataDefinition | undefined {
  const declared = manifest.content.rehearse?.data;
  if (declared === undefined) return undefined;
  const entry: Exclude<typeof declared, string> =
    typeof declared === 'string' ? { dump: declared } : declared;
  const named = (['dump', 'command', 'url'] as const).filter((key) => entry[key] !== undefined);
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    manifest.report(
      keys,
      `needs one of dump, command and url, and has ${kind === undefined ? 'none' : named.join(' and ')}.`,
      'Write “data: { dump: backups/prod.dump }”.',
    );
    return undefined;
  }
  if (typeof entry.url === 'string') {
    manifest.report(
      [...keys, 'url'],
      'stands in the manifest itself, which is no place for a password.',
      'Name the variable that holds it: “url: { env: PRODUCTION_DATABASE_URL }”.',
    );
    return undefined;
  }
  origins.set('rehearse.data', manifest.originOf(keys));
  const resolve = (file: string): string => path.resolve(root, file);
  const { profile, command, url } = entry;
  const masks = listOf(entry.mask);
  const location =
    manifest.locate(typeof declared === 'string' ? keys : [...keys, kind]) ?? manifest.locate(keys);
  return {
    source:
      command !== undefined
        ? { kind: 'command', command: readCommand(command, [...keys, 'command'], manifest) }
        : url !== undefined
          ? { kind: 'url', variable: url.env, url: lookup(url.env)?.value }
          : { kind: 'file', path: resolve(entry.dump ?? '') },
    masks: masks.map((file, index) => ({
      path: resolve(file),
      location: manifest.locate([...keys, 'mask', index]) ?? manifest.locate([...keys, 'mask']),
    })),
    excludeTableData: listOf(entry.exclude_table_data),
    ...(profile === undefined ? {} : { profile: resolve(profile) }),
    location,
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
