import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { clubFiles, clubManifest } from '../integration/rehearse/club-files.ts';
import { type Checkout, openCheckout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { type DjdevResult, lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { withProject } from '../support/with-project.ts';

/** No engine can be reached: a URL needs none. */
const withoutEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

const reportOf = ({ stdout }: DjdevResult): Report => JSON.parse(lastLine(stdout)) as Report;

describe('djdev smoke --url', () => {
  const server = createServer((request, response) => {
    const isHome = request.url === '/';
    response.writeHead(isHome ? 200 : 404, { 'content-type': 'text/html' });
    response.end(`<h1>${isHome ? 'Hello' : 'Not here'}</h1>${String(request.headers.host)}`);
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  async function smoke(list: string, args: readonly string[] = []) {
    await using project = await withProject({
      Dockerfile: 'FROM scratch\n',
      'djdev.yaml': `name: tiny\nservices: { postgres: false }\nrehearse:\n  smoke: ${list}\n`,
    });
    return await runDjdev(['smoke', '--json', ...args], { cwd: project.root, env: withoutEngine });
  }

  test('asks a deployment without Docker, and tells by its exit code', async () => {
    const right = await smoke('[GET / : { select: { h1: Hello } }, GET /x : 404]', ['--url', url]);
    expect([right.exitCode, reportOf(right).verdict], right.stderr).toEqual([0, 'pass']);
    const wrong = await smoke('[GET / : { contains: Goodbye }]', ['--url', url]);
    const report = reportOf(wrong);
    expect([wrong.exitCode, report.verdict]).toEqual([1, 'fail']);
    expect(report.findings[0]).toMatchObject({
      code: 'smoke-failed',
      location: { line: 4 },
      title: 'GET /: expected the body to contain “Goodbye”.',
    });
    expect(report.findings[0]?.detail).toContain(`curl -i ${url}/\n`);
    expect(wrong.stderr).toContain('tiny does not answer as expected: 1 problem');
  });

  test('what needs the container is told of, and not passed', async () => {
    const list = '[GET / : 200, GET / : { as: staff }, GET / : { queries: { max: 1 } }]';
    const lenient = await smoke(list, ['--url', url]);
    const { findings } = reportOf(lenient);
    expect([lenient.exitCode, findings.map(({ level, title }) => `${level} ${title}`)]).toEqual([
      0,
      [
        'warn GET / was not tried, because nobody could be logged in as staff: only a URL is known.',
        'warn The queries of GET / were not counted, because only a URL is known.',
      ],
    ]);
    expect((await smoke(list, ['--url', url, '--fail-on', 'warn'])).exitCode).toBe(1);
  });

  test('leaves a report for CI', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'djdev-smoke-'));
    try {
      await smoke('[GET / : 200, GET /x : 200]', ['--url', url, '--report', directory]);
      const junit = await readFile(path.join(directory, 'junit.xml'), 'utf8');
      expect(junit).toMatch(
        /name="GET \/x"[^>]*>\s*<failure message="GET \/x: expected status 200/,
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('what is no deployment is a question of the command line', async () => {
    const bad = ['nonsense', 'ftp://example.com', `${url}/shop/`];
    for (const given of bad) {
      expect((await smoke('[GET / : 200]', ['--url', given])).exitCode).toBe(2);
    }
    const empty = await smoke('[]', ['--url', url]);
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('rehearse.smoke')]);
    expect((await smoke('[GET / : 200]', ['--url', 'http://127.0.0.1:1'])).exitCode).toBe(1);
  });
});

const list = `
  smoke:
    - GET / : { select: { h1: Welcome to the club } }
    - GET /orders/ : { as: user, contains: djdev-user- }
    - get: /api/items/
      queries: { max: 2 }
      jsonpath: { $.count: { min: 3 } }
    - get: /api/careless/
      queries: { max: 3 }
    - name: login
      steps:
        - POST /login/ : { form: { username: ada@example.com, password: $ADA_PASSWORD }, location: /orders/ }
        - GET /orders/ : { contains: ada@example.com }
`;

describeWithEngine('djdev smoke', () => {
  let club: Checkout;
  beforeAll(async () => {
    club = await openCheckout(await withProject(await clubFiles()));
    await writeFile(path.join(club.root, 'djdev.yaml'), `${clubManifest}${list}`);
  });
  afterAll(async () => {
    await club.run(['down', '-v', '--yes']);
    await club[Symbol.asyncDispose]();
  });

  test('says that nothing runs, and then asks what does', async () => {
    const before = await club.run(['smoke']);
    expect([before.exitCode, before.stderr]).toEqual([3, expect.stringContaining('djdev up -d')]);
    const up = await club.run(['up', '-d', '--migrate']);
    expect(up.exitCode, up.stderr).toBe(0);

    const password = 'correct horse battery';
    const asked = await club.run(['smoke', '--json'], { ADA_PASSWORD: password });
    const report = reportOf(asked);
    expect(report.findings.map(({ title }) => title)).toEqual([
      'GET /api/careless/: expected at most 3 queries, got 4.',
    ]);
    expect([asked.exitCode, report.steps[0]?.summary]).toEqual([1, '6 requests']);
    expect(`${asked.stdout}${asked.stderr}`).not.toContain(password);

    // The users are gone, and so is what was turned on in the database.
    const count = 'from members.models import Member; print(Member.objects.count())';
    const left = await club.run(['exec', '-T', 'web', 'python', 'manage.py', 'shell', '-c', count]);
    expect(left.stdout.trim().split('\n').at(-1)).toBe('1');
    const setting = await club.run(['psql', '-qAt', '-c', 'SHOW log_statement']);
    expect(setting.stdout.trim()).toBe('none');
  });
});
