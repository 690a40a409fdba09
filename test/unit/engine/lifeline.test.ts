import { expect, test } from 'vitest';
import type { ContainerSpec, ImageFacts } from '../../../src/engine/engine.ts';
import { wrapCommand } from '../../../src/engine/lifeline.ts';

const spec: ContainerSpec = {
  name: 'web',
  image: 'shop',
  ownership: { project: 'shop', session: 's', role: 'web', worktree: 'w' },
  lifeline: 'wrap',
};
const image = { entrypoint: ['/entry'], command: ['serve'] } as const;

/** What the guard runs: everything after its own script and name. */
function guarded(more: Partial<ContainerSpec>): readonly string[] | undefined {
  const facts = image as unknown as ImageFacts;
  const { entrypoint, command } = wrapCommand({ ...spec, ...more }, facts);
  expect(entrypoint?.slice(0, 2)).toEqual(['sh', '-c']);
  expect(entrypoint?.length).toBe(4);
  return command;
}

test('the guard runs what Docker would have run', () => {
  expect(guarded({})).toEqual(['/entry', 'serve']);
  expect(guarded({ command: ['migrate'] })).toEqual(['/entry', 'migrate']);
  expect(guarded({ entrypoint: ['python'] })).toEqual(['python']);
  expect(guarded({ entrypoint: ['python'], command: ['x.py'] })).toEqual(['python', 'x.py']);
  expect(guarded({ entrypoint: [], command: ['x.py'] })).toEqual(['x.py']);
});
