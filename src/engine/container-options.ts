import { Secret } from '../project/secret.ts';
import type { ContainerSpec, EnvironmentValues } from './engine.ts';
import { labelsFor } from './labels.ts';
import type { OwnerStamp } from './owner.ts';

/** What of the surroundings shapes a container. */
export interface ContainerSetting {
  readonly owner: OwnerStamp;
  /** Address on the engine's machine that published ports are bound to. */
  readonly bindAddress: string;
  /** A process of this run will hold the container's stdin from before its start. */
  readonly holdsStdin: boolean;
  /** The engine removes the container, with its anonymous volumes, once it has ended. */
  readonly autoRemove: boolean;
  /** A terminal is allocated. */
  readonly tty?: boolean;
}

/** The body of Docker's `POST /containers/create`, without what stays at Docker's default. */
export interface ContainerOptions {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly OpenStdin?: true;
  readonly StdinOnce?: true;
  readonly AttachStdin?: true;
  readonly Tty?: true;
  readonly HostConfig: HostOptions;
  readonly NetworkingConfig?: {
    readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  };
}

interface HostOptions {
  readonly NetworkMode: string;
  readonly AutoRemove?: true;
  readonly Init?: boolean;
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly PortBindings?: Readonly<
    Record<string, readonly [{ readonly HostIp: string; readonly HostPort: string }]>
  >;
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly Mounts?: readonly {
    readonly Type: 'volume';
    readonly Source: string;
    readonly Target: string;
  }[];
}

/**
 * A container as Docker wants to hear it. Pure; the only place that reveals secrets of a container.
 * Without a network the container gets none: the engine's default bridge is never used.
 */
export function containerOptions(spec: ContainerSpec, setting: ContainerSetting): ContainerOptions {
  const { entrypoint, command, environment, user, workingDirectory, network, aliases = [] } = spec;
  return {
    Image: spec.image,
    // An empty list would mean "the image's own" to the engine; one empty string means none.
    ...(entrypoint && { Entrypoint: entrypoint.length > 0 ? entrypoint : [''] }),
    ...(command && { Cmd: command }),
    ...(environment && { Env: environmentLines(environment) }),
    ...(user !== undefined && { User: user }),
    ...(workingDirectory !== undefined && { WorkingDir: workingDirectory }),
    Labels: { ...spec.labels, ...labelsFor(spec.ownership, setting.owner) },
    ...(spec.publish && { ExposedPorts: byPort(spec.publish, () => ({})) }),
    ...(setting.holdsStdin && { OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    ...(setting.tty === true && { Tty: true }),
    HostConfig: hostOptions(spec, setting),
    ...(network !== undefined && {
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: aliases } } },
    }),
  };
}

/** `NAME=value` for each variable, secrets revealed. */
export function environmentLines(environment: EnvironmentValues): readonly string[] {
  return Object.entries(environment).map(
    ([name, value]) => `${name}=${value instanceof Secret ? value.reveal() : value}`,
  );
}

function hostOptions(spec: ContainerSpec, setting: ContainerSetting): HostOptions {
  const { network, init, memoryBytes, publish, tmpfs, volumes } = spec;
  return {
    NetworkMode: network ?? 'none',
    ...(setting.autoRemove && { AutoRemove: true }),
    ...(init !== undefined && { Init: init }),
    // Equal limits for memory and memory + swap, so that the limit is the limit.
    ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(publish && {
      PortBindings: byPort(
        publish,
        (port) =>
          [
            { HostIp: setting.bindAddress, HostPort: String(spec.hostPorts?.[port] ?? '') },
          ] as const,
      ),
    }),
    ...(tmpfs && { Tmpfs: tmpfs }),
    ...(volumes && {
      Mounts: Object.entries(volumes).map(
        ([Target, Source]) => ({ Type: 'volume', Source, Target }) as const,
      ),
    }),
  };
}

function byPort<T>(
  ports: readonly number[],
  value: (port: number) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(ports.map((port) => [`${port}/tcp`, value(port)]));
}
