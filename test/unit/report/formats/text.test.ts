import { expect, test } from 'vitest';
import { plainStyle } from '../../../../src/report/formats/style.ts';
import { formatText } from '../../../../src/report/formats/text.ts';
import type { Finding } from '../../../../src/report/finding.ts';
import type { Report } from '../../../../src/report/report.ts';

const options = {
  style: plainStyle,
  columns: 80,
  verbose: false,
  steps: true,
  readSource: () => undefined,
  displayPath: (file: string) => file,
};

const passed: Report = {
  version: 1,
  djdev: '0.1.0',
  project: 'shop',
  verdict: 'pass',
  failOn: 'fail',
  startedAt: '2026-11-22T12:00:00.000Z',
  ms: 14_230,
  steps: [
    { id: 'preflight', outcome: 'passed', ms: 84, summary: 'Docker 20.10.24', measurements: [] },
    {
      id: 'build',
      outcome: 'passed',
      ms: 12_040,
      summary:
        'requirements.txt changed, so everything after it was built again in the stage production',
      measurements: [{ name: 'context', value: 51_200, unit: 'bytes' }],
    },
  ],
  findings: [],
  image: { id: 'sha256:1', reference: 'djdev-shop:3f2a', bytes: 168_400_000 },
};

const rootUser: Finding = {
  code: 'image-runs-as-root',
  level: 'warn',
  step: 'image',
  title: 'The production process runs as root.',
  detail: 'The image has no USER.',
  hint: 'Add USER to the Dockerfile.',
  location: { file: 'Dockerfile', line: 9 },
};

const crashed: Finding = {
  code: 'boot-crashed',
  level: 'fail',
  step: 'boot',
  title: 'The production process ended before it answered.',
  detail:
    'exit code 1, after these lines:\n  File "/app/config/settings/production.py", line 12, in <module>\n    raise ImproperlyConfigured("\u001B[31mSENTRY_DSN\u001B[0m is not set, and this line goes on for longer than a screen")',
  hint: 'Give SENTRY_DSN a value under app.env in djdev.yaml, or let the settings do without it.',
};

test('a run that passed', () => {
  expect(formatText(passed, options)).toMatchInlineSnapshot(`
    "✓ shop would deploy (14.2 s)

    ✓ preflight       84 ms  Docker 20.10.24
    ✓ build          12.0 s  requirements.txt changed, so everything after it was
                             built again in the stage production

    Image  djdev-shop:3f2a  168 MB
    "
  `);
});

test('a run that passed, with everything that is known', () => {
  const pass: Finding = { ...rootUser, level: 'pass', title: 'The process runs as app.', hint: '' };
  const report = { ...passed, findings: [pass] };
  expect(formatText(report, { ...options, verbose: true })).toMatchInlineSnapshot(`
    "✓ shop would deploy (14.2 s)

    ✓ The process runs as app.

    ✓ preflight       84 ms  Docker 20.10.24
    ✓ build          12.0 s  requirements.txt changed, so everything after it was
                             built again in the stage production
                             context 51 kB

    Image  djdev-shop:3f2a  168 MB
    "
  `);
});

test('a run of some of the steps does not claim more than it saw', () => {
  const report: Report = {
    ...passed,
    steps: [
      ...passed.steps,
      { id: 'boot', outcome: 'skipped', ms: 0, summary: 'left out by --skip', measurements: [] },
    ],
  };
  expect(formatText(report, options).split('\n')[0]).toMatchInlineSnapshot(
    `"✓ shop passed 2 steps, 1 skipped (14.2 s)"`,
  );
});

test('a run that failed, with a warning, on a narrow screen', () => {
  const report: Report = {
    ...passed,
    verdict: 'fail',
    steps: [{ id: 'boot', outcome: 'failed', ms: 3100, summary: 'exit code 1', measurements: [] }],
    findings: [rootUser, crashed],
  };
  expect(formatText(report, { ...options, columns: 60 })).toMatchInlineSnapshot(`
    "✗ shop would not deploy: 1 problem, 1 warning (14.2 s)

    ✗ The production process ended before it answered.
        exit code 1, after these lines:
          File "/app/config/settings/production.py", line 12, in <module>
            raise ImproperlyConfigured("SENTRY_DSN is not set, and this line goes on for longer than a screen")
      → Give SENTRY_DSN a value under app.env in djdev.yaml, or
        let the settings do without it.
      boot  boot-crashed

    ! The production process runs as root. (Dockerfile:9)
      [image-runs-as-root]
      → Add USER to the Dockerfile.

    ✗ boot            3.1 s  exit code 1

    Image  djdev-shop:3f2a  168 MB
    Again  djdev rehearse --only boot
    Codes  https://github.com/djdev/djdev/blob/main/docs/findings.md
    "
  `);
});

test('warnings fail the run when they are to', () => {
  const report: Report = { ...passed, verdict: 'fail', failOn: 'warn', findings: [rootUser] };
  const readSource = (): string => 'FROM python:3.13-slim';
  expect(formatText(report, { ...options, steps: false, readSource })).toMatchInlineSnapshot(`
    "✗ shop would not deploy: 1 problem (14.2 s)

    ! The production process runs as root.
      Dockerfile:9
      9 | FROM python:3.13-slim
        The image has no USER.
      → Add USER to the Dockerfile.
      image  image-runs-as-root

    Image  djdev-shop:3f2a  168 MB
    Again  djdev rehearse --only image
    Codes  https://github.com/djdev/djdev/blob/main/docs/findings.md
    "
  `);
});

test('an error that kept the run from its end', () => {
  const report: Report = {
    ...passed,
    verdict: 'error',
    error: {
      code: 'DJ-DISK-FULL',
      message: 'The engine has no disk space left: writing a layer failed.',
      hint: 'docker builder prune removes the build cache.',
      output: ['write /var/lib/docker/tmp: no space left on device'],
    },
  };
  expect(formatText(report, options)).toMatchInlineSnapshot(`
    "✗ djdev could not find out whether shop would deploy (14.2 s)

    ✗ The engine has no disk space left: writing a layer failed.
      | write /var/lib/docker/tmp: no space left on device
      → docker builder prune removes the build cache.
      DJ-DISK-FULL  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-disk-full

    ✓ preflight       84 ms  Docker 20.10.24
    ✓ build          12.0 s  requirements.txt changed, so everything after it was
                             built again in the stage production

    Image  djdev-shop:3f2a  168 MB
    "
  `);
});

test('an interruption', () => {
  const report: Report = { ...passed, verdict: 'interrupted' };
  expect(formatText(report, { ...options, steps: false })).toMatchInlineSnapshot(`
    "■ Interrupted before it was clear whether shop would deploy (14.2 s)

    Image  djdev-shop:3f2a  168 MB
    "
  `);
});

test('what was kept running, and how to get rid of it', () => {
  const kept = { urls: ['http://127.0.0.1:49153/'], containers: ['shop-a1b2-web'] };
  expect(formatText({ ...passed, kept }, { ...options, steps: false })).toMatchInlineSnapshot(`
    "✓ shop would deploy (14.2 s)

    Image  djdev-shop:3f2a  168 MB
    Kept   http://127.0.0.1:49153/
    Kept   container shop-a1b2-web
           djdev down removes it
    "
  `);
});

test('of many problems the first three in full, code as it is to be written', () => {
  const unsafe: Finding = {
    ...crashed,
    code: 'deploy-check',
    step: 'migrate',
    title: 'shop.0005_total: AccessExclusiveLock on public.shop_order for 839 ms.',
    detail: '',
    hint: 'Build the index concurrently, in a migration of its own that is not atomic.\nclass Migration(migrations.Migration):\n    atomic = False\n    operations = [AddIndexConcurrently("order", models.Index(fields=["total"], name="order_total"))]',
  };
  const findings = [crashed, rootUser, ...Array.from({ length: 4 }, () => unsafe)];
  const report: Report = { ...passed, verdict: 'fail', findings };
  expect(formatText(report, { ...options, steps: false, place: 'djdev report open' }))
    .toMatchInlineSnapshot(`
    "✗ shop would not deploy: 5 problems, 1 warning (14.2 s)

    ✗ shop.0005_total: AccessExclusiveLock on public.shop_order for 839 ms.
      → Build the index concurrently, in a migration of its own that is not atomic.
        class Migration(migrations.Migration):
            atomic = False
            operations = [AddIndexConcurrently("order", models.Index(fields=["total"], name="order_total"))]
      migrate  deploy-check

    ✗ shop.0005_total: AccessExclusiveLock on public.shop_order for 839 ms.
      → Build the index concurrently, in a migration of its own that is not atomic.
        class Migration(migrations.Migration):
            atomic = False
            operations = [AddIndexConcurrently("order", models.Index(fields=["total"], name="order_total"))]
      migrate  deploy-check

    ✗ shop.0005_total: AccessExclusiveLock on public.shop_order for 839 ms.
      → Build the index concurrently, in a migration of its own that is not atomic.
        class Migration(migrations.Migration):
            atomic = False
            operations = [AddIndexConcurrently("order", models.Index(fields=["total"], name="order_total"))]
      migrate  deploy-check

    ✗ shop.0005_total: AccessExclusiveLock on public.shop_order for 839 ms.
      [deploy-check]
    ✗ The production process ended before it answered. [boot-crashed]

    ! The production process runs as root. (Dockerfile:9) [image-runs-as-root]
      → Add USER to the Dockerfile.

    Image  djdev-shop:3f2a  168 MB
    Again  djdev rehearse --only migrate
    Report djdev report open
    Codes  https://github.com/djdev/djdev/blob/main/docs/findings.md
    "
  `);
});

test('what changed since the runs before', () => {
  const findings = { fingerprint: '', code: 'boot-crashed', level: 'fail', step: 'boot' } as const;
  const comparison = {
    since: '',
    verdictBefore: 'pass',
    worse: [{ what: 'step migrate', unit: 'ms', before: 900, after: 2200 }],
    better: [{ what: 'image', unit: 'bytes', before: 240_000_000, after: 168_000_000 }],
    appeared: [{ ...findings, title: `${'A long title '.repeat(7)}\nof two lines.` }],
    fixed: [{ ...findings, title: 'The production process ended before it answered.' }],
    remaining: 0,
  } as const;
  expect(formatText(passed, { ...options, steps: false, comparison })).toMatchInlineSnapshot(`
    "✓ shop would deploy (14.2 s)

    Since the last rehearsal
      new     A long title A long title A long title A long title A long title A lo…
      fixed   The production process ended before it answered.
      slower  step migrate  900 ms → 2.2 s
      smaller image  240 MB → 168 MB

    Image  djdev-shop:3f2a  168 MB
    "
  `);
});
