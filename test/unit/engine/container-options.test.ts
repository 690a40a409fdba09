import { expect, test } from 'vitest';
import { containerOptions } from '../../../src/engine/container-options.ts';
import type { ContainerSpec } from '../../../src/engine/engine.ts';
import { Secret } from '../../../src/project/secret.ts';

const spec: ContainerSpec = {
  name: 'djdev-shop-1a2b3c-web',
  image: 'djdev/shop:abc',
  ownership: { project: 'shop', session: 's1', role: 'web', worktree: '1a2b3c' },
  lifeline: 'none',
};
const setting = {
  owner: { host: 'laptop-1234abcd', pid: 77, startTicks: '9000' },
  bindAddress: '127.0.0.1',
  holdsStdin: false,
  autoRemove: false,
};

test('says nothing that Docker need not hear', () => {
  expect(containerOptions(spec, setting)).toMatchInlineSnapshot(`
    {
      "HostConfig": {
        "NetworkMode": "none",
      },
      "Image": "djdev/shop:abc",
      "Labels": {
        "dev.djdev.owner": "laptop-1234abcd:77:9000",
        "dev.djdev.project": "shop",
        "dev.djdev.role": "web",
        "dev.djdev.session": "s1",
        "dev.djdev.worktree": "1a2b3c",
      },
    }
  `);
});

test('says everything a spec can ask for', () => {
  const full: ContainerSpec = {
    ...spec,
    entrypoint: ['/entrypoint.sh'],
    command: ['gunicorn', 'config.wsgi'],
    environment: { DEBUG: '0', DJANGO_SECRET_KEY: new Secret('s3cret') },
    user: '1000:1000',
    workingDirectory: '/app',
    network: 'djdev-shop',
    aliases: ['web', 'app'],
    publish: [8000],
    tmpfs: { '/tmp': 'size=64m' },
    volumes: { '/data': 'djdev-shop-data' },
    memoryBytes: 512 * 1024 * 1024,
    init: true,
  };
  const running = { ...setting, bindAddress: '0.0.0.0', holdsStdin: true, autoRemove: true };
  expect(containerOptions(full, running)).toMatchInlineSnapshot(`
    {
      "AttachStdin": true,
      "Cmd": [
        "gunicorn",
        "config.wsgi",
      ],
      "Entrypoint": [
        "/entrypoint.sh",
      ],
      "Env": [
        "DEBUG=0",
        "DJANGO_SECRET_KEY=s3cret",
      ],
      "ExposedPorts": {
        "8000/tcp": {},
      },
      "HostConfig": {
        "AutoRemove": true,
        "Init": true,
        "Memory": 536870912,
        "MemorySwap": 536870912,
        "Mounts": [
          {
            "Source": "djdev-shop-data",
            "Target": "/data",
            "Type": "volume",
          },
        ],
        "NetworkMode": "djdev-shop",
        "PortBindings": {
          "8000/tcp": [
            {
              "HostIp": "0.0.0.0",
              "HostPort": "",
            },
          ],
        },
        "Tmpfs": {
          "/tmp": "size=64m",
        },
      },
      "Image": "djdev/shop:abc",
      "Labels": {
        "dev.djdev.owner": "laptop-1234abcd:77:9000",
        "dev.djdev.project": "shop",
        "dev.djdev.role": "web",
        "dev.djdev.session": "s1",
        "dev.djdev.worktree": "1a2b3c",
      },
      "NetworkingConfig": {
        "EndpointsConfig": {
          "djdev-shop": {
            "Aliases": [
              "web",
              "app",
            ],
          },
        },
      },
      "OpenStdin": true,
      "StdinOnce": true,
      "User": "1000:1000",
      "WorkingDir": "/app",
    }
  `);
});

test('an empty entrypoint means none, not the image\u2019s own', () => {
  expect(containerOptions({ ...spec, entrypoint: [] }, setting).Entrypoint).toEqual(['']);
});

test('a persistent container names no owner, so that no sweep takes it', () => {
  const ownership = { ...spec.ownership, persistent: true };
  expect(containerOptions({ ...spec, ownership }, setting).Labels).toEqual({
    'dev.djdev.project': 'shop',
    'dev.djdev.session': 's1',
    'dev.djdev.role': 'web',
    'dev.djdev.worktree': '1a2b3c',
  });
});
