import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInContext } from '../../../src/cli/report/find-in-context.ts';
import { findRepository, placeReport } from '../../../src/cli/report/place-report.ts';
import {
  makeReportDirectory,
  writeReportDirectory,
} from '../../../src/cli/report/report-directory.ts';
import {
  forgetOldReports,
  listSavedReports,
  makeSavedReport,
  readHistory,
  writeHistory,
} from '../../../src/cli/report/saved-reports.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { recordOf } from '../../../src/report/run-record.ts';
import { sampleRuns } from '../../support/sample-runs.ts';
import { smallestProject, withProject } from '../../support/with-project.ts';

test('a report replaces its own files and leaves all others', async () => {
  await using project = await withProject({ 'out/logs/mine.log': 'mine', 'out/notes.txt': 'mine' });
  const directory = join(project.root, 'out');
  const first = ['report.json', 'logs/boot-web.log', 'responses/01-GET-root.txt'];
  await writeReportDirectory(
    directory,
    first.map((path) => ({ path, text: path })),
  );
  await writeReportDirectory(directory, [{ path: 'report.json', text: 'again' }]);
  const left = await readdir(directory, { recursive: true });
  expect(left.toSorted()).toEqual([
    '.djdev-report',
    'logs',
    'logs/mine.log',
    'notes.txt',
    'report.json',
    'responses',
  ]);
  expect(await readFile(join(directory, 'report.json'), 'utf8')).toBe('again');
});

test('nothing outside of the directory is removed, whatever its list says', async () => {
  await using project = await withProject({
    'precious.txt': 'mine',
    'out/.djdev-report': '../precious.txt\nlogs/../../precious.txt\n/etc/passwd\n',
  });
  await writeReportDirectory(join(project.root, 'out'), []);
  expect(await readFile(join(project.root, 'precious.txt'), 'utf8')).toBe('mine');
});

test('a directory that cannot be made is a DJ-REPORT-WRITE', async () => {
  await using project = await withProject({ file: '' });
  await expect(makeReportDirectory(join(project.root, 'file/out'))).rejects.toMatchObject({
    code: 'DJ-REPORT-WRITE',
  });
});

test('places are relative to the repository, where they lie in it', async () => {
  await using project = await withProject({ '.git/HEAD': '', 'shop/djdev.yaml': '' });
  const root = join(project.root, 'shop');
  const repository = findRepository(root, {});
  expect(repository).toBe(project.root);
  expect(findRepository(root, { GITHUB_WORKSPACE: root })).toBe(root);
  expect(findRepository(root, { GITHUB_WORKSPACE: '/elsewhere' })).toBe(project.root);
  const [finding] = sampleRuns.brokenBuild.report.findings;
  const files = [join(root, 'Dockerfile'), 'config/settings.py', '/usr/lib/python3/site.py'];
  const findings = files.flatMap((file) => (finding ? [{ ...finding, location: { file } }] : []));
  const placed = placeReport({ ...sampleRuns.clean.report, findings }, root, repository);
  expect(placed.findings.map(({ location }) => location?.file)).toEqual([
    'shop/Dockerfile',
    'shop/config/settings.py',
    '/usr/lib/python3/site.py',
  ]);
});

test('the last ten reports are kept', async () => {
  await using project = await withProject({});
  for (let day = 10; day < 22; day += 1) {
    await makeSavedReport(project.root, `2026-11-${day}T12:00:00.000Z`);
  }
  const names = (await listSavedReports(project.root)).map((path) => path.slice(-24));
  expect(names).toHaveLength(10);
  expect(names.at(0)).toBe('2026-11-12T12-00-00.000Z');
});

test('checkouts that nobody rehearses any more are forgotten', async () => {
  await using state = await withProject({ 'old-1/history.json': '', 'new-2/history.json': '' });
  const now = Date.now();
  const longAgo = new Date(now - 100 * 24 * 3_600_000);
  await utimes(join(state.root, 'old-1'), longAgo, longAgo);
  await forgetOldReports(join(state.root, 'new-2'), now);
  expect(await readdir(state.root)).toEqual(['new-2']);
});

test('a history grows, and begins anew where there is none that can be read', async () => {
  await using project = await withProject({ 'history.json': 'not a history' });
  const file = join(project.root, 'history.json');
  const record = recordOf(sampleRuns.clean.report);
  for (let run = 0; run < 2; run += 1) await writeHistory(file, await readHistory(file), record);
  expect(await readHistory(file)).toEqual([record, record]);
});

test('what the next image would hold is known', async () => {
  await using files = await withProject({ ...smallestProject, '.dockerignore': 'ignored\n' });
  const project = await loadProject({ cwd: files.root, shell: {} });
  const paths = ['out', 'ignored/out', '../elsewhere'].map((path) => join(files.root, path));
  expect(await findInContext(project, paths)).toEqual(['out']);
});
