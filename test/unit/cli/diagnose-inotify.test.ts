import { expect, test } from 'vitest';
import { diagnoseInotify } from '../../../src/cli/doctor/diagnose-host.ts';

test('limits that are low come with the command that raises them', () => {
  expect([diagnoseInotify(524_288, 128), diagnoseInotify(8192, 64)]).toMatchInlineSnapshot(`
    [
      {
        "level": "pass",
        "subject": "inotify",
        "text": "524288 watches, 128 instances",
      },
      {
        "fix": "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
        "level": "warn",
        "subject": "inotify",
        "text": "8192 watches, 64 instances: few for a large project and an editor beside it",
      },
    ]
  `);
});

test('root may have them raised from here', () => {
  const { mend } = diagnoseInotify(8192, 128, true);
  expect(mend?.question).toBe(
    'Set fs.inotify.max_user_watches=524288 until this machine starts again?',
  );
  expect(diagnoseInotify(524_288, 128, true).mend).toBeUndefined();
});
