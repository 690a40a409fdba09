import type { ImageFacts } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';

/** What an image should be, judged by its configuration alone. */
export function checkImageConfig(
  image: Pick<ImageFacts, 'user' | 'bytes' | 'entrypoint' | 'command' | 'environment'>,
  wanted: {
    readonly budgetBytes: number | undefined;
    /** The manifest names the command, so the image needs none. */
    readonly hasOwnCommand: boolean;
    /** That command. */
    readonly command?: readonly string[] | undefined;
    /** What the manifest gives it at start; of secrets only that they are there. */
    readonly environment: Readonly<Record<string, string>>;
  },
): readonly Finding[] {
  return [
    ...checkUser(image.user),
    ...checkSize(image.bytes, wanted.budgetBytes),
    ...checkEnvironment(image.environment),
    ...checkBuffering({ ...image.environment, ...wanted.environment }, [
      ...image.entrypoint,
      ...(wanted.command ?? image.command),
    ]),
    ...(wanted.hasOwnCommand ? [] : checkCommand(image)),
  ];
}

function checkUser(user: string): readonly Finding[] {
  const [name = ''] = user.split(':');
  if (!/^(|root|0+)$/.test(name)) return [];
  return [
    {
      code: 'image-runs-as-root',
      level: 'warn',
      step: 'image',
      title: 'The production process runs as root.',
      detail:
        name === ''
          ? 'The Dockerfile has no USER, so everything in the container runs as root.'
          : `The last USER of the Dockerfile is ${name}.`,
      hint:
        'Add a user and switch to it before CMD: “RUN useradd --system --uid 10001 app” and ' +
        '“USER 10001”.',
    },
  ];
}

function checkSize(bytes: number, budgetBytes: number | undefined): readonly Finding[] {
  if (budgetBytes === undefined || bytes <= budgetBytes) return [];
  return [
    {
      code: 'image-over-budget',
      level: 'warn',
      step: 'image',
      title: `The image has ${megabytes(bytes)}, its budget is ${megabytes(budgetBytes)}.`,
      detail: `${megabytes(bytes - budgetBytes)} over rehearse.budgets.image.`,
      hint:
        'Look for what is large with “docker history”, copy from a build stage instead of ' +
        'installing compilers, or raise the budget.',
      measurement: { name: 'image size', value: bytes, unit: 'bytes' },
    },
  ];
}

const secretName = /SECRET|PASSW|TOKEN|API_?KEY|PRIVATE_?KEY|DATABASE_URL/u;
/** Values that are meant to be seen: a key for collectstatic, the fingerprint that Python’s image has. */
const harmless =
  /^(?:|x+|build|dummy|test|unused|changeme|collectstatic|not-?(?:a-?)?secret.*|build-?.*)$/iu;

function checkEnvironment(environment: ImageFacts['environment']): readonly Finding[] {
  const names = Object.entries(environment)
    .filter(([name, value]) => secretName.test(name) && !harmless.test(value))
    .map(([name]) => name);
  if (names.length === 0) return [];
  return [
    {
      code: 'image-contains-secret-variable',
      level: 'fail',
      step: 'image',
      title: `The image holds a value of ${names.join(', ')}.`,
      detail: 'ENV stays in the image: “docker inspect” shows it to whoever can pull.',
      hint: 'Give it at start, and to a build with RUN --mount=type=secret; replace what was pushed.',
    },
  ];
}

/** Only of an image that is Python’s: its base says which one. */
function checkBuffering(
  environment: ImageFacts['environment'],
  command: readonly string[],
): readonly Finding[] {
  if (environment['PYTHON_VERSION'] === undefined) return [];
  if ((environment['PYTHONUNBUFFERED'] ?? '') !== '') return [];
  const isUnbuffered = /\bpython[\d.]* -\w*u/u.test(command.join(' '));
  if (isUnbuffered) return [];
  return [
    {
      code: 'image-python-buffered',
      level: 'warn',
      step: 'image',
      title: 'What the application prints is lost when it ends hard.',
      detail:
        'PYTHONUNBUFFERED is not set: without a terminal Python keeps printed lines until 8 kB have come together.',
      hint: 'ENV PYTHONUNBUFFERED=1',
    },
  ];
}

function checkCommand({ entrypoint, command }: Pick<ImageFacts, 'entrypoint' | 'command'>) {
  if (entrypoint.length > 0 || command.length > 0) {
    return isInterpreterAlone(entrypoint, command) ? [withoutCommand(command)] : [];
  }
  return [withoutCommand([])];
}

/** `CMD ["python3"]` is what the base image brings: an interpreter with nothing to run. */
function isInterpreterAlone(entrypoint: readonly string[], command: readonly string[]): boolean {
  const [program = '', ...rest] = [...entrypoint, ...command];
  return rest.length === 0 && /^(.*\/)?(python\d?|bash|sh)$/.test(program);
}

function withoutCommand(command: readonly string[]): Finding {
  return {
    code: 'image-without-command',
    level: 'fail',
    step: 'image',
    title: 'The image does not say how production starts.',
    detail:
      command.length === 0
        ? 'It has neither CMD nor ENTRYPOINT, and djdev.yaml names no command.'
        : `Its command is “${command.join(' ')}” from the base image, and djdev.yaml names none.`,
    hint:
      'End the Dockerfile with the production command, for example ' +
      'CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000"].',
  };
}

/** Docker counts in powers of ten. */
function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
