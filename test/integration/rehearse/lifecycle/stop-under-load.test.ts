import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../../../support/engine.ts';
import { gunicorn, lifecycleTest, openKiosk, type RunningKiosk, told } from './run-kiosk.ts';

const asWords = (line: string): string => JSON.stringify(line.split(' '));

/** What tini does: starts its words, passes SIGTERM on, ends with the child and tells nobody else. */
const tini = `import os, signal, sys
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
_, status = os.waitpid(child, 0)
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
`;

describeWithEngine('the stop under load', () => {
  let kiosk: RunningKiosk;
  beforeAll(async () => {
    kiosk = await openKiosk({
      'init/tini': tini,
      'start.sh': `#!/bin/sh\n${gunicorn}\n`,
      'patient.py': 'graceful_timeout = 45\n',
    });
  });
  afterAll(async () => await kiosk[Symbol.asyncDispose]());

  /** Rehearses the kiosk with this command up to its end, and what the step says of it. */
  async function stop(command: string, rehearse = '') {
    const { findings, report } = await kiosk.run({
      command,
      rehearse,
      skip: ['settings', 'static', 'http', 'recovery'],
    });
    const step = report.steps.find(({ id }) => id === 'shutdown');
    return {
      summary: step?.summary ?? '',
      findings: findings.filter(({ step: id }) => id === 'shutdown'),
    };
  }

  test('a sync worker answers what it is at, and what waits is reset', lifecycleTest, async () => {
    const { findings, summary } = await stop(asWords(gunicorn));
    expect(told(findings)).toEqual([]);
    expect(summary).toMatch(
      /^SIGTERM under load: all requests under way answered, [1-9]\d* queued ones reset, \d+ later ones refused, exit code 0 after/u,
    );
    expect(findings).toMatchObject([{ code: 'shutdown-resets-queue', level: 'pass' }]);
  });

  test('threads answer what waits as well', lifecycleTest, async () => {
    const { findings, summary } = await stop(asWords(`${gunicorn} --threads 12`));
    expect(findings).toEqual([]);
    expect(summary).toContain('all requests under way answered, 0 queued ones reset');
  });

  test(
    'a shell as PID 1 keeps the signal, and the line to write is given',
    lifecycleTest,
    async () => {
      const { findings } = await stop(JSON.stringify(['/bin/sh', '-c', gunicorn]), 'grace: 3s');
      expect(told(findings)).toEqual(['fail shutdown-killed']);
      expect(findings[0]?.hint).toBe(
        'PID 1 is a shell, and a shell does not pass signals on. ' +
          `Write CMD as a JSON array: CMD [${gunicorn
            .split(' ')
            .map((word) => `"${word}"`)
            .join(', ')}]`,
      );
      expect(findings[0]?.detail).toMatch(
        /PID 1: \/bin\/sh -c gunicorn[^]*\n {2}PID \d+: \S+ \S+gunicorn kiosk/u,
      );
    },
  );

  test('an init around a script without exec drops what is under way', lifecycleTest, async () => {
    const { findings } = await stop(asWords('python3 init/tini sh ./start.sh'));
    expect(told(findings)).toEqual(['warn shutdown-exit-code', 'fail shutdown-drops-requests']);
    for (const { hint } of findings.slice(0, 2)) {
      expect(hint).toBe(
        'The init passes the signal to a shell, which ends without telling the server. ' +
          `Begin the last command of ./start.sh with “exec”: exec ${gunicorn}`,
      );
    }
  });

  test('SIGINT, which Fly sends, is gunicorn’s quick stop', lifecycleTest, async () => {
    const { findings } = await stop(asWords(gunicorn), 'target: fly');
    expect(told(findings)).toEqual(['fail shutdown-quick-signal']);
    expect(findings[0]?.title).toBe(
      'SIGINT is gunicorn’s quick stop: a request under way was dropped.',
    );
    expect(findings[0]?.detail).toContain('curl -i ');
  });

  test('a server that may wait longer than its grace is told so', lifecycleTest, async () => {
    const { findings } = await stop(asWords(`${gunicorn} -c patient.py`));
    expect(told(findings)).toEqual(['warn grace-too-short']);
    expect(findings.find(({ code }) => code === 'grace-too-short')?.title).toBe(
      'The server waits up to 45 s for requests under way, and is killed after 10 s.',
    );
  });
});
