import { expect, test } from 'vitest';
import { holdOneOff } from '../../../src/stack/hold-one-off.ts';
import type { ContainerSpec } from '../../../src/engine/engine.ts';

const spec: ContainerSpec = {
  name: 'one',
  image: 'sha256:1',
  ownership: { project: 'p', session: 's', role: 'run', worktree: 'w' },
  command: ['manage.py', 'check'],
  lifeline: 'none',
};

test('the command is taken out of the container, behind the ENTRYPOINT', () => {
  const held = holdOneOff(spec, { entrypoint: ['/entrypoint.sh'] });
  expect(held?.command).toEqual(['/entrypoint.sh', 'manage.py', 'check']);
  expect(held?.spec.command).toEqual([]);
  expect(held?.spec.entrypoint?.[0]).toBe('python3');
  // An ENTRYPOINT that the container was to do without.
  const bare = holdOneOff({ ...spec, entrypoint: [] }, { entrypoint: ['gunicorn'] });
  expect(bare?.command).toEqual(['manage.py', 'check']);
});

test('an ENTRYPOINT that must be the first process stays the first', () => {
  expect(holdOneOff(spec, { entrypoint: ['/init'] })).toBeUndefined();
  expect(holdOneOff(spec, { entrypoint: ['/usr/bin/tini', '--'] })?.environment).toEqual({
    TINI_SUBREAPER: '1',
  });
});
