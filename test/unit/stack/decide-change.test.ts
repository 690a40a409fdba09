import { expect, test } from 'vitest';
import type { ContainerSpec, ContainerSummary } from '../../../src/engine/engine.ts';
import { fingerprintSpec } from '../../../src/engine/spec-fingerprint.ts';
import { Secret } from '../../../src/project/secret.ts';
import {
  decideChange,
  portsLabel,
  rememberedPorts,
  specLabel,
} from '../../../src/stack/decide-change.ts';

const spec: ContainerSpec = {
  name: 'djdev-shop-a1b2c3-web',
  image: 'sha256:1',
  ownership: { project: 'shop', session: 'up', role: 'web', worktree: 'shop-a1b2c3' },
  environment: { DEBUG: '1', KEY: new Secret('correct horse') },
  network: 'djdev-shop-a1b2c3',
  publish: [8000],
  lifeline: 'none',
};

function containerOf(made: ContainerSpec, running = true): ContainerSummary {
  return {
    id: 'c1',
    name: made.name,
    ownership: made.ownership,
    labels: { [specLabel]: JSON.stringify(fingerprintSpec(made)), [portsLabel]: '{"8000":20001}' },
    running,
    status: 'Up',
    imageId: made.image,
    publishedPorts: {},
    host: '127.0.0.1',
    createdAtMs: 0,
  };
}

test('what has not changed is kept, or started when it does not run', () => {
  expect(decideChange(spec, undefined)).toEqual({ action: 'create' });
  expect(decideChange(spec, containerOf(spec))).toEqual({ action: 'keep' });
  expect(decideChange(spec, containerOf(spec, false))).toEqual({ action: 'start' });
});

test.each<[Partial<ContainerSpec>, string]>([
  [{ image: 'sha256:2' }, 'the image changed'],
  [{ command: ['gunicorn'] }, 'the command changed'],
  [{ publish: [8001] }, 'ports, network or volumes changed'],
  [{ environment: { DEBUG: '0', KEY: new Secret('correct horse') } }, 'DEBUG changed'],
  [{ environment: { KEY: new Secret('another'), NEW: '1' } }, 'DEBUG, KEY, NEW changed'],
  [{ image: 'sha256:2', command: ['x'] }, 'the image and the command changed'],
])('%j: recreated, because %s', (changed, reason) => {
  expect(decideChange({ ...spec, ...changed }, containerOf(spec))).toEqual({
    action: 'recreate',
    reason,
  });
});

test('a container without the label, or with a broken one, is made anew', () => {
  for (const labels of [{}, { [specLabel]: '{' }]) {
    expect(decideChange(spec, { ...containerOf(spec), labels })).toMatchObject({
      action: 'recreate',
    });
  }
});

test('ports are remembered by a label, and secrets are in none', () => {
  expect(rememberedPorts(containerOf(spec))).toEqual({ 8000: 20_001 });
  expect(rememberedPorts(undefined)).toEqual({});
  expect(JSON.stringify(containerOf(spec))).not.toContain('correct horse');
});
