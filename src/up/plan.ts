import { choosePort } from '../stack/choose-ports.ts';
import { servicePorts, serviceVolumes } from '../stack/describe-service.ts';
import { webProcess } from '../stack/describe-process.ts';
import { imageRepository } from '../stack/image-repository.ts';
import { stackContainer, stackNetwork } from '../stack/stack-names.ts';
import type { Project } from '../project/project.ts';

/** What the command line says about an `up`. */
export interface UpFlags {
  readonly version: string;
  readonly build: 'when-changed' | 'always' | 'never';
  readonly migrate: UpPlan['migrate'];
  readonly isLive: boolean;
  readonly perBranch?: boolean;
}

/** A port of the container, and the one of the host it is published at if that is free. */
interface PlannedPort {
  readonly container: number;
  readonly host: number;
}

interface PlannedContainer {
  readonly role: string;
  readonly container: string;
  readonly ports: readonly PlannedPort[];
}

/** What `djdev up` would do, as plain JSON. */
export interface UpPlan {
  readonly version: 1;
  readonly djdev: string;
  readonly project: string;
  readonly worktree: string;
  readonly build: {
    readonly repository: string;
    readonly dockerfile: string;
    readonly target: string | undefined;
    readonly when: UpFlags['build'];
  };
  readonly settings: string | undefined;
  readonly network: string;
  readonly services: readonly (PlannedContainer & {
    readonly image: string;
    readonly volumes: readonly string[];
  })[];
  readonly processes: readonly (PlannedContainer & {
    readonly command: readonly string[] | undefined;
    readonly health: string | undefined;
  })[];
  /** `ask`: on a terminal; elsewhere they are only named. */
  readonly migrate: 'ask' | 'always' | 'never' | 'name';
  /** Saved files are sent into the containers, and processes take new code while they run. */
  readonly isLive: boolean;
  /** Git branches with other migrations have databases of their own. */
  readonly perBranch: boolean;
}

/** Where a process listens when only the image could say it. */
const usualPort = 8000;

/** The plan of an `up`. Pure. */
export function planUp(project: Project, flags: UpFlags): UpPlan {
  const { id, build } = project;
  const place = (role: string, ports: readonly number[]): PlannedContainer => ({
    role,
    container: stackContainer(project, role),
    ports: ports.map((port) => ({ container: port, host: choosePort(id, role, port, 0) })),
  });
  return {
    version: 1,
    djdev: flags.version,
    project: project.name,
    worktree: id,
    build: {
      repository: imageRepository(project),
      dockerfile: build.dockerfile,
      target: build.target,
      when: flags.build,
    },
    settings: project.settings.dev,
    network: stackNetwork(project),
    services: project.services.map((service) => ({
      ...place(service.name, servicePorts(service)),
      image: service.image,
      volumes: serviceVolumes(project, service),
    })),
    processes: project.processes.map(({ name, command, port, health }) => ({
      ...place(name, name === webProcess || port !== undefined ? [port ?? usualPort] : []),
      command,
      health,
    })),
    migrate: flags.migrate,
    isLive: flags.isLive,
    perBranch: flags.perBranch === true || project.services.some((one) => one.perBranch === true),
  };
}
