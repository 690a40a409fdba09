import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { libraryFiles } from '../integration/rehearse/library-files.ts';
import { buildDirectory } from '../support/build-files.ts';
import { connectTestEngine } from '../support/engine.ts';
import { buildKioskBase } from '../support/kiosk-base.ts';
import { kioskDockerfile, kioskFiles } from '../support/kiosk.ts';
import { type TemporaryProject, withProject } from '../support/with-project.ts';
import type { BaseName } from './defect.ts';

/** A clean project, and an image of it. */
interface Base {
  readonly root: string;
  /** Reference of the image that its own Dockerfile makes. */
  readonly image: string;
}

/** The clean projects, each made when it is first asked for. */
export interface Bases extends AsyncDisposable {
  open(name: BaseName): Promise<Base>;
}

/** The images stay on the engine: they are found by the digest of their files the next time. */
export function openBases(): Bases {
  const opened = new Map<BaseName, Promise<Base>>();
  const projects: TemporaryProject[] = [];
  const open = async (name: BaseName): Promise<Base> => {
    const project = await makeProject(name);
    projects.push(project);
    await using engine = await connectTestEngine();
    const repository = `djdev-test-matrix-${name}`;
    const signal = AbortSignal.timeout(300_000);
    const image = await buildDirectory(engine, repository, project.root, signal);
    return { root: project.root, image };
  };
  return {
    open(name) {
      const base = opened.get(name) ?? open(name);
      opened.set(name, base);
      return base;
    },
    async [Symbol.asyncDispose]() {
      for (const project of projects) await project[Symbol.asyncDispose]();
    },
  };
}

async function makeProject(name: BaseName): Promise<TemporaryProject> {
  if (name === 'kiosk') {
    return await withProject({
      ...kioskFiles,
      Dockerfile: kioskDockerfile(await buildKioskBase()),
    });
  }
  if (name === 'releases') return await withProject(await libraryFiles());
  const project = await withProject({});
  const example = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  await cp(example, project.root, {
    recursive: true,
    filter: (path) => !/\/(?:\.env|\.venv|__pycache__|\.djdev|staticfiles)$/u.test(path),
  });
  return project;
}
