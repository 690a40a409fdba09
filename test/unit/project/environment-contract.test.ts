import { expect, test } from 'vitest';
import {
  completeExample,
  describeContract,
  findContractProblems,
  readExampleNames,
} from '../../../src/project/environment-contract.ts';
import { findEnvironmentReads, readsOf } from '../../../src/project/find-environment-reads.ts';
import type { Variable } from '../../../src/project/project.ts';
import { Secret } from '../../../src/project/secret.ts';
import { withProject } from '../../support/with-project.ts';

const settings = `import os
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = os.environ.get("DEBUG")
# OLD = os.environ["OLD"]
HOSTS = env.list("ALLOWED_HOSTS", default=[])
DATABASES = {"default": env.db("DATABASE_URL")}
TOKEN = config('API_TOKEN')
MODE = os.getenv(
    "MODE", "fast")
FROM = env.optional("DEFAULT_FROM")
OTHER = settings["NOT_A_VARIABLE"]
`;

const reads = readsOf('config/settings.py', settings);

const variable = (name: string, changes: Partial<Variable> = {}): Variable => ({
  name,
  value: 'x',
  required: false,
  generate: false,
  secret: false,
  origin: { kind: 'manifest', text: 'djdev.yaml:4' },
  ...changes,
});

test('reads are found in the ways in which Django projects write them', () => {
  expect(reads.map(({ name, line, hasDefault }) => `${line} ${name} ${hasDefault}`)).toEqual([
    '2 SECRET_KEY false',
    '3 DEBUG true',
    '5 ALLOWED_HOSTS true',
    '6 DATABASE_URL false',
    '7 API_TOKEN false',
    '8 MODE true',
    '10 DEFAULT_FROM true',
  ]);
});

test('tests, libraries and hidden directories do not count', async () => {
  await using project = await withProject({
    'manage.py': 'import os\nos.environ["A"]\n',
    'shop/tests/test_a.py': 'os.environ["IN_TESTS"]\n',
    '.venv/lib/x.py': 'os.environ["IN_VENV"]\n',
    'shop/logic.py': 'os.environ["BB"]\n',
  });
  const found = await findEnvironmentReads(project.root);
  expect(found.map(({ name, file }) => `${file} ${name}`)).toEqual(['shop/logic.py BB']);
});

test('an entry says who gives a variable and who reads it, and no secret', () => {
  const given = [variable('SECRET_KEY', { value: new Secret('hunter2'), secret: true })];
  const [entry] = describeContract(given, reads, new Set()).filter(
    ({ name }) => name === 'SECRET_KEY',
  );
  expect(entry).toMatchObject({
    origin: 'djdev.yaml:4',
    value: '[redacted]',
    isRequired: true,
    reads: [{ file: 'config/settings.py', line: 2 }],
  });
});

test('what the code needs must be given; what nobody reads is told of', () => {
  const example = readExampleNames('SECRET_KEY=\n# MODE=fast\nexport GONE=1\n');
  const entries = describeContract(
    [variable('SECRET_KEY'), variable('DATABASE_URL')],
    reads,
    example,
  );
  expect(findContractProblems(entries, true)).toEqual([
    {
      level: 'fail',
      name: 'API_TOKEN',
      message: 'config/settings.py:7 needs it, and nothing gives it a value',
    },
    { level: 'warn', name: 'DATABASE_URL', message: '.env.example does not name it' },
    { level: 'warn', name: 'GONE', message: '.env.example names it, and no code reads it' },
  ]);
  expect(findContractProblems(entries, false).map(({ name }) => name)).toEqual([
    'API_TOKEN',
    'GONE',
  ]);
});

test('an example keeps its text and gets what is missing, without values', () => {
  const old = '# Ours.\nSECRET_KEY=\n\n';
  const entries = describeContract(
    [variable('SECRET_KEY')],
    reads.filter(({ name }) => ['SECRET_KEY', 'API_TOKEN', 'MODE'].includes(name)),
    readExampleNames(old),
  );
  expect(completeExample(old, entries)).toBe(`# Ours.
SECRET_KEY=

# Required: config/settings.py:7
API_TOKEN=
# Optional: config/settings.py:8
# MODE=
`);
  const complete = describeContract([variable('SECRET_KEY')], [], readExampleNames(old));
  expect(completeExample(old, complete)).toBe(old);
});

test('helpers of the project, schemas and values that are used at once are understood', () => {
  const text = `
def required(name):
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(name)

def optional(name, default=None):
    return os.environ.get(name, default)

env = environ.Env(
    DEBUG=(bool, False),
    HOSTS=(list, []),
)
A = required("ALPHA")
B = optional("BETA")
C = os.environ.get("GAMMA").split(",")
D = int(os.getenv("DELTA"))
E = env("DEBUG")
F = config("PORT_NUMBER", cast=int)
G = dj_database_url.config(env="OTHER_URL", conn_max_age=60)
H = dj_database_url.parse(os.environ["REPORTS_URL"])
I = env.db()
J = env.cache(default="locmemcache://")
`;
  const found = readsOf('settings.py', text);
  expect(
    found.map(({ name, hasDefault, kind }) => `${name} ${hasDefault} ${kind ?? 'text'}`),
  ).toEqual([
    'ALPHA false text',
    'BETA true text',
    'GAMMA false text',
    'DELTA false int',
    'DEBUG true bool',
    'PORT_NUMBER false int',
    'OTHER_URL true database',
    'REPORTS_URL false database',
    'DATABASE_URL false database',
    'CACHE_URL true url',
  ]);
});
