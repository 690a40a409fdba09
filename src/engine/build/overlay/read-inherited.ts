import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InheritedKind } from '../../../project/project.ts';
import { readPipSettings } from './read-pip-settings.ts';

/** What this machine knows of the network it is in. */
export interface Inherited {
  /** Addresses of package indexes, by the variable that pip, uv or npm reads. */
  readonly index: Readonly<Record<string, string>>;
  /** HTTP_PROXY and the like, in both spellings. BuildKit keeps these arguments to itself. */
  readonly proxy: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const indexVariables = [
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_TRUSTED_HOST',
  'UV_DEFAULT_INDEX',
  'UV_INDEX_URL',
  'UV_INDEX',
  'UV_EXTRA_INDEX_URL',
  'NPM_CONFIG_REGISTRY',
] as const;

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'] as const;

/** Reads what `app.build.inherit` asks for. An address with credentials is left out: it would be in the image's history. */
export async function readInherited(
  kinds: readonly InheritedKind[],
  env: Environment,
  home: string,
): Promise<Inherited> {
  return {
    index: kinds.includes('index') ? await readIndex(env, home) : {},
    proxy: kinds.includes('proxy') ? readProxy(env) : {},
  };
}

async function readIndex(
  env: Environment,
  home: string,
): Promise<Readonly<Record<string, string>>> {
  const pip = await readPipSettings(env, home);
  const npmrc = await readFile(join(home, '.npmrc'), 'utf8').catch(() => '');
  const registry = /^\s*registry\s*=\s*(\S+)/m.exec(npmrc)?.[1];
  const found: Record<string, string | undefined> = {
    PIP_INDEX_URL: pip['index-url'],
    PIP_EXTRA_INDEX_URL: pip['extra-index-url'],
    PIP_TRUSTED_HOST: pip['trusted-host'],
    NPM_CONFIG_REGISTRY: registry,
    ...Object.fromEntries(indexVariables.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
  // uv reads no settings of pip's; where it has none of its own, it looks where pip does.
  found.UV_DEFAULT_INDEX ??= found.UV_INDEX_URL ?? found.PIP_INDEX_URL;
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) =>
      value === undefined || /:\/\/[^/\s]*@/.test(value) ? [] : [[name, value]],
    ),
  );
}

function readProxy(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    proxyVariables.flatMap((name) => {
      const value = env[name] ?? env[name.toLowerCase()];
      if (value === undefined || value === '') return [];
      return [
        [name, value],
        [name.toLowerCase(), value],
      ];
    }),
  );
}
