import { expect, test } from 'vitest';
import { cliEnvironment } from '../../../src/engine/cli-environment.ts';

test.each([
  [
    'a socket',
    { type: 'socket', path: '/run/docker.sock' },
    undefined,
    { DOCKER_HOST: 'unix:///run/docker.sock', DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' },
  ],
  [
    'a TCP address',
    { type: 'tcp', host: 'docker', port: 2375, tls: undefined },
    undefined,
    { DOCKER_HOST: 'tcp://docker:2375' },
  ],
  [
    'an IPv6 address',
    { type: 'tcp', host: '::1', port: 2375, tls: undefined },
    undefined,
    { DOCKER_HOST: 'tcp://[::1]:2375' },
  ],
  [
    'a context, which has its own certificates',
    { type: 'tcp', host: 'remote', port: 2376, tls: { ca: 'CA' } },
    'remote',
    { DOCKER_HOST: '', DOCKER_CONTEXT: 'remote' },
  ],
] as const)('%s', (_, endpoint, contextName, expected) => {
  expect(cliEnvironment(endpoint, { contextName })).toEqual(expected);
});
