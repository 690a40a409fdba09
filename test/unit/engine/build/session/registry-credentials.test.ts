import { expect, test } from 'vitest';
import { readRegistryCredentials } from '../../../../../src/engine/build/session/registry-credentials.ts';
import { withProject } from '../../../../support/with-project.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

async function credentialsFor(
  registry: string,
  config: string,
): Promise<readonly string[] | undefined> {
  await using home = await withProject({ 'config.json': config });
  const found = await readRegistryCredentials(registry, { DOCKER_CONFIG: home.root });
  return found && [found.username, found.secret.reveal()];
}

const config = JSON.stringify({
  auths: {
    'https://index.docker.io/v1/': { auth: encode('me:pass:word') },
    'ghcr.io': { auth: encode('bot:token') },
    'https://registry.example.com': { auth: encode('a:b') },
    'kept.example.com': {},
  },
});

test.each([
  ['registry-1.docker.io', ['me', 'pass:word']],
  ['ghcr.io', ['bot', 'token']],
  ['registry.example.com', ['a', 'b']],
  ['kept.example.com', undefined],
  ['other.example.com', undefined],
])('%s', async (registry, credentials) => {
  expect(await credentialsFor(registry, config)).toEqual(credentials);
});

test.each(['', '{', '[]', '{"auths":[]}'])('a config of %j reads anonymously', async (text) => {
  expect(await credentialsFor('ghcr.io', text)).toBeUndefined();
});
