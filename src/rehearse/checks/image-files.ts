import type { FindingCode } from '../../report/finding-codes.ts';
import type { Finding } from '../../report/finding.ts';
import type { SuspiciousFile } from '../image-scan/suspicious-file.ts';

const kinds: Readonly<
  Record<SuspiciousFile['kind'], { code: FindingCode; noun: string; hint: string }>
> = {
  'env-file': {
    code: 'image-contains-env-file',
    noun: 'env file',
    hint: 'Add “.env*” and “!.env.example” to .dockerignore: production gets its values at start.',
  },
  git: {
    code: 'image-contains-git',
    noun: '.git directory',
    hint: 'Add “.git” to .dockerignore: it holds the whole history of the project.',
  },
  key: {
    code: 'image-contains-key',
    noun: 'private key',
    hint:
      'Add it to .dockerignore. What a build needs is mounted with “RUN --mount=type=secret”; ' +
      'replace a key that was ever pushed.',
  },
};

/** One finding for each kind of file that must not be in an image, with all its places. */
export function checkImageFiles(files: readonly SuspiciousFile[]): readonly Finding[] {
  return Object.entries(kinds).flatMap(([kind, { code, noun, hint }]) => {
    const places = files.filter((file) => file.kind === kind);
    const [first] = places;
    if (first === undefined) return [];
    const count = places.length === 1 ? `A ${noun}` : `${places.length} ${noun}s`;
    return [
      {
        code,
        level: places.every(isTestMaterial) ? 'warn' : 'fail',
        step: 'image',
        title: `${count.replace('A env', 'An env')} in the image: ${first.path}`,
        detail: places.map(describePlace).join('\n'),
        hint,
      },
    ];
  });
}

function describePlace({ path, layer, removedInLayer }: SuspiciousFile): string {
  if (removedInLayer === undefined) return `${path} (layer ${layer})`;
  return `${path} added in layer ${layer}, removed in layer ${removedInLayer}: still readable`;
}

/** Keys and env files of a test suite are rarely secret. */
function isTestMaterial({ path }: SuspiciousFile): boolean {
  return /\/(tests?|fixtures|testdata)\//.test(path);
}
