import { cp, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryProject, withProject } from './with-project.ts';

const layouts = fileURLToPath(new URL('../layouts', import.meta.url));

/** Where each layout keeps the app that they share; Wagtail's brings its own. */
const places = {
  channels: 'notes',
  cookiecutter: 'shoply/notes',
  'docker-directory': 'notes',
  heroku: 'notes',
  monorepo: 'backend/notes',
  nested: 'website/notes',
  pipenv: 'notes',
  poetry: 'notes',
  runserver: 'notes',
  'split-requirements': 'apps/notes',
  startproject: 'notes',
  testdriven: 'app/notes',
  uv: 'src/notes',
  wagtail: undefined,
} as const;

export type LayoutName = keyof typeof places;

/** A project as people have it before they know of djdev. Names that begin with `dot-` get a dot. */
export async function openLayout(name: LayoutName): Promise<TemporaryProject> {
  const project = await withProject({});
  await cp(path.join(layouts, name), project.root, { recursive: true });
  const place = places[name];
  if (place !== undefined) {
    await cp(path.join(layouts, 'notes-app'), path.join(project.root, place), { recursive: true });
  }
  await nameDotFiles(project.root);
  return project;
}

async function nameDotFiles(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const name = entry.name.replace(/^dot-/u, '.');
    if (name !== entry.name) {
      await rename(path.join(directory, entry.name), path.join(directory, name));
    }
    if (entry.isDirectory()) await nameDotFiles(path.join(directory, name));
  }
}
