import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { askEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { DiskUsage } from './engine.ts';

const unknown: DiskUsage = { freeBytes: undefined, totalBytes: undefined };

/**
 * Of the file system that holds the engine's images; unknown unless the engine runs on this very
 * machine, because an engine does not tell and a virtual machine's directory is not ours to ask.
 */
export async function readDiskUsage(link: EngineLink, signal: AbortSignal): Promise<DiskUsage> {
  const call = { method: 'GET', path: '/info', doing: 'describe itself' } as const;
  const info = await askEngine<{
    readonly DockerRootDir?: string;
    readonly Name?: string;
    readonly OperatingSystem?: string;
  }>(link.http, call, signal);
  const isLocal = info.Name === hostname() && info.OperatingSystem !== 'Docker Desktop';
  if (!isLocal || !info.DockerRootDir) return unknown;
  const found = await statfs(info.DockerRootDir).catch(() => undefined);
  if (!found) return unknown;
  // What unprivileged writers may use counts as free: the rest is reserved.
  return { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
}
