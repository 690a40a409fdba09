import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/engine/parse-address.ts';

const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
const tcp = (host: string, port: number, secure?: object): object => ({
  type: 'endpoint',
  endpoint: { type: 'tcp', host, port, tls: secure },
});

test.each([
  [
    'unix:///var/run/docker.sock',
    undefined,
    { type: 'endpoint', endpoint: { type: 'socket', path: '/var/run/docker.sock' } },
  ],
  ['tcp://10.0.0.5:2375', undefined, tcp('10.0.0.5', 2375)],
  ['tcp://10.0.0.5', undefined, tcp('10.0.0.5', 2375)],
  ['tcp://docker', tls, tcp('docker', 2376, tls)],
  ['tcp://[::1]:1234', undefined, tcp('::1', 1234)],
  ['http://docker:80', undefined, tcp('docker', 80)],
  ['https://docker', undefined, tcp('docker', 2376, {})],
  [
    'ssh://ann@build.example.com:2222',
    undefined,
    {
      type: 'ssh',
      target: {
        destination: 'ann@build.example.com',
        port: 2222,
        socketPath: '/var/run/docker.sock',
      },
    },
  ],
  [
    'ssh://box/run/user/1000/docker.sock',
    undefined,
    {
      type: 'ssh',
      target: { destination: 'box', port: undefined, socketPath: '/run/user/1000/docker.sock' },
    },
  ],
  [
    'npipe:////./pipe/docker_engine',
    undefined,
    { type: 'unusable', reason: 'djdev does not support Windows named pipes yet' },
  ],
  [
    'ftp://docker',
    undefined,
    { type: 'unusable', reason: 'djdev knows unix://, tcp:// and ssh:// addresses, not ftp://' },
  ],
  ['/var/run/docker.sock', undefined, { type: 'unusable', reason: 'it is not an address' }],
  ['unix://', undefined, { type: 'unusable', reason: 'it names no socket' }],
])('%s', (address, secure, expected) => {
  expect(parseAddress(address, secure)).toEqual(expected);
});
