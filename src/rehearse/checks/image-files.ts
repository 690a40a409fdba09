import type { FindingCode } from '../../report/finding-codes.ts';
import type { Finding } from '../../report/finding.ts';
import type { SuspiciousFile } from '../image-scan/suspicious-file.ts';

const kinds: Readonly<
  Record<
    Exclude<SuspiciousFile['kind'], 'tool' | 'token'>,
    { code: FindingCode; noun: string; hint: string }
  >
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
  database: {
    code: 'image-contains-database',
    noun: 'database file',
    hint: 'Add it to .dockerignore: whoever pulls the image has the data.',
  },
};

/** One finding for each kind of file that must not be in an image, with all its places. */
export function checkImageFiles(files: readonly SuspiciousFile[]): readonly Finding[] {
  const findings = Object.entries(kinds).flatMap(([kind, { code, noun, hint }]) => {
    const places = files.filter((file) => file.kind === kind);
    const [first] = places;
    if (first === undefined) return [];
    const count = places.length === 1 ? `A ${noun}` : `${places.length} ${noun}s`;
    return [
      {
        code,
        level: kind === 'database' || places.every(isTestMaterial) ? 'warn' : 'fail',
        step: 'image',
        title: `${count.replace('A env', 'An env')} in the image: ${first.path}`,
        detail: places.map(describePlace).join('\n'),
        hint,
      },
    ] satisfies readonly Finding[];
  });
  return [...findings, ...checkTokens(files), ...checkTools(files)];
}

/** Passwords and tokens in files that look like any other; what they are is told, never the value. */
function checkTokens(files: readonly SuspiciousFile[]): readonly Finding[] {
  const found = files.filter(({ kind }) => kind === 'token');
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      code: 'image-contains-token',
      level: found.every(isTestMaterial) ? 'warn' : 'fail',
      step: 'image',
      title: `The image holds ${first.what ?? 'a token'}: ${first.path}`,
      detail: found.map((file) => `${describePlace(file)}: ${file.what ?? 'a token'}`).join('\n'),
      hint:
        'Read it from the environment, or mount it for the one line that needs it: ' +
        '“RUN --mount=type=secret”. Replace it where it was issued: it was in an image.',
    },
  ];
}

/** What a developer needs and production does not: size, and something to attack with. */
function checkTools(files: readonly SuspiciousFile[]): readonly Finding[] {
  const tools = files.filter(({ kind, removedInLayer }) => kind === 'tool' && !removedInLayer);
  const names = [...new Set(tools.map(({ path }) => nameTool(path)))];
  if (names.length === 0) return [];
  return [
    {
      code: 'image-contains-development-tools',
      level: 'warn',
      step: 'image',
      title: `Tools of development are in the image: ${names.slice(0, 5).join(', ')}.`,
      detail: tools.map(({ path, layer }) => `${path} (layer ${layer})`).join('\n'),
      hint:
        'Install requirements for tests in a stage of their own, and copy what compilers made ' +
        'into the last stage.',
    },
  ];
}

function nameTool(path: string): string {
  const parts = path.split('/');
  const isPackage = parts.at(-1) === 'METADATA';
  return isPackage ? (parts.at(-2)?.split('-')[0] ?? path) : (parts.at(-1) ?? path);
}

function describePlace({ path, layer, removedInLayer }: SuspiciousFile): string {
  if (removedInLayer === undefined) return `${path} (layer ${layer})`;
  return `${path} added in layer ${layer}, removed in layer ${removedInLayer}: still readable`;
}

/** Keys and env files of a test suite are rarely secret. */
function isTestMaterial({ path }: SuspiciousFile): boolean {
  return /\/(tests?|fixtures|testdata)\//.test(path);
}
