import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../../src/report/finding.ts';
import { exitCodeOf } from '../../../src/report/exit-code.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { type TemporaryProject, withProject } from '../../support/with-project.ts';
import { libraryFiles } from './library-files.ts';
import { openRehearsal, type RehearsalTest } from './rehearse-project.ts';
import { readRelease } from './release-cases.ts';

const run = promisify(execFile);

/** Replaces files of the working tree, below the commit that stays as it is. */
async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(root, file), text);
}

/** A rehearsal with two releases, on a machine with much else to do. */
const patience = { timeout: 300_000 } as const;

/** On a busy machine requests stall for reasons that are nobody's. */
const ofRollout = ({ step, code }: Finding): boolean =>
  step === 'rollout' && code !== 'old-release-stall' && code !== 'rollout-stall';

const fromGit = (reference: string) => ({ kind: 'git', reference, location: undefined }) as const;
const fromImage = (reference: string) =>
  ({ kind: 'image', reference, location: undefined }) as const;

/** Takes as long as a real one: until somebody has lent a book meanwhile, if anybody is there. */
const slowBackfill = `import time
from django.db import migrations

OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid() AND application_name NOT LIKE 'djdev%'"""

def fill(apps, schema_editor):
    loans = apps.get_model("library", "Loan").objects
    loans.filter(channel=None).update(channel="desk")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(OTHERS)
        is_alone = cursor.fetchone()[0] == 0
    for _ in range(0 if is_alone else 300):
        if loans.filter(channel=None).exists():
            break
        time.sleep(0.1)

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("library", "0002_loan_channel")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
`;

describeWithEngine('a previous release', () => {
  let t: RehearsalTest;
  let root: string;
  /** Of djdev alone, so that nobody else's files are taken for what it left behind. */
  let temporary: TemporaryProject;
  const usual = process.env['TMPDIR'];

  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root });

  const tag = async (name: string, files: Readonly<Record<string, string>> = {}): Promise<void> => {
    await write(root, files);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', name);
    await git('tag', name);
  };

  /** The working tree as the commit has it, and over it the files of a new release. */
  const release = async (change: `${string}/${'unsafe' | 'safe'}`): Promise<void> => {
    await git('checkout', '--quiet', '--', '.');
    await git('clean', '--quiet', '--force', '-d');
    const { Dockerfile: _, ...files } = await readRelease(change);
    await write(root, files);
  };

  beforeAll(async () => {
    const files = await libraryFiles();
    t = await openRehearsal(files, 280_000);
    root = t.project.root;
    temporary = await withProject({});
    process.env['TMPDIR'] = temporary.root;
    await git('init', '--quiet');
    await tag('crashing', { 'config/wsgi.py': 'raise RuntimeError("no licence")\n' });
    await tag('unbuildable', { Dockerfile: `${files['Dockerfile']}\nRUN cat /no/such/file\n` });
    await tag('v1', files);
  });

  afterAll(async () => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    await temporary[Symbol.asyncDispose]();
    await t[Symbol.asyncDispose]();
  });

  test(
    'fails under traffic at the column that it does not know, and the advice is to split',
    patience,
    async () => {
      await release('required-column/unsafe');
      const flags = { previous: fromGit('v1'), only: ['rollout'] };
      const { report, outcomes, findings, leftovers } = await t.run(flags);
      expect(report.error).toBeUndefined();
      expect(outcomes).toMatchObject({ previous: 'passed', rollout: 'failed' });
      const cause =
        'django.db.utils.IntegrityError: null value in column "note" of relation "library_loan" violates not-null constraint';
      const rollout = findings.filter(ofRollout);
      const codes = rollout.map(({ code }) => code);
      expect(codes).toEqual([
        'old-release-errors',
        'lock-timeout-missing',
        'deploy-order',
        'rollback-failed',
      ]);
      const [errors, , order, rollback] = rollout;
      expect(errors).toMatchObject({
        level: 'fail',
        title: expect.stringMatching(/^POST \/loans\/ of the old release answers 500/),
        detail: expect.stringContaining(cause),
        hint: expect.stringContaining('db_default'),
      });
      expect(order?.title).toMatch(/^Deploy order: no safe order: split it\./);
      expect(rollback?.title).toMatch(/fails at 1 of 4 requests on the new schema\.$/);

      const old = report.migrations?.oldRelease;
      expect(old).toMatchObject({
        reference: expect.stringMatching(/^v1 \([0-9a-f]{7}\)$/),
        deployOrder: 'no-safe-order',
        longReader: { outcome: 'waited', lockTimeoutMs: 0 },
        rollback: { oldImage: 'failed', reversed: ['library.0002_loan_note'], failed: [] },
      });
      expect(old?.longReader?.worstStallMs).toBeGreaterThan(500);
      expect(new Set(old?.errors.map(({ endpoint }) => endpoint))).toEqual(
        new Set(['POST /loans/']),
      );
      expect(old?.errors[0]).toMatchObject({
        exception: cause,
        migration: 'library.0002_loan_note',
      });
      const failed = old?.endpoints.filter((one) => one.failed > 0).map(({ endpoint }) => endpoint);
      expect(failed).toEqual(['POST /loans/']);

      const { rollout: played } = report;
      expect(played).toMatchObject({ outcome: 'completed' });
      expect(played?.summary).toMatch(
        /^This deploy would have cost \d.* and \d+ of \d+ requests.*: library\.0002_loan_note: POST \/loans\/ of the old release answers 500 \(IntegrityError: null value in column "note"/,
      );
      const counts = (...names: readonly string[]) =>
        played?.phases
          .filter(({ name }) => names.includes(name))
          .reduce((sum, one) => sum + one.failed, 0);
      expect(counts('release', 'boot')).toBeGreaterThan(0);
      expect(counts('before', 'after')).toBe(0);
      expect(leftovers).toEqual([]);
    },
  );

  test(
    'goes on serving with the safe variant, from the image that was built before',
    patience,
    async () => {
      await release('required-column/safe');
      const flags = { previous: fromGit('v1'), only: ['rollout'] };
      const { report, findings, leftovers } = await t.run(flags);
      const rollout = findings.filter(ofRollout);
      expect(rollout.map(({ code, level }) => `${level} ${code}`)).toEqual([
        'pass old-release-serves',
        'pass deploy-cost',
        'warn lock-timeout-missing',
        'pass deploy-order',
      ]);
      expect(report.verdict).toBe('pass');
      expect(report.migrations?.oldRelease).toMatchObject({
        errors: [],
        deployOrder: 'migrate-then-deploy',
        rollback: { oldImage: 'ok', reversed: ['library.0002_loan_note'], irreversible: [] },
      });
      const { rollout: played } = report;
      expect(played).toMatchObject({ outcome: 'completed', failed: 0 });
      expect(played?.phases.map(({ name }) => name)).toEqual([
        'before',
        'release',
        'boot',
        'switch',
        'stop',
        'after',
      ]);
      expect(new Set(played?.points.map(([, , , release]) => release))).toEqual(
        new Set(['old', 'new']),
      );
      const lost = played?.skew?.crossings.filter(({ outcome }) => outcome === 'lost');
      expect(lost).toEqual([]);
      const previous = report.steps.find(({ id }) => id === 'previous');
      expect(previous?.summary).toMatch(/^v1 \([0-9a-f]{7}\) serves 4 endpoints$/);
      expect(leftovers).toEqual([]);
    },
  );

  test('that writes between two migrations may be all that breaks them', patience, async () => {
    await release('squeezed-into-one-release/unsafe');
    await write(root, { 'library/migrations/0003_fill_loan_channel.py': slowBackfill });
    const flags = { previous: fromGit('v1'), only: ['rollout'] };
    const { outcomes, findings, leftovers } = await t.run(flags);
    expect(outcomes).toMatchObject({ migrate: 'failed', rollout: 'failed' });
    const failures = findings.filter(({ level }) => level === 'fail');
    expect(failures.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['migration-failed', 'migration-race']),
    );
    expect(leftovers).toEqual([]);
  });

  test('leaves nothing behind when it is interrupted while it serves', patience, async () => {
    const flags = { previous: fromGit('v1'), only: ['rollout'] };
    const { outcomes, leftovers } = await t.run(flags, (event, abort) => {
      if (event.type === 'step-started' && event.step === 'rollout') abort.abort(new Error('stop'));
    });
    expect(outcomes).toMatchObject({ previous: 'passed', rollout: 'interrupted' });
    expect(leftovers).toEqual([]);
  });

  test.each([
    [fromGit('v2'), 'DJ-PREVIOUS-NOT-FOUND', 2, 'is no tag, branch or commit'],
    [fromGit('--upload-pack=x'), 'DJ-PREVIOUS-NOT-FOUND', 2, 'is no tag, branch or commit'],
    [fromImage('djdev-no-such-image:1'), 'DJ-PREVIOUS-NOT-FOUND', 2, 'neither on the engine nor'],
    [fromGit('unbuildable'), 'DJ-PREVIOUS-BUILD', 1, 'does not build at'],
    [fromImage('python:3.13-slim'), 'DJ-PREVIOUS-START', 1, 'has no Django in its image'],
    [fromGit('crashing'), 'DJ-PREVIOUS-START', 1, 'ended with exit code'],
  ] as const)('that cannot be used: %o', async (previous, code, exitCode, text) => {
    const { report, outcomes, leftovers } = await t.run({ previous, only: ['previous'] });
    expect(report.error).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(report.error?.hint).toBeTruthy();
    expect(outcomes.previous).toBe('error');
    expect(exitCodeOf(report, 130)).toBe(exitCode);
    expect(leftovers).toEqual([]);
    expect(await readdir(temporary.root)).toEqual([]);
    expect((await git('worktree', 'list')).stdout.trim().split('\n')).toHaveLength(1);
  });
});
