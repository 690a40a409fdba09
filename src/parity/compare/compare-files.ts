import type { ParityDifference } from '../parity-report.ts';
import { type AreaOutcome, type CompareInput, difference, unionOf } from './compare-input.ts';

type Group = 'edit' | 'gone' | 'by-hand' | 'made' | 'stale' | 'image';

/**
 * The application's own files by content. What the tree has as well is an edit on its way to
 * production; what only the container has is nobody's.
 */
export function compareFiles(input: CompareInput): AreaOutcome {
  const { here, production } = input;
  if (here.files.roots.join() !== production.files.roots.join()) {
    const [own, other] = [here, production].map(({ files }) => files.roots.join(', ') || 'none');
    return { notMeasured: `the code lies in ${own} here and in ${other} in production` };
  }
  const [left, right] = [here.files.digests, production.files.digests];
  const paths = unionOf(left, right).filter((path) => left[path] !== right[path]);
  const groups = Map.groupBy(paths, (path) => groupOf(input, path));
  return [...groups].map(([group, items]) => describe(input, group, items));
}

function groupOf({ here, hostDigests, changedPaths, running }: CompareInput, path: string): Group {
  const own = here.files.digests[path];
  // Of a file that may hold secrets only its presence is known.
  const host = own === 'secret' && path in hostDigests ? own : hostDigests[path];
  if (own === host) return own === undefined ? 'gone' : 'edit';
  if (!running) return 'image';
  const isChanged = changedPaths.includes(path);
  if (host === undefined) return isChanged ? 'made' : 'image';
  return isChanged ? 'by-hand' : 'stale';
}

function describe(
  { isLive, against }: CompareInput,
  group: Group,
  items: readonly string[],
): ParityDifference {
  const count = items.length;
  const subject = count === 1 ? (items[0] ?? '') : `${count} files`;
  const cost = (each: number): number => Math.min(10, each * count);
  const row = { subject, ...(count > 1 && { items }) };
  switch (group) {
    case 'edit':
    case 'gone':
      return difference('files', {
        ...row,
        here: group === 'edit' ? 'as in the tree' : 'not there, nor in the tree',
        production: against === 'tree' ? 'as it was built' : 'of its release',
        origin: isLive ? 'edits that the sync has sent' : 'the tree',
        cost: 0,
        intended: 'the tree is ahead of production',
      });
    case 'by-hand':
      return difference('files', {
        ...row,
        here: 'changed in the container',
        production: 'as it was built',
        origin: 'changed in the running container, and not in the tree',
        cost: cost(5),
        advice:
          'Bring the change into the tree, or have the tree’s files again: djdev down && djdev up.',
      });
    case 'made':
      return difference('files', {
        ...row,
        here: 'made in the container',
        production: 'not there, or as it was built',
        origin: 'written by the application, or by hand, in the running container',
        cost: cost(2),
        advice: 'Let the application write to a volume, or the image have the file.',
      });
    case 'stale':
      return difference('files', {
        ...row,
        here: 'of an older build',
        production: 'newer',
        origin: 'the image that the container was made from',
        cost: cost(2),
        advice: 'Bring the running containers up to date: djdev up.',
      });
    default:
      return difference('files', {
        ...row,
        here: 'as this image has it',
        production: 'other, or not there',
        origin: 'files that only a build writes, or that .dockerignore leaves out',
        cost: cost(1),
        advice: 'Build production’s image from this Dockerfile and this .dockerignore.',
      });
  }
}
