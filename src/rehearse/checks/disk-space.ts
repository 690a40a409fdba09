import type { DiskUsage } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Finding } from '../../report/finding.ts';

const gigabyte = 1e9;
const scarceBytes = 3 * gigabyte;
const exhaustedBytes = 0.3 * gigabyte;

const hint =
  'Make room: “docker builder prune” removes build cache, “docker image prune” old images.';

/**
 * Whether the engine has room for an image, a database and what a build leaves behind. Throws
 * `DJ-DISK-FULL` when there is none at all: that says nothing about the application.
 */
export function checkDiskSpace({ freeBytes }: DiskUsage): readonly Finding[] {
  if (freeBytes === undefined || freeBytes >= scarceBytes) return [];
  const free = `${(freeBytes / gigabyte).toFixed(1)} GB`;
  if (freeBytes < exhaustedBytes) {
    throw new DjdevError('DJ-DISK-FULL', {
      message: `The Docker engine has ${free} of disk space left, and a rehearsal needs about 3 GB.`,
      hint,
    });
  }
  return [
    {
      code: 'disk-space-low',
      level: 'warn',
      step: 'preflight',
      title: `The engine has ${free} of disk space left.`,
      detail: 'An image, a scratch database and the build cache need about 3 GB.',
      hint,
      measurement: { name: 'free disk space', value: freeBytes, unit: 'bytes' },
    },
  ];
}
