import type { PathError } from './transport.ts';

const known: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EROFS: [
    'the file system is read-only there',
    'Run the container without a read-only root file system, or put a named volume at the directory.',
  ],
  EACCES: [
    'the container may not write there',
    'Check for a security profile that restricts root.',
  ],
  EPERM: [
    'the container may not write there',
    'Check for immutable files and dropped capabilities.',
  ],
  ENOSPC: [
    'the disk of the engine is full',
    'Free space with `docker system prune`, then save again.',
  ],
  ENOTEMPTY: [
    'the directory there holds files that only the container has',
    'Delete them in the container, or choose another name.',
  ],
  EBUSY: [
    'something is mounted there',
    'Remove the mount, or leave the path out with .dockerignore.',
  ],
  ENOUSER: [
    'the image has no such user or group',
    'Check --chown in the Dockerfile against the users of the image.',
  ],
};

/** What to tell about paths that failed for one reason. */
export function explainPathError(error: PathError): { message: string; hint: string } {
  const [reason, hint] = known[error.code] ?? [
    `${error.message} (${error.code})`,
    'Save the file again; if this stays, start the container anew.',
  ];
  return { message: `${error.path} cannot be written in the container: ${reason}.`, hint };
}
