import { expect, test } from 'vitest';
import { Secret } from '../../../src/project/secret.ts';
import {
  applicationPort,
  describeApplicationContainer,
} from '../../../src/stack/application-container.ts';
import { describeServiceContainer, planService } from '../../../src/stack/plan-service.ts';

const ownership = { project: 'shop', session: 's', role: 'web', worktree: 'shop-a1b2c3' };
const web = { name: 'web', command: undefined, port: undefined, health: undefined };
const placement = {
  image: { id: 'sha256:1', exposedPorts: [] },
  environment: { SECRET_KEY: new Secret('x') },
  network: 'net',
  name: 'djdev-shop-web',
  ownership,
  keep: false,
};

test('production is the image’s own command, published on a port of the engine’s choice', () => {
  expect(describeApplicationContainer(web, placement)).toEqual({
    name: 'djdev-shop-web',
    image: 'sha256:1',
    ownership,
    environment: placement.environment,
    network: 'net',
    aliases: ['web'],
    publish: [8000],
    lifeline: 'watch',
  });
});

test('a command of the manifest replaces it, and a kept container has no lifeline', () => {
  const process = { ...web, command: ['uvicorn', 'config.asgi'], port: 80 };
  expect(describeApplicationContainer(process, { ...placement, keep: true })).toMatchObject({
    command: ['uvicorn', 'config.asgi'],
    publish: [80],
    lifeline: 'none',
  });
});

test('the port is declared, or exposed, or the usual one', () => {
  expect(applicationPort({ port: 80 }, { exposedPorts: [5000] })).toBe(80);
  expect(applicationPort({ port: undefined }, { exposedPorts: [5000, 9000] })).toBe(5000);
  expect(applicationPort({ port: undefined }, { exposedPorts: [] })).toBe(8000);
});

test('a service is reached by its name', () => {
  const plan = planService({ name: 'cache', kind: 'redis', image: 'redis:8' });
  expect(plan.address.url.reveal()).toBe('redis://cache:6379/0');
  expect(describeServiceContainer(plan, { network: 'net', name: 'n', ownership })).toEqual({
    name: 'n',
    image: 'redis:8',
    network: 'net',
    aliases: ['cache'],
    publish: [6379],
    ownership,
    lifeline: 'watch',
  });
});
