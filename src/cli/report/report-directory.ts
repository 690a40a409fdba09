import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { ReportFile } from '../../report/formats/report-files.ts';

/** Names the files that a run wrote, so that the next one removes those and no others. */
const listName = '.djdev-report';

/** Makes the directory of a report before the run, which may take minutes. Throws `DJ-REPORT-WRITE`. */
export async function makeReportDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw refuse(directory, cause);
  }
}

/**
 * Writes the files of a report, and removes what an earlier report has left there beside them.
 * Throws `DJ-REPORT-WRITE`.
 */
export async function writeReportDirectory(
  directory: string,
  files: readonly ReportFile[],
): Promise<void> {
  try {
    await removeEarlier(directory, files);
    const folders = new Set(files.map((file) => path.dirname(path.join(directory, file.path))));
    await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })));
    const list = `${files.map((file) => file.path).join('\n')}\n`;
    await writeFile(path.join(directory, listName), list);
    await Promise.all(
      files.map((file) => writeFile(path.join(directory, file.path), file.text.toWellFormed())),
    );
  } catch (cause) {
    throw refuse(directory, cause);
  }
}

async function removeEarlier(directory: string, files: readonly ReportFile[]): Promise<void> {
  const list = await readFile(path.join(directory, listName), 'utf8').catch(() => '');
  const kept = new Set(files.map((file) => file.path));
  const stale = list.split('\n').filter((file) => isOwn(file) && !kept.has(file));
  await Promise.all(stale.map((file) => rm(path.join(directory, file), { force: true })));
}

/** Only where djdev writes: the list may have been edited. */
function isOwn(file: string): boolean {
  return /^(?:logs|responses)\/[\w.-]+$|^[\w-]+\.[a-z]+$/.test(file);
}

function refuse(directory: string, cause: unknown): DjdevError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DjdevError('DJ-REPORT-WRITE', {
    message: `The report cannot be written to ${directory}: ${why}.`,
    hint: 'Name a directory that can be written to with --report.',
    cause,
  });
}
