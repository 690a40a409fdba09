import type { Origin } from './project.ts';

/** Where releases are deployed to. */
export const targetNames = [
  'kamal',
  'dokku',
  'heroku',
  'kubernetes',
  'fly',
  'render',
  'docker',
] as const;

export type TargetName = (typeof targetNames)[number];

/** As their makers write them. */
export const platformTitles: Readonly<Record<TargetName, string>> = {
  kamal: 'Kamal',
  dokku: 'Dokku',
  heroku: 'Heroku',
  kubernetes: 'Kubernetes',
  fly: 'Fly',
  render: 'Render',
  docker: 'Docker',
};

/** How a platform finds out whether a new container can serve. */
export interface TargetProbe {
  /** `tcp`: a connection is enough. `command`: the image's HEALTHCHECK, inside the container. */
  readonly kind: 'http' | 'tcp' | 'command';
  /**
   * The Host header: the container's address and port, its name and port, the public name, or a
   * name that the platform's own file gives.
   */
  readonly host: 'address' | 'name' | 'public' | { readonly named: string };
  readonly userAgent: string;
  /** Absent: the project's own health URL. */
  readonly path?: string;
  /** Beside Host and User-Agent; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** `2xx`, or redirects too. */
  readonly healthy: '2xx' | '2xx-3xx';
  /** Where a redirect is followed to; what it then gets is what counts. */
  readonly redirects: 'followed' | 'followed-on-host' | 'kept';
}

/** What a platform does with a release: its usual values, and what its own file changes. */
export interface DeployTarget {
  readonly name: TargetName;
  readonly probe: TargetProbe;
  /** From the start of a container to its first healthy answer. */
  readonly bootDeadlineMs: number;
  /** `undefined`: the image's STOPSIGNAL, SIGTERM without one. */
  readonly stopSignal: string | undefined;
  /** Between the stop signal and SIGKILL. */
  readonly graceMs: number;
  /** How long its proxy waits for requests under way before the stop signal; 0 without a proxy. */
  readonly drainMs: number;
  /** As Docker names them; absent: any. */
  readonly architectures?: readonly string[];
  /** Kubernetes with runAsNonRoot and no runAsUser. */
  readonly needsNumericUser?: true;
  /** Where a value stands that differs from the usual one, by the name of the key above. */
  readonly origins: Readonly<Record<string, Origin>>;
}

type Preset = Omit<DeployTarget, 'name' | 'origins'>;

const httpProbe = {
  kind: 'http',
  host: 'address',
  headers: {},
  healthy: '2xx',
  redirects: 'kept',
} as const;

/**
 * What each platform does when nothing says otherwise. Sources: kamal-proxy’s `health_check.go` and
 * Kamal’s `proxy.yml`; Dokku’s docker-container-healthchecker and its documentation; Heroku’s R10
 * and R12; the kubelet’s `prober` (a redirect to another host counts as healthy); Fly’s reference
 * of fly.toml; Render’s page on health checks; `docker stop`.
 */
const targetPresets: Readonly<Record<TargetName, Preset>> = {
  kamal: {
    probe: {
      ...httpProbe,
      host: 'name',
      userAgent: 'kamal-proxy',
      intervalMs: 1000,
      timeoutMs: 5000,
      redirects: 'followed',
    },
    bootDeadlineMs: 30_000,
    stopSignal: undefined,
    graceMs: 10_000,
    drainMs: 30_000,
  },
  dokku: {
    probe: {
      ...httpProbe,
      userAgent: 'go-resty/2 (https://github.com/go-resty/resty)',
      intervalMs: 5000,
      timeoutMs: 5000,
      healthy: '2xx-3xx',
      redirects: 'followed',
    },
    bootDeadlineMs: 30_000,
    stopSignal: undefined,
    graceMs: 30_000,
    drainMs: 60_000,
  },
  heroku: {
    probe: {
      ...httpProbe,
      kind: 'tcp',
      userAgent: '',
      intervalMs: 1000,
      timeoutMs: 60_000,
    },
    bootDeadlineMs: 60_000,
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
    drainMs: 0,
    architectures: ['amd64'],
  },
  kubernetes: {
    probe: {
      ...httpProbe,
      userAgent: 'kube-probe/1.32',
      intervalMs: 10_000,
      timeoutMs: 1000,
      healthy: '2xx-3xx',
      redirects: 'followed-on-host',
    },
    bootDeadlineMs: 30_000,
    stopSignal: undefined,
    graceMs: 30_000,
    drainMs: 0,
  },
  fly: {
    probe: {
      ...httpProbe,
      userAgent: 'Consul Health Check',
      intervalMs: 15_000,
      timeoutMs: 10_000,
    },
    bootDeadlineMs: 60_000,
    stopSignal: 'SIGINT',
    graceMs: 5000,
    drainMs: 0,
    architectures: ['amd64'],
  },
  render: {
    probe: {
      ...httpProbe,
      host: 'public',
      userAgent: 'Render/1.0',
      intervalMs: 5000,
      timeoutMs: 5000,
      healthy: '2xx-3xx',
    },
    bootDeadlineMs: 900_000,
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
    drainMs: 0,
    architectures: ['amd64'],
  },
  docker: {
    probe: {
      ...httpProbe,
      kind: 'command',
      userAgent: '',
      intervalMs: 30_000,
      timeoutMs: 30_000,
    },
    bootDeadlineMs: 30_000,
    stopSignal: undefined,
    graceMs: 10_000,
    drainMs: 0,
  },
};

/** A platform as it is without a file of its own. */
export function usualTarget(name: TargetName): DeployTarget {
  return { name, ...targetPresets[name], origins: {} };
}
