import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { describeProject } from '../../project/describe-project.ts';
import type { Project } from '../../project/project.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { listSavedReports, savedReportsDirectory } from '../report/saved-reports.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * Writes what somebody needs to help from afar into one `.tar.gz`: the diagnoses, versions, the
 * project as djdev understands it, its Dockerfile and its last report. No file with values of
 * variables is in it, and everything goes through the redactor. Answers with the names inside.
 */
export async function writeBundle(
  file: string,
  {
    diagnoses,
    project,
  }: {
    readonly diagnoses: readonly Diagnosis[];
    readonly project: Project | undefined;
  },
  { io, redactor, signal }: Invocation,
): Promise<readonly string[]> {
  const { arch, platform, version } = process;
  const about = { djdev: readVersion(), node: version, platform, arch };
  const texts = {
    'about.json': JSON.stringify(about, null, 2),
    'doctor.json': JSON.stringify(diagnoses, null, 2),
    ...(project && {
      'project.txt': String(describeProject(project)),
      Dockerfile: await readText(project.build.dockerfile),
      '.dockerignore': await readText(join(project.build.context, '.dockerignore')),
      'report.json': await readLastReport(project, io.environment),
    }),
  };
  const present = Object.entries(texts).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const archive = pack();
  for (const [name, text] of present) {
    archive.entry({ name: `djdev-doctor/${name}` }, redactor.redact(text));
  }
  archive.finalize();
  // It says a lot about a machine: its owner decides who reads it.
  await pipeline(archive, createGzip(), createWriteStream(file, { mode: 0o600 }), { signal });
  return present.map(([name]) => name);
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}

async function readLastReport(
  project: Project,
  environment: Invocation['io']['environment'],
): Promise<string | undefined> {
  const saved = await listSavedReports(savedReportsDirectory(project.id, environment));
  const last = saved.at(-1);
  return last === undefined ? undefined : await readText(join(last, 'report.json'));
}
