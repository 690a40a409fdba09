import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../../project/secret.ts';
import type { RegistryCredentials } from './session-methods.ts';

/** The name under which `docker login` keeps the credentials of Docker Hub. */
const dockerHub = 'https://index.docker.io/v1/';

/**
 * What `docker login` stored for a registry in `$DOCKER_CONFIG/config.json`; `undefined` reads the
 * registry anonymously. Credentials kept by a credential program are not asked for: where there is
 * one, there is buildx as well.
 */
export async function readRegistryCredentials(
  registry: string,
  environment: NodeJS.ProcessEnv,
): Promise<RegistryCredentials | undefined> {
  const directory = environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const isDockerHub = registry === 'registry-1.docker.io' || registry === 'docker.io';
  const names = isDockerHub ? [dockerHub] : [registry, `https://${registry}`];
  const auths = await readAuths(join(directory, 'config.json'));
  const encoded = names.map((name) => auths[name]?.auth).find((auth) => auth !== undefined);
  if (encoded === undefined) return undefined;
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, secret: new Secret(rest.join(':')) };
}

async function readAuths(file: string): Promise<Record<string, { auth?: string } | undefined>> {
  try {
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    const auths =
      typeof config === 'object' && config !== null && 'auths' in config && config.auths;
    return typeof auths === 'object' && auths !== null
      ? (auths as Record<string, { auth?: string } | undefined>)
      : {};
  } catch {
    // No file or a broken one: the Docker CLI goes on without credentials as well.
    return {};
  }
}
