import type { Readable, Writable } from 'node:stream';
import type { Secret } from '../project/secret.ts';
import type { EngineHttp } from './engine-http.ts';

/** How the engine was reached and what it is. */
export interface EngineInfo {
  /** For people: `unix:///var/run/docker.sock (default socket)`. */
  readonly endpoint: string;
  /** Docker context in use, when one was. */
  readonly contextName: string | undefined;
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  /** The negotiated API version all requests are pinned to, for example `1.41`. */
  readonly apiVersion: string;
  readonly os: string;
  readonly architecture: string;
}

/** Where the engine listens. `ssh` endpoints are reached through a local socket forward. */
export type Endpoint =
  | { readonly type: 'socket'; readonly path: string }
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: EndpointTls | undefined;
    };

/** PEM texts of a TLS endpoint; what is missing was not configured. */
export interface EndpointTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** `false` only where a context says SkipTLSVerify. */
  readonly verify?: boolean;
}

/** Labels `dev.djdev.<noun>` without their prefix. */
export interface Ownership {
  readonly project: string;
  readonly session: string;
  readonly role: string;
  readonly worktree: string;
  /**
   * Outlives the process that makes it (`--keep`): no lifeline, kept when its handle is disposed,
   * and no sweep takes it. It is removed by its labels alone.
   */
  readonly persistent?: boolean;
}

export type EnvironmentValues = Readonly<Record<string, string | Secret>>;

/** A container to be made. Pure data, so that it can be compared and printed. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly ownership: Ownership;
  /** `undefined` keeps the image's own. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: EnvironmentValues;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly network?: string;
  /** DNS names on `network`. */
  readonly aliases?: readonly string[];
  /** Container ports published on 127.0.0.1 at ports the engine chooses. */
  readonly publish?: readonly number[];
  /** Container port → port on the engine's host, for those of `publish` that must not change. */
  readonly hostPorts?: Readonly<Record<number, number>>;
  /** Labels beside those of the ownership. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Target path → tmpfs options. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Target path → named volume. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly memoryBytes?: number;
  readonly init?: boolean;
  /**
   * How the container ends when djdev dies. `wrap`: the command runs under a guard that ends it
   * at the end of stdin. `watch`: PID 1 is left unchanged, and a guard process beside it does that.
   * `self`: the command reads stdin (`attachStdin`) and ends with it, so it needs no guard.
   * `none`: found and removed by the next run's sweep.
   */
  readonly lifeline: 'wrap' | 'watch' | 'self' | 'none';
}

/** How a container ended. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** The engine's own error when the process could not be started. */
  readonly error: string | undefined;
}

export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  /** `sha256:…` of the image it was made from. */
  readonly imageId?: string;
  readonly running: boolean;
  readonly exit: ContainerExit | undefined;
  readonly user: string;
  /** As it was made; may hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Container port → port on the engine's host. */
  readonly publishedPorts: Readonly<Record<number, number>>;
  /** Address of a published port as this process reaches it. */
  readonly host: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ImageFacts {
  /** `sha256:…` */
  readonly id: string;
  readonly references: readonly string[];
  readonly bytes: number;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly number[];
  readonly volumes: readonly string[];
  readonly healthcheck: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  readonly os: string;
  readonly architecture: string;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of the layers' contents, the lowest first. */
  readonly layers?: readonly string[];
}

/** A container as it stands in a list: what one request tells of all of them. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly ownership: Ownership;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
  /** For people: `Up 3 minutes`, `Exited (1) 2 hours ago`. */
  readonly status: string;
  /** `sha256:…` */
  readonly imageId: string;
  /** Container port → port as this process reaches it; empty unless it runs. */
  readonly publishedPorts: Readonly<Record<number, number>>;
  readonly host: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
}

export type OutputStream = 'stdout' | 'stderr';

export interface LogLine {
  readonly stream: OutputStream;
  /** Without its line end. */
  readonly text: string;
  /** RFC 3339 with nanoseconds, as the engine took it down; where timestamps were asked for. */
  readonly time?: string;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly environment?: EnvironmentValues;
  readonly user?: string;
  readonly workingDirectory?: string;
  /** A terminal is allocated; stdout and stderr are then one stream. */
  readonly tty?: boolean;
}

/** The result of a command, the same shape for success and failure. */
export interface ExecResult {
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A command running in a container with its streams attached. */
export interface ExecSession extends AsyncDisposable {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Empty with a terminal. */
  readonly stderr: Readable;
  /** Resolves with the exit code when the command ends. */
  readonly exited: Promise<number>;
  resize(columns: number, rows: number): Promise<void>;
}

/** A started container whose output and end this process follows. */
export interface RunningContainer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** As of the start: addresses and published ports. */
  readonly facts: ContainerFacts;
  /** Attached stdin; only where the spec asked for `attachStdin`, which makes `wrap` a `watch`. */
  readonly stdin: Writable | undefined;
  /**
   * Lines since the start, in order; ends when the container does. Can be iterated once. While
   * nobody iterates, the newest 10,000 lines (8 million characters) at least are kept.
   */
  readonly output: AsyncIterable<LogLine>;
  /**
   * Rejects with DJ-COMMAND-NOT-FOUND when the `wrap` guard found no such command; elsewhere
   * `runContainer` itself throws that.
   */
  readonly exited: Promise<ContainerExit>;
}

/** A one-off container whose streams are those of its caller. */
export interface ContainerSession extends ExecSession {
  readonly id: string;
  /** Sends the main process a signal such as `SIGINT`. */
  readonly kill: (processSignal: string) => Promise<void>;
}

export interface DiskUsage {
  readonly freeBytes: number | undefined;
  readonly totalBytes: number | undefined;
}

/** A thing on the engine that carries djdev's labels. */
export interface OwnedResource {
  readonly kind: 'container' | 'network' | 'volume';
  readonly id: string;
  readonly name: string;
  readonly ownership: Ownership;
  readonly running: boolean;
}

/**
 * What djdev asks of Docker, in djdev's words. Every method throws `DjdevError` with one of the
 * `DJ-ENGINE-…`, `DJ-DISK-FULL`, `DJ-PORT-TAKEN`, `DJ-IMAGE-NOT-FOUND`, `DJ-COMMAND-NOT-FOUND`,
 * `DJ-CONTAINER-LOST` codes,
 * and rejects with the signal's reason when the signal aborts.
 */
export interface Engine extends AsyncDisposable {
  readonly info: EngineInfo;
  /** For the builder, which speaks to the engine in ways of its own. */
  readonly connection: {
    readonly endpoint: Endpoint;
    /** Raw requests, pinned to `info.apiVersion`. */
    readonly http: EngineHttp;
    /** Environment (`DOCKER_HOST`, `DOCKER_CONTEXT`, TLS) that points a Docker CLI program at this engine. */
    readonly cliEnvironment: Readonly<Record<string, string>>;
  };

  inspectImage(reference: string, signal: AbortSignal): Promise<ImageFacts | undefined>;
  /** `onProgress` gets short lines for people. */
  pullImage(
    reference: string,
    onProgress: (text: string) => void,
    signal: AbortSignal,
  ): Promise<ImageFacts>;
  tagImage(id: string, reference: string, signal: AbortSignal): Promise<void>;
  /** Missing images are no error; images in use stay and answer `false`. */
  removeImage(reference: string, signal: AbortSignal): Promise<boolean>;
  /** References (`repository:tag`) of all local images of one repository, newest first. */
  listImages(repository: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The image's file system layers as `docker save` gives them: one tar. */
  saveImage(reference: string, signal: AbortSignal): Promise<Readable>;

  /** Creates without starting; `startContainer` does that. */
  createContainer(spec: ContainerSpec, signal: AbortSignal): Promise<string>;
  /**
   * Creates, attaches and starts. The container is removed when the result is disposed and, by its
   * lifeline, when this process dies. `beforeStart` can seed files with `putArchive`.
   */
  runContainer(
    spec: ContainerSpec & { readonly attachStdin?: boolean },
    signal: AbortSignal,
    beforeStart?: (id: string) => Promise<void>,
  ): Promise<RunningContainer>;
  /**
   * Creates a container that is removed when it has ended, attaches to it and starts it. Its
   * streams are handed on as they are, so that a person or a pipe can sit at them. With
   * `staysAfterEnd` it is there until the session is disposed, so that its files can be read.
   */
  openContainer(
    spec: ContainerSpec & { readonly tty: boolean; readonly staysAfterEnd?: boolean },
    signal: AbortSignal,
    beforeStart?: (id: string) => Promise<void>,
  ): Promise<ContainerSession>;
  startContainer(id: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the container does not run, at once when it does not run now. */
  waitContainer(id: string, signal: AbortSignal): Promise<ContainerExit>;
  /** The containers that carry djdev's labels, running or not, of one worktree. */
  listContainers(
    filter: { readonly worktree: string },
    signal: AbortSignal,
  ): Promise<readonly ContainerSummary[]>;
  inspectContainer(id: string, signal: AbortSignal): Promise<ContainerFacts | undefined>;
  /** Its name on networks changes with it. */
  renameContainer(id: string, name: string, signal: AbortSignal): Promise<void>;
  /** Sends the image's stop signal, then SIGKILL after `graceMs`. */
  stopContainer(id: string, graceMs: number, signal: AbortSignal): Promise<void>;
  /** `processSignal` such as `SIGTERM`. */
  killContainer(id: string, processSignal: string, signal: AbortSignal): Promise<void>;
  /** Forced, with its anonymous volumes; a missing container is no error. */
  removeContainer(id: string, signal: AbortSignal): Promise<void>;
  logs(
    id: string,
    options: {
      readonly follow: boolean;
      readonly tail?: number;
      readonly sinceMs?: number;
      /** From this moment on, it included: the `time` of a line. */
      readonly since?: string;
      /** Gives each line its `time`. */
      readonly timestamps?: boolean;
    },
    signal: AbortSignal,
  ): AsyncIterable<LogLine>;

  exec(id: string, request: ExecRequest, signal: AbortSignal): Promise<ExecSession>;
  /** `exec` to its end, with all output. `input` becomes the command's stdin. */
  execToEnd(
    id: string,
    request: ExecRequest & { readonly input?: string | Buffer },
    signal: AbortSignal,
  ): Promise<ExecResult>;

  /** A tar stream of `path`, or `undefined` when there is no such path. */
  getArchive(id: string, path: string, signal: AbortSignal): Promise<Readable | undefined>;
  putArchive(
    id: string,
    path: string,
    archive: Readable | Buffer,
    signal: AbortSignal,
  ): Promise<void>;

  /** Paths that a container added, changed or removed since it was made; a missing one has none. */
  listChangedPaths(id: string, signal: AbortSignal): Promise<readonly string[]>;

  createNetwork(name: string, ownership: Ownership, signal: AbortSignal): Promise<string>;
  removeNetwork(id: string, signal: AbortSignal): Promise<void>;
  createVolume(name: string, ownership: Ownership, signal: AbortSignal): Promise<string>;
  removeVolume(name: string, signal: AbortSignal): Promise<void>;

  /** Everything that carries djdev's labels, of one worktree when given. */
  listOwned(
    filter: { readonly worktree?: string },
    signal: AbortSignal,
  ): Promise<readonly OwnedResource[]>;
  removeOwned(resource: OwnedResource, signal: AbortSignal): Promise<void>;
  /** Removes what dead djdev processes of this host left behind; returns what was removed. */
  sweep(signal: AbortSignal): Promise<readonly OwnedResource[]>;
  /** Of the file system the engine stores images on. */
  diskUsage(signal: AbortSignal): Promise<DiskUsage>;
}
