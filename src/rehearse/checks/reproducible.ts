import type { Finding } from '../../report/finding.ts';
import type { ImageHashes } from '../image-scan/hash-image.ts';

const shown = 12;

/** Two builds of the same tree, file by file; packages by the versions that they brought. */
export function checkReproducible(first: ImageHashes, second: ImageHashes): readonly Finding[] {
  const before = packagesOf(first);
  const after = packagesOf(second);
  const names = new Set([...before.keys(), ...after.keys()]);
  const moved = [...names]
    .filter((name) => before.get(name) !== after.get(name))
    .toSorted()
    .map((name) => `${name} ${before.get(name) ?? 'absent'} → ${after.get(name) ?? 'absent'}`);
  const files = [...new Set([...first.keys(), ...second.keys()])]
    .filter((path) => first.get(path) !== second.get(path))
    // What another version of a package brings is said by its version.
    .filter((path) => moved.length === 0 || !/\/(?:site|dist)-packages\//u.test(path))
    .toSorted();
  const count = { name: 'files that differ', value: files.length, unit: 'count' } as const;
  if (moved.length + files.length === 0) {
    return [
      {
        code: 'image-reproducible',
        level: 'pass',
        step: 'image',
        title: `Built again from nothing, the image has the same ${first.size} files.`,
        detail: '',
        hint: '',
        measurement: count,
      },
    ];
  }
  return [
    {
      code: 'image-not-reproducible',
      level: 'warn',
      step: 'image',
      title:
        moved.length > 0
          ? `Built again from nothing, the image has other packages: ${moved.slice(0, 3).join(', ')}.`
          : `Built again from nothing, ${files.length === 1 ? 'a file differs' : `${files.length} files differ`}: ${files[0] ?? ''}`,
      detail: [
        ...[...moved, ...files].slice(0, shown),
        ...(moved.length + files.length > shown
          ? [`… and ${moved.length + files.length - shown} more`]
          : []),
      ].join('\n'),
      hint:
        moved.length > 0
          ? 'Pin the versions, also of what dependencies need: “pip freeze” of the rehearsed image has them.'
          : 'Look at what writes these files: times and random values in what a RUN makes. SOURCE_DATE_EPOCH helps many tools.',
      measurement: count,
    },
  ];
}

/** By the directory that an installer makes for each: `Django-5.2.19.dist-info`. */
function packagesOf(hashes: ImageHashes): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const path of hashes.keys()) {
    const [, name, version] =
      /\/(?:site|dist)-packages\/([^/]+?)-([^/-]+)\.dist-info\/METADATA$/u.exec(path) ?? [];
    if (name !== undefined && version !== undefined) packages.set(name, version);
  }
  return packages;
}
