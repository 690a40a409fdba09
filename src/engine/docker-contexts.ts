import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndpointTls } from './engine.ts';

/** A Docker context as far as djdev uses it. */
export interface DockerContext {
  readonly name: string;
  /** For example `unix:///Users/ann/.colima/default/docker.sock`. */
  readonly address: string;
  readonly tls: EndpointTls | undefined;
}

/** `$DOCKER_CONFIG`, or `.docker` in the home directory. */
export function dockerConfigDirectory(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker');
}

/** The context that `docker context use` made current; `default` without one. */
export async function readCurrentContext(configDirectory: string): Promise<string> {
  const config = await readJson(join(configDirectory, 'config.json'));
  const current = config?.['currentContext'];
  return typeof current === 'string' && current !== '' ? current : 'default';
}

/** `undefined` when there is no context of that name with a Docker endpoint. */
export async function readContext(
  configDirectory: string,
  name: string,
): Promise<DockerContext | undefined> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(configDirectory, 'contexts', 'meta', id, 'meta.json'));
  const endpoint = field(field(meta, 'Endpoints'), 'docker');
  const address = endpoint?.['Host'];
  if (typeof address !== 'string') return undefined;
  const tls = await readTlsFiles(join(configDirectory, 'contexts', 'tls', id, 'docker'));
  const skipsVerification = endpoint?.['SkipTLSVerify'] === true;
  if (!skipsVerification) return { name, address, tls };
  return { name, address, tls: { ...tls, verify: false } };
}

/** Names of all contexts, sorted, `default` first. */
export async function listContexts(configDirectory: string): Promise<readonly string[]> {
  const directory = join(configDirectory, 'contexts', 'meta');
  const ids = await readdir(directory).catch(() => []);
  const metas = await Promise.all(ids.map((id) => readJson(join(directory, id, 'meta.json'))));
  const names = metas.flatMap((meta) => (typeof meta?.['Name'] === 'string' ? [meta['Name']] : []));
  return ['default', ...names.filter((name) => name !== 'default').sort()];
}

/** `ca.pem`, `cert.pem` and `key.pem`, as many as exist; `undefined` without any. */
export async function readTlsFiles(directory: string): Promise<EndpointTls | undefined> {
  const read = async (name: string): Promise<string | undefined> =>
    await readFile(join(directory, name), 'utf8').catch(() => undefined);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

async function readJson(path: string): Promise<JsonObject | undefined> {
  try {
    return asObject(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // A missing or broken file says the same as one without the field that is looked for.
    return undefined;
  }
}

function field(value: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(value?.[name]);
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
}
