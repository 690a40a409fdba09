import type { ContainerExit, ContainerFacts } from './engine.ts';
import { environmentOf } from './image-facts.ts';

/** The fields djdev reads of `GET /containers/<id>/json`. */
export interface ContainerInspection {
  readonly Id: string;
  readonly Name: string;
  readonly Image?: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly OOMKilled?: boolean;
    readonly Error?: string;
  };
  readonly Config: {
    readonly User?: string;
    readonly Env?: readonly string[] | null;
    readonly Tty?: boolean;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly NetworkSettings: {
    readonly Ports?: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    > | null;
  };
}

/** `publishedHost` is where this process reaches published ports. */
export function containerFacts(
  inspection: ContainerInspection,
  publishedHost: string,
): ContainerFacts {
  const { State, Config } = inspection;
  return {
    id: inspection.Id,
    name: inspection.Name.replace(/^\//, ''),
    ...(inspection.Image !== undefined && { imageId: inspection.Image }),
    running: State.Running,
    exit: containerExit(inspection),
    user: Config.User ?? '',
    environment: environmentOf(Config.Env ?? []),
    publishedPorts: publishedPorts(inspection.NetworkSettings.Ports ?? {}),
    host: publishedHost,
    labels: Config.Labels ?? {},
  };
}

/** How it ended; `undefined` unless it has. */
export function containerExit({ State }: ContainerInspection): ContainerExit | undefined {
  if (State.Status !== 'exited' && State.Status !== 'dead') return undefined;
  return {
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled ?? false,
    error: State.Error || undefined,
  };
}

function publishedPorts(
  ports: NonNullable<ContainerInspection['NetworkSettings']['Ports']>,
): Readonly<Record<number, number>> {
  const published = Object.entries(ports).flatMap(([port, bindings]) => {
    const binding = bindings?.[0];
    return binding && port.endsWith('/tcp') ? [[parseInt(port, 10), Number(binding.HostPort)]] : [];
  });
  return Object.fromEntries(published) as Record<number, number>;
}
