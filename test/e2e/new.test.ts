import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { runDjdev } from '../support/spawn-djdev.ts';
import { withProject } from '../support/with-project.ts';

describeWithEngine('djdev new', () => {
  test.each(['minimal', 'api', 'celery', 'asgi', 'wagtail'])(
    'the preset %s rehearses without a finding',
    async (preset) => {
      const parent = await withProject({});
      const made = await runDjdev(['new', 'tea', '--preset', preset], { cwd: parent.root });
      expect(made.exitCode, made.stderr).toBe(0);
      const root = path.join(parent.root, 'tea');
      await using checkout = await openCheckout({ ...parent, root });
      const checked = await checkout.run(['env', 'check']);
      expect(checked.stdout).toContain('agree');
      const { exitCode, problems, screen } = await checkout.rehearse();
      expect({ exitCode, problems }, screen).toEqual({ exitCode: 0, problems: [] });
      const up = await checkout.run(['up', '--detach', '--migrate']);
      expect(up.exitCode, up.stderr).toBe(0);
      const tested = await checkout.run(['test']);
      expect(tested.exitCode, tested.stdout + tested.stderr).toBe(0);
    },
  );

  test('a directory with something in it is left alone', async () => {
    await using parent = await withProject({ 'tea/notes.txt': 'mine' });
    const { exitCode, stderr } = await runDjdev(['new', 'tea'], { cwd: parent.root });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  });
});
