import path from 'node:path';
import { DjdevError, type SourceLocation } from '../../../src/errors/djdev-error.ts';
import { type LoadOptions, loadProject } from '../../../src/project/load-project.ts';
import type { Project } from '../../../src/project/project.ts';
import { withProject } from '../../support/with-project.ts';

type Files = Readonly<Record<string, string>>;

/** A Django project that needs Postgres and says nothing else. */
export const plain: Files = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  'manage.py': 'import os, sys\n',
  Dockerfile: 'FROM python:3.13-slim\nCOPY . .\nCMD ["gunicorn", "config.wsgi"]\n',
  'requirements.txt': 'Django==5.2\npsycopg==3.2\n',
};

/** Loads a project of these files and `plain`, below a directory that is gone afterwards. */
export async function loadFiles(
  files: Files,
  options: Partial<Omit<LoadOptions, 'cwd'>> & { readonly below?: string } = {},
): Promise<Project> {
  await using project = await withProject({ ...plain, ...files });
  return await load(project.root, options);
}

/** Every line a person would see of the error that loading ends with; the root is `<root>`. */
export async function explainLoad(
  files: Files,
  options: Partial<Omit<LoadOptions, 'cwd'>> & { readonly below?: string } = {},
): Promise<string> {
  await using project = await withProject(files);
  try {
    await load(project.root, options);
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    return explain(error, project.root);
  }
  throw new Error('The project loaded, and an error was expected.');
}

async function load(
  root: string,
  { below = '.', ...options }: Partial<Omit<LoadOptions, 'cwd'>> & { readonly below?: string },
): Promise<Project> {
  return loadProject({ shell: {}, ...options, cwd: path.join(root, below) });
}

function explain(error: DjdevError, root: string): string {
  const place = ({ file, line, column }: SourceLocation): string =>
    [path.relative(root, file), line, column].filter((part) => part !== undefined).join(':');
  const issues =
    error.issues.length > 0
      ? error.issues
      : [{ message: error.message, hint: error.hint, location: error.location }];
  return [
    `${error.code} (exit ${error.exitCode}): ${error.message}`,
    ...issues.flatMap(({ message, hint, location }) => [
      `  ${location ? `${place(location)} ` : ''}${message}`,
      ...(hint === undefined ? [] : [`    → ${hint}`]),
    ]),
  ]
    .join('\n')
    .replaceAll(root, '<root>');
}
