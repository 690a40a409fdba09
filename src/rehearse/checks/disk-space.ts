import type { DiskUsage } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';

const gigabyte = 1e9;
const scarceBytes = 3 * gigabyte;
const exhaustedBytes = 0.3 * gigabyte;

/** Whether the engine has room for an image, a database and what a build leaves behind. */
export function checkDiskSpace({ freeBytes }: DiskUsage): readonly Finding[] {
  if (freeBytes === undefined || freeBytes >= scarceBytes) return [];
  const free = `${(freeBytes / gigabyte).toFixed(1)} GB`;
  return [
    {
      code: 'disk-space-low',
      level: freeBytes < exhaustedBytes ? 'fail' : 'warn',
      step: 'preflight',
      title: `The engine has ${free} of disk space left.`,
      detail: 'An image, a scratch database and the build cache need about 3 GB.',
      hint: 'Make room: “docker builder prune” removes build cache, “docker image prune” old images.',
      measurement: { name: 'free disk space', value: freeBytes, unit: 'bytes' },
    },
  ];
}
