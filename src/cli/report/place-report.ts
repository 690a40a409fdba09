import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { Report } from '../../report/report.ts';
import type { Io } from '../io.ts';

/**
 * The root of the repository that a directory lies in, as the CI system names it or by `.git`;
 * without either the directory itself.
 */
export function findRepository(directory: string, environment: Io['environment']): string {
  for (const name of ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR']) {
    const root = environment[name] ?? '';
    if (root !== '' && isInside(root, directory)) return path.resolve(root);
  }
  let root = directory;
  while (!existsSync(path.join(root, '.git'))) {
    const parent = path.dirname(root);
    if (parent === root) return directory;
    root = parent;
  }
  return root;
}

/**
 * The report with places relative to the repository, with forward slashes: that is how those who
 * read it elsewhere find the file. Places outside stay as they are.
 */
export function placeReport(report: Report, project: string, repository: string): Report {
  const place = (location: SourceLocation): SourceLocation => {
    const absolute = path.resolve(project, location.file);
    if (!isInside(repository, absolute)) return location;
    const file = path.relative(repository, absolute).split(path.sep).join('/');
    return { ...location, file };
  };
  const { findings, error } = report;
  return {
    ...report,
    findings: findings.map((finding) =>
      finding.location === undefined ? finding : { ...finding, location: place(finding.location) },
    ),
    ...(error?.location === undefined
      ? {}
      : { error: { ...error, location: place(error.location) } }),
  };
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(path.resolve(root), file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
