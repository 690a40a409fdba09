import type { ImageFacts } from './engine.ts';

/** The fields djdev reads of `GET /images/<name>/json`. */
export interface ImageInspection {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Size: number;
  readonly Created?: string;
  readonly Os: string;
  readonly Architecture: string;
  readonly Config?: {
    readonly User?: string;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly Env?: readonly string[] | null;
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
    readonly StopSignal?: string;
  } | null;
  readonly RootFS?: { readonly Layers?: readonly string[] | null } | null;
}

export function imageFacts(inspection: ImageInspection): ImageFacts {
  const config = inspection.Config ?? {};
  return {
    // Podman leaves the algorithm out.
    id: inspection.Id.includes(':') ? inspection.Id : `sha256:${inspection.Id}`,
    references: inspection.RepoTags ?? [],
    bytes: inspection.Size,
    user: config.User ?? '',
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDirectory: config.WorkingDir || '/',
    environment: environmentOf(config.Env ?? []),
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).map((port) => parseInt(port, 10)),
    volumes: Object.keys(config.Volumes ?? {}),
    healthcheck: config.Healthcheck?.Test ?? undefined,
    stopSignal: config.StopSignal || undefined,
    os: inspection.Os,
    architecture: inspection.Architecture,
    createdAt: inspection.Created ?? '',
    labels: config.Labels ?? {},
    layers: inspection.RootFS?.Layers ?? [],
  };
}

/** `NAME=value` lines, as the engine lists them. */
export function environmentOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const split = line.indexOf('=');
      return split < 0 ? [line, ''] : [line.slice(0, split), line.slice(split + 1)];
    }),
  );
}
