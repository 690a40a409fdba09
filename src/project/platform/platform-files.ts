import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile } from '../project-sources.ts';

/** The files by which platforms are known, as far as the project has them. */
export interface PlatformFiles {
  readonly kamal: SourceFile | undefined;
  readonly fly: SourceFile | undefined;
  readonly render: SourceFile | undefined;
  readonly appJson: SourceFile | undefined;
  /** `Procfile` or `heroku.yml`. */
  readonly procfile: SourceFile | undefined;
  /** Files with a Deployment or a StatefulSet, those nearest to the root first. */
  readonly kubernetes: readonly SourceFile[];
}

const manifestDirectories = [
  'k8s',
  '.k8s',
  'kubernetes',
  'kube',
  'manifests',
  'deploy',
  'deployment',
  'deployments',
  'infra',
  'ops',
  'helm',
  'chart',
  'charts',
];
const deepest = 4;
const mostFiles = 200;

/** Reads them. What cannot be read is as if it were not there. */
export async function readPlatformFiles(root: string): Promise<PlatformFiles> {
  const read = async (...names: string[]): Promise<SourceFile | undefined> => {
    for (const name of names) {
      const text = await readFile(path.join(root, name), 'utf8').catch(() => undefined);
      if (text !== undefined) return { path: name, text };
    }
    return undefined;
  };
  const [kamal, fly, render, appJson, procfile, kubernetes] = await Promise.all([
    read('config/deploy.yml', 'config/deploy.yaml'),
    read('fly.toml'),
    read('render.yaml', 'render.yml'),
    read('app.json'),
    read('heroku.yml', 'Procfile'),
    readKubernetes(root),
  ]);
  return { kamal, fly, render, appJson, procfile, kubernetes };
}

async function readKubernetes(root: string): Promise<readonly SourceFile[]> {
  const names: string[] = [];
  let level: readonly string[] = manifestDirectories;
  for (let depth = 0; depth < deepest && names.length < mostFiles; depth += 1) {
    const listings = await Promise.all(
      level.map(async (directory) => {
        const entries = await readdir(path.join(root, directory), { withFileTypes: true }).catch(
          () => [],
        );
        return entries.map((entry) => ({ entry, name: `${directory}/${entry.name}` }));
      }),
    );
    const found = listings.flat();
    names.push(
      ...found
        .filter(({ entry, name }) => entry.isFile() && /\.ya?ml$/u.test(name))
        .map(({ name }) => name),
    );
    level = found.filter(({ entry }) => entry.isDirectory()).map(({ name }) => name);
  }
  const files = await Promise.all(
    names.slice(0, mostFiles).map(async (name) => ({
      path: name,
      text: await readFile(path.join(root, name), 'utf8').catch(() => ''),
    })),
  );
  return files.filter(({ text }) => /^kind:\s*["']?(Deployment|StatefulSet)\b/mu.test(text));
}
