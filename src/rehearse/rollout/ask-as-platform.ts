import { type DeployTarget, platformTitles } from '../../project/deploy-target.ts';
import type { Application } from '../application.ts';
import type { RehearsalRun } from '../run.ts';
import { targetOf } from '../target/target-of.ts';
import { createAsk } from '../wire/ask.ts';

/** What a platform's own probe got from a release that answers its proxy healthily. */
export interface ProbeRefusal {
  /** `Kamal`. */
  readonly platform: string;
  readonly path: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly status: number;
}

/** An address as platforms give it to a container, which no ALLOWED_HOSTS can list. */
const containerAddress = '10.42.0.17';
/** A release that has just become healthy may still warm up. */
const tries = 3;
const pauseMs = 300;

/**
 * Asks the new release as the platform's probe does, with its Host and without what a proxy adds;
 * `undefined` when the platform would let it serve. That is also so where the project's files name
 * no platform, where a platform only opens a connection or runs the image's HEALTHCHECK, and where
 * it would follow a redirect to somewhere that is not played.
 */
export async function askAsPlatform(
  { project, context }: RehearsalRun,
  publicHost: string,
  { address, container, health }: Application,
): Promise<ProbeRefusal | undefined> {
  const { name, probe } = targetOf(project);
  const path = probe.path ?? health?.path;
  if (name === 'docker' || probe.kind !== 'http' || path === undefined) return undefined;
  const host = hostOf(probe.host, { publicHost, container, port: address.port });
  const ask = createAsk(address, publicHost, context.signal);
  const headers = { ...probe.headers, host, 'user-agent': probe.userAgent };
  for (let count = 1; ; count += 1) {
    const { response } = await ask({ path, headers, direct: true });
    const status = response?.status ?? 0;
    if (isHealthy(probe, status)) return undefined;
    if (count === tries || (status >= 400 && status < 500)) {
      return { platform: platformTitles[name], path, host, status };
    }
    await context.clock.sleep(pauseMs, context.signal);
  }
}

function hostOf(
  host: DeployTarget['probe']['host'],
  {
    publicHost,
    container,
    port,
  }: {
    readonly publicHost: string;
    readonly container: Application['container'];
    readonly port: number;
  },
): string {
  if (typeof host === 'object') return host.named;
  if (host === 'public') return publicHost;
  return host === 'name' ? `${container.id.slice(0, 12)}:${port}` : `${containerAddress}:${port}`;
}

function isHealthy({ healthy, redirects }: DeployTarget['probe'], status: number): boolean {
  if (status >= 200 && status < 300) return true;
  return status >= 300 && status < 400 && (healthy === '2xx-3xx' || redirects !== 'kept');
}
