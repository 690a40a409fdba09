import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatHistory, parseHistory, type RunRecord } from '../../report/run-record.ts';
import { stateDirectory } from '../../stack/stack-seed.ts';
import type { Io } from '../io.ts';

/** So many reports of a checkout are kept whole. */
const keptReports = 10;

/** Where the reports of a checkout are kept. */
export function savedReportsDirectory(projectId: string, environment: Io['environment']): string {
  return path.join(stateDirectory(environment), 'reports', projectId);
}

/** The directories of the saved reports, the oldest first. */
export async function listSavedReports(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d\d-\d\dT/.test(entry.name))
    .map((entry) => path.join(directory, entry.name))
    .toSorted();
}

/** A checkout that has not been rehearsed for so long is most likely gone. */
const forgottenAfterMs = 90 * 24 * 3_600_000;

/** A directory for the report of a run that began then; the oldest others go. */
export async function makeSavedReport(directory: string, startedAt: string): Promise<string> {
  const place = path.join(directory, startedAt.replaceAll(':', '-'));
  await mkdir(place, { recursive: true, mode: 0o700 });
  const saved = await listSavedReports(directory);
  const surplus = saved.slice(0, Math.max(0, saved.length - keptReports));
  await Promise.all(surplus.map((old) => rm(old, { recursive: true, force: true })));
  return place;
}

/** Removes the reports of checkouts that nobody has rehearsed for ninety days before then. */
export async function forgetOldReports(directory: string, now: number): Promise<void> {
  const all = path.dirname(directory);
  for (const name of await readdir(all)) {
    const { mtimeMs } = await stat(path.join(all, name));
    if (now - mtimeMs > forgottenAfterMs) {
      await rm(path.join(all, name), { recursive: true, force: true });
    }
  }
}

/** The runs that a history file holds; none when there is no such file, or it is something else. */
export async function readHistory(file: string): Promise<readonly RunRecord[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parseHistory(text) ?? [];
}

/** Adds a run to a history file: as a whole, because another djdev may read it. */
export async function writeHistory(
  file: string,
  earlier: readonly RunRecord[],
  run: RunRecord,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, formatHistory(earlier, run));
  await rename(temporary, file);
}
