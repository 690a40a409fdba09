import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openRehearsal, serverFiles, withoutDjango } from './rehearse-project.ts';

const healthy = 'return 200, {}, "ok"';

async function shutDown(options: Parameters<typeof serverFiles>[1]) {
  const manifest = 'rehearse: { grace: 1s }\n';
  await using t = await openRehearsal(serverFiles(healthy, { manifest, ...options }));
  const run = await t.run({ skip: [...withoutDjango, 'smoke'] });
  return { ...run, findings: run.findings.filter(({ step }) => step === 'shutdown') };
}

describeWithEngine('the shutdown step', () => {
  test('a shell as PID 1 keeps the signal from the server', async () => {
    const command = 'CMD python3 -u server.py; true';
    const { findings, outcomes, leftovers } = await shutDown({ command });
    expect(outcomes.shutdown).toBe('failed');
    expect(findings).toMatchObject([
      {
        code: 'shutdown-killed',
        title: 'The production process did not end within 1 s of SIGTERM.',
      },
    ]);
    expect(findings[0]?.hint).toMatch(/^PID 1 is a shell/);
    expect(findings[0]?.detail).toMatch(/PID 1: \/bin\/sh -c python3/);
    expect(leftovers).toEqual([]);
  });

  test('an exit code that is not 0 is told', async () => {
    const start = 'signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))';
    const { findings } = await shutDown({ start });
    expect(findings).toMatchObject([
      {
        code: 'shutdown-exit-code',
        level: 'fail',
        title: 'The production process ended with exit code 7 after SIGTERM.',
      },
    ]);
  });

  test('the image’s own stop signal is what a platform sends', async () => {
    const start = 'signal.signal(signal.SIGINT, lambda *_: sys.exit(0))';
    const dockerfile =
      'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER 1\nSTOPSIGNAL SIGINT\n' +
      'CMD ["python3", "-u", "server.py"]\n';
    const { report, findings } = await shutDown({ start, dockerfile });
    expect(findings).toEqual([]);
    expect(report.steps.find(({ id }) => id === 'shutdown')?.summary).toMatch(
      /^SIGINT under load, no request could be held under way, exit code 0 after \d+ ms$/,
    );
  });
});
