import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../src/report/event.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { type Checkout, openKiosk } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { readWorkflowCommands } from '../support/read-workflow-commands.ts';
import { hostileText } from '../support/sample-runs.ts';
import { type DjdevResult, lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { withProject } from '../support/with-project.ts';

// At the first request, once the workers run; a NUL byte cannot stand in a source of Python.
const hostileUrls = `${kioskFiles['kiosk/urls.py']}
def home(request):
    print(${JSON.stringify(JSON.stringify(hostileText.toWellFormed()))}, flush=True)
    for line in ${JSON.stringify(hostileText.toWellFormed().split('\n'))}:
        print(line, flush=True)
    raise RuntimeError("::error::" + ${JSON.stringify(hostileText.split('\n')[0])})
urlpatterns = [path("healthz/", health), path("", home)]
`;

const wholeReport = [
  '.djdev-report',
  'codequality.json',
  'junit.xml',
  'logs',
  'report.html',
  'report.json',
  'report.sarif',
  'responses',
  'summary.md',
];

const files = ['--report', 'out', '--history', 'ci/history.json'];

describeWithEngine('what a rehearsal leaves to be read', () => {
  let kiosk: Checkout;
  let failed: DjdevResult;
  const file = (path: string): Promise<string> => readFile(join(kiosk.root, path), 'utf8');
  const github = (): Readonly<Record<string, string>> => ({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: kiosk.root,
    GITHUB_STEP_SUMMARY: join(kiosk.root, 'ci/summary'),
    GITHUB_OUTPUT: join(kiosk.root, 'ci/output'),
  });
  beforeAll(async () => {
    kiosk = await openKiosk({
      'kiosk/urls.py': hostileUrls,
      '.dockerignore': `${kioskFiles['.dockerignore'] ?? ''}\nci\nout\n`,
      'ci/summary': '',
      'ci/output': '',
    });
    const args = ['rehearse', '--only', 'smoke', '--verbose', ...files];
    failed = await kiosk.run(args, github());
  });
  afterAll(async () => {
    await kiosk?.[Symbol.asyncDispose]();
  });

  test('is a directory of files that say the same', async () => {
    expect(failed.exitCode, failed.stderr).toBe(1);
    expect((await readdir(join(kiosk.root, 'out'))).toSorted()).toEqual(wholeReport);
    const report = v.parse(reportSchema, JSON.parse(await file('out/report.json')));
    const problem = report.findings.find(({ level }) => level === 'fail');
    expect([report.verdict, problem?.code]).toEqual(['fail', 'smoke-failed']);
    expect(problem?.location?.file).toBe('djdev.yaml');
    for (const name of [
      'report.html',
      'summary.md',
      'junit.xml',
      'report.sarif',
      'codequality.json',
    ]) {
      expect(await file(`out/${name}`)).toContain('smoke-failed');
    }
    expect(await file('out/logs/smoke-web.log')).toContain('@everyone #1');
    expect(await file('out/responses/01-GET-root.txt')).toMatch(/^curl .*\n\nHTTP 500\n/);
  });

  test('gives GitHub its annotations, and the application none of its own', () => {
    // Whichever of the two streams the runner reads first.
    const { stdout, stderr } = failed;
    expect(stderr).toContain('injected');
    const commands = readWorkflowCommands(stderr);
    expect(commands.map(({ name }) => name)).toEqual(['error']);
    expect(commands[0]?.line).toMatch(
      /^::error file=djdev\.yaml,line=\d+,col=\d+,title=djdev%3A smoke-failed::GET \/: /,
    );
    expect(readWorkflowCommands(stdout)).toEqual([]);
    const withoutStop = stderr.replace(/^::stop-commands::.*\n/, '');
    const inject = readWorkflowCommands(withoutStop).filter(
      ({ line }) => !/^::(error file|djdev-)/.test(line),
    );
    expect(inject).toEqual([]);
  });

  test('gives GitHub a summary and outputs', async () => {
    expect(await file('ci/summary')).toMatch(
      /^<!-- djdev rehearse kiosk -->\n\n### ❌ kiosk would not deploy\n/,
    );
    expect(await file('ci/output')).toBe(
      `verdict=fail\nproblems=1\nwarnings=0\nreport=${join(kiosk.root, 'out')}\n`,
    );
  });

  test('is shown again by djdev report', async () => {
    const shown = await kiosk.run(['report', 'show']);
    expect(shown.stdout).toMatch(/✗ kiosk would not deploy: 1 problem /);
    const asked = await kiosk.run(['report', 'show', 'out', '--json']);
    expect(JSON.parse(lastLine(asked.stdout))).toEqual(JSON.parse(await file('out/report.json')));
    const opened = await kiosk.run(['report', 'open']);
    expect(await readFile(opened.stdout.trim(), 'utf8')).toContain('<!doctype html>');
    expect([shown, asked, opened].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });

  test('knows the run before, and takes its own files away', async () => {
    await kiosk.write('kiosk/urls.py', kioskFiles['kiosk/urls.py'] ?? '');
    const passed = await kiosk.run(['rehearse', '--only', 'smoke', ...files]);
    expect(passed.exitCode, passed.stderr).toBe(0);
    expect(passed.stdout).toMatch(/Since the last rehearsal\n {2}fixed {3}GET \/: expected/);
    expect(passed.stdout).toContain('\nReport out/report.html\n');
    expect(await readdir(join(kiosk.root, 'out/responses'))).toEqual([]);
    const compared = await kiosk.run(['report', 'compare']);
    expect(compared.stdout).toMatch(/^Since the last rehearsal\n {2}fixed {3}GET \//);
    const history: { readonly runs: readonly unknown[] } = JSON.parse(
      await file('ci/history.json'),
    );
    expect(history.runs).toHaveLength(2);
  });

  test('is there as well when nothing could be tried', async () => {
    const env = { ...github(), DOCKER_HOST: 'unix:///nowhere.sock' };
    const { exitCode, stderr } = await kiosk.run(['rehearse', '--report', 'out/none'], env);
    expect(exitCode).toBe(3);
    expect(await file('out/none/junit.xml')).toContain('errors="1"');
    expect(await file('out/none/report.html')).toContain('DJ-ENGINE-UNREACHABLE');
    expect(readWorkflowCommands(stderr).map(({ name }) => name)).toEqual(['error']);
  });

  test('leaves lines of JSON alone', async () => {
    const env = { ...github(), DOCKER_HOST: 'unix:///nowhere.sock' };
    const { stderr } = await kiosk.run(['rehearse', '--progress', 'json'], env);
    const types = stderr
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Event).type);
    expect(types.at(-1)).toBe('run-ended');
  });
});

test('a directory that cannot be written to is refused before anything is done', async () => {
  await using project = await withProject();
  const cwd = project.root;
  const { exitCode, stderr } = await runDjdev(['rehearse', '--report', 'Dockerfile/out'], { cwd });
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/DJ-REPORT-WRITE/)]);
  const missing = await runDjdev(['report', 'show', 'nowhere'], { cwd });
  expect([missing.exitCode, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/no report at .*nowhere/),
  ]);
});
