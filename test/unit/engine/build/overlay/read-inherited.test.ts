import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCertificates } from '../../../../../src/engine/build/overlay/read-certificates.ts';
import { readInherited } from '../../../../../src/engine/build/overlay/read-inherited.ts';
import { withProject } from '../../../../support/with-project.ts';

const certificate = (body: string): string =>
  `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;

test('nothing is read that is not asked for', async () => {
  const env = { HTTP_PROXY: 'http://proxy:3128', PIP_INDEX_URL: 'https://index/simple' };
  expect(await readInherited([], env, '/nowhere')).toEqual({
    index: {},
    proxy: {},
  });
});

test('authorities of variables come first, each once, and those of the system follow', async () => {
  await using home = await withProject({
    'one.pem': `# a comment\n${certificate('T25l')}\n${certificate('VHdv')}\n`,
    'two.pem': certificate('VHdv'),
  });
  const env = {
    SSL_CERT_FILE: join(home.root, 'one.pem'),
    PIP_CERT: join(home.root, 'two.pem'),
    CURL_CA_BUNDLE: join(home.root, 'missing.pem'),
  };
  const certificates = await readCertificates(env);
  const found = certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  expect(found?.slice(0, 2)).toEqual([certificate('T25l'), certificate('VHdv')]);
  // Whatever this machine trusts, Node brings more than a hundred.
  expect(found?.length).toBeGreaterThan(100);
  expect(new Set(found).size).toBe(found?.length);
  expect(Buffer.byteLength(certificates)).toBeLessThan(500 * 1024);
});

test('the index of pip’s own files reaches pip and uv; the environment wins; credentials stay here', async () => {
  await using home = await withProject({
    '.config/pip/pip.conf':
      '[global]\nindex-url = https://first/simple\nextra-index-url =\n    https://a/simple\n    https://b/simple\n[list]\nindex-url = https://no\n',
    '.pip/pip.conf': '[install]\ntrusted-host: second\n',
    '.npmrc': 'fund=false\nregistry=https://npm.example/\n',
  });
  const env = {
    UV_EXTRA_INDEX_URL: 'https://user:secret@private/simple',
    PIP_CONFIG_FILE: join(home.root, 'none'),
  };
  const read = await readInherited(['index'], env, home.root);
  expect(read.index).toMatchObject({
    PIP_INDEX_URL: 'https://first/simple',
    PIP_EXTRA_INDEX_URL: 'https://a/simple https://b/simple',
    PIP_TRUSTED_HOST: 'second',
    UV_DEFAULT_INDEX: 'https://first/simple',
    NPM_CONFIG_REGISTRY: 'https://npm.example/',
  });
  expect(JSON.stringify(read)).not.toContain('secret');
  const asked = await readInherited(['index'], { PIP_INDEX_URL: 'https://own' }, home.root);
  expect(asked.index).toMatchObject({
    PIP_INDEX_URL: 'https://own',
    UV_DEFAULT_INDEX: 'https://own',
  });
});

test('proxies are given in both spellings', async () => {
  const env = { https_proxy: 'http://p:1', NO_PROXY: 'localhost', HTTP_PROXY: '' };
  expect((await readInherited(['proxy'], env, '/nowhere')).proxy).toEqual({
    HTTPS_PROXY: 'http://p:1',
    https_proxy: 'http://p:1',
    NO_PROXY: 'localhost',
    no_proxy: 'localhost',
  });
});
