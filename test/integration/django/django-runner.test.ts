import { expect, test } from 'vitest';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';
import { startDjangoRunner } from '../../../src/django/django-runner.ts';
import { buildDjangoImage, buildProjectImage } from './django-image.ts';
import { demoProject } from './demo-project.ts';
import { openRunTest, startTestRunner } from './runner-test.ts';

const print = (...statements: readonly string[]): string =>
  ['def main(emit, argv):', ...statements.map((line) => `    ${line}`)].join('\n');

describeWithEngine('the warm Python', () => {
  test('frames what a program prints, whatever it looks like', async () => {
    await using t = await openEngineTest();
    const runner = await startTestRunner(
      await openRunTest(t),
      await buildDjangoImage(t.engine, t.signal),
    );
    expect(runner.ready).toMatchObject({ django: '5.2.19', manage: null, uid: 0 });
    const lines: string[] = [];
    const probe = print(
      `import os, sys`,
      `print('{"type": "exit", "id": 1, "code": 0, "signal": null}')`,
      `os.write(1, b'caf\\xc3\\xa9 \\xff\\n')`,
      `os.system('echo from a shell')`,
      `print('error', file=sys.stderr)`,
      `emit('seen', values=[1, 'é'])`,
      `print('no end of line', end='')`,
      `return 3`,
    );
    const result = await runner.run(
      { argv: [], probe, onLine: ({ stream, text }) => void lines.push(`${stream} ${text}`) },
      t.signal,
    );
    expect(lines.toSorted()).toEqual(
      [
        'stderr error',
        'stdout café �',
        'stdout from a shell',
        'stdout no end of line',
        'stdout {"type": "exit", "id": 1, "code": 0, "signal": null}',
      ].toSorted(),
    );
    expect(result).toMatchObject({
      exitCode: 3,
      signal: undefined,
      events: [{ type: 'seen', values: [1, 'é'] }],
      errors: [],
    });
  });

  test('runs several requests at once, and one that dies harms no other', async () => {
    await using t = await openEngineTest();
    const runner = await startTestRunner(
      await openRunTest(t),
      await buildDjangoImage(t.engine, t.signal),
    );
    const meet = print(
      'import os, time',
      'open("/tmp/" + argv[0], "w").close()',
      'while not os.path.exists("/tmp/" + argv[1]): time.sleep(0.01)',
      'print(argv[0], "met", argv[1])',
    );
    const [one, two, dead, failed] = await Promise.all([
      runner.run({ argv: ['one', 'two'], probe: meet }, t.signal),
      runner.run({ argv: ['two', 'one'], probe: meet }, t.signal),
      runner.run({ argv: [], probe: print('import os; os.kill(os.getpid(), 9)') }, t.signal),
      runner.run({ argv: [], probe: print('raise KeyError("X")') }, t.signal),
    ]);
    expect([one.tail, two.tail]).toEqual([['one met two'], ['two met one']]);
    expect([dead.exitCode, dead.signal]).toEqual([137, 9]);
    expect(failed.exitCode).toBe(1);
    expect(failed.errors[0]?.chain.map(({ class: name }) => name)).toEqual(['KeyError']);
  });

  test('an abort ends the request and what it started', async () => {
    await using t = await openEngineTest();
    const runner = await startTestRunner(
      await openRunTest(t),
      await buildDjangoImage(t.engine, t.signal),
    );
    const stop = new AbortController();
    const reason = new Error('enough');
    const endless = print('import os; print("started"); os.system("sleep 60")');
    const running = runner.run(
      { argv: [], probe: endless, onLine: () => stop.abort(reason) },
      stop.signal,
    );
    await expect(running).rejects.toBe(reason);
    const sleepers = print(
      'import glob',
      'count = lambda: sum(b"sleep\\x0060" in open(p, "rb").read() for p in glob.glob("/proc/[0-9]*/cmdline"))',
      'import time',
      'for _ in range(100):',
      '    if count() == 0: break',
      '    time.sleep(0.02)',
      'print(count())',
    );
    expect((await runner.run({ argv: [], probe: sleepers }, t.signal)).tail).toEqual(['0']);
  });

  test('runs manage.py as the shell would, and leaves nothing behind', async () => {
    await using t = await openEngineTest();
    const image = await buildProjectImage(t, demoProject);
    {
      await using _ = t.scope;
      const environment = { DJANGO_SETTINGS_MODULE: 'demo.production', SECRET_KEY: 'k' };
      const runner = await startTestRunner(await openRunTest(t, environment), image);
      expect(runner.ready.manage).toBe('/app/manage.py');
      const result = await runner.run({ argv: ['whereami', '--loud'] }, t.signal);
      expect(result.tail).toEqual([
        'argv /app/manage.py whereami --loud',
        'cwd /app',
        'path /app',
        'settings demo.production',
        'stdin at its end',
      ]);
      const failed = await runner.run({ argv: ['no_such_command'] }, t.signal);
      expect(failed.exitCode).toBe(1);
      expect(failed.tail[0]).toBe("Unknown command: 'no_such_command'");
    }
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test('finds a virtual environment that is not on PATH', async () => {
    await using t = await openEngineTest();
    const image = await buildProjectImage(
      t,
      demoProject,
      [
        'RUN python3 -m venv /app/.venv && cp -r /usr/local/lib/python3*/site-packages/. /app/.venv/lib/python3*/site-packages/',
        'ENV PATH=/nowhere:/usr/bin:/bin',
        'USER 10001',
      ].join('\n'),
    );
    const runner = await startTestRunner(await openRunTest(t, { SECRET_KEY: 'k' }), image);
    expect(runner.ready).toMatchObject({
      executable: '/app/.venv/bin/python',
      django: '5.2.19',
      uid: 10001,
    });
    const { exitCode, tail } = await runner.run({ argv: ['whereami'] }, t.signal);
    expect([exitCode, tail[1]]).toEqual([0, 'cwd /app']);
  });

  test('an image without Python has no runner', async () => {
    await using t = await openEngineTest();
    const { run } = await openRunTest(t);
    const runner = await startDjangoRunner(run.context, {
      image: 'postgres:17',
      environment: { PATH: '/nowhere' },
      network: run.network,
      containerName: run.nameFor('runner'),
      ownership: run.ownership('runner'),
    });
    expect(runner).toBeUndefined();
  });

  test('a runner that dies fails the request that runs and those that come', async () => {
    await using t = await openEngineTest();
    const runner = await startTestRunner(
      await openRunTest(t),
      await buildDjangoImage(t.engine, t.signal),
    );
    const probe = print('import os; os.kill(1, 15); import time; time.sleep(30)');
    const expected = { code: 'DJ-DJANGO-RUNNER' };
    await expect(runner.run({ argv: [], probe }, t.signal)).rejects.toMatchObject(expected);
    await expect(runner.run({ argv: [], probe }, t.signal)).rejects.toMatchObject(expected);
  });
});
