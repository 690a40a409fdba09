import { expect, test } from 'vitest';
import { describeTarget } from '../../../../src/project/dockerfile-target.ts';
import { parseDockerfile } from '../../../../src/project/parse-dockerfile.ts';
import { checkBuildContext } from '../../../../src/rehearse/checks/build-context.ts';
import { checkDependenciesPinned } from '../../../../src/rehearse/checks/dependencies-pinned.ts';
import { lintDockerfile } from '../../../../src/rehearse/checks/dockerfile-lint.ts';
import { checkTreeCommitted } from '../../../../src/rehearse/checks/tree-committed.ts';
import { findDependencies } from '../../../../src/rehearse/source/find-dependencies.ts';
import {
  findPipInstalls,
  isLoose,
  readRequirements,
} from '../../../../src/rehearse/source/python-requirements.ts';
import { withProject } from '../../../support/with-project.ts';

/** What is said about the last stage of this Dockerfile: `line code: hint`. */
function lint(text: string, hasOwnCommand = false) {
  const target = describeTarget(parseDockerfile(text, '/shop/Dockerfile'), undefined);
  return (target ? lintDockerfile(target, hasOwnCommand) : []).map(
    ({ code, hint, location }) => `${location?.line} ${code}: ${hint}`,
  );
}

test('command-shell-form: what keeps SIGTERM, with the line to write instead', () => {
  expect(lint('FROM a:1\nCMD gunicorn shop.wsgi --bind 0.0.0.0:8000')).toEqual([
    '2 command-shell-form: CMD ["gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000"]',
  ]);
  expect(lint('FROM a:1\nCMD python manage.py migrate && gunicorn shop.wsgi')).toEqual([
    '2 command-shell-form: CMD python manage.py migrate && exec gunicorn shop.wsgi',
  ]);
  expect(lint('FROM a:1\nENTRYPOINT gunicorn shop.wsgi --bind 0:$PORT\nCMD ignored')).toEqual([
    '2 command-shell-form: ENTRYPOINT exec gunicorn shop.wsgi --bind 0:$PORT',
  ]);
});

test.each([
  ['exec form', 'CMD ["gunicorn", "shop.wsgi"]'],
  ['exec', 'CMD exec gunicorn shop.wsgi --bind 0:$PORT'],
  ['exec last', 'CMD python manage.py migrate && exec gunicorn shop.wsgi'],
  ['bash, which execs by itself', 'SHELL ["/bin/bash", "-c"]\nCMD gunicorn shop.wsgi'],
  ['no command', 'CMD []'],
])('command-shell-form: not with %s', (_, text) => {
  expect(lint(`FROM a:1\n${text}`)).toEqual([]);
});

test('command-shell-form: a CMD that the manifest replaces does not run', () => {
  expect(lint('FROM a:1\nCMD gunicorn shop.wsgi', true)).toEqual([]);
});

test('dockerfile-adds-url: a file without a checksum, and nothing else', () => {
  expect(lint('FROM a:1\nADD https://example.com/tool.sh /usr/bin/')).toHaveLength(1);
  expect(lint('FROM a:1\nADD --checksum=sha256:1f https://example.com/tool.sh /b')).toEqual([]);
  expect(lint('FROM a:1\nADD vendor.tar.gz /srv')).toEqual([]);
  expect(lint('FROM a:1\nADD https://example.com/r.git#v1 /srv')).toEqual([]);
});

test('build-secret-argument: of the last stage, and no value that is meant to be seen', () => {
  expect(lint('FROM a:1\nARG GITHUB_TOKEN')).toEqual([
    '2 build-secret-argument: RUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN …, and app.build.secrets in djdev.yaml.',
  ]);
  expect(lint('FROM a:1\nARG SECRET_KEY=only-for-collectstatic')).toEqual([]);
  expect(lint('FROM a:1\nARG PYTHON_VERSION=3.13')).toEqual([]);
  expect(lint('FROM a:1 AS b\nARG PIP_TOKEN\nFROM a:1\nCOPY --from=b /x /x')).toEqual([]);
});

test.each([
  ['Django', true],
  ['Django>=4', true],
  ['Django~=5.2.1', true],
  ['Django==5.2.*', true],
  ['wagtail[x]>=7.0,<7.1', true],
  ['Django==5.2.19', false],
  ['celery[redis]==5.5.3 ; python_version > "3.9"', false],
  ['Django===5.2.19', false],
  ['pip', false],
  ['.', false],
  ['.[prod]', false],
  ['./wheels/shop-1.0-py3-none-any.whl', false],
  ['shop @ git+https://example.com/shop@v1', false],
  ['git+https://example.com/shop@v1', false],
  ['$PACKAGES', false],
  ['--no-index', false],
])('dependencies-not-pinned: is %s another version tomorrow? %s', (text, loose) => {
  expect(isLoose(text)).toBe(loose);
});

test('dependencies-not-pinned: a requirements file with options, hashes and comments', () => {
  const text = `# all
-r base.txt
Django==5.2.19 \\
    --hash=sha256:1f
gunicorn  # any
--extra-index-url https://pypi.example.com
`;
  expect(readRequirements(text)).toEqual({
    loose: [{ text: 'gunicorn', line: 5 }],
    includes: ['base.txt'],
    isConstrained: false,
  });
  expect(readRequirements('-c constraints.txt\nDjango\n').isConstrained).toBe(true);
});

test('dependencies-not-pinned: pip in a RUN', () => {
  expect(
    findPipInstalls(
      'pip install -U pip && python -m pip install --no-cache-dir "Django>=5" \\\n -r requirements/prod.txt && uv pip install --system -rmore.txt',
    ),
  ).toEqual([
    { packages: [], files: [], isConstrained: false },
    { packages: ['Django>=5'], files: ['requirements/prod.txt'], isConstrained: false },
    { packages: [], files: ['more.txt'], isConstrained: false },
  ]);
});

test('dependencies-not-pinned: from the files that the image gets', async () => {
  await using project = await withProject({
    'requirements/base.txt': 'Django>=5\n',
    'requirements/prod.txt': '-r base.txt\ngunicorn==23.0.0\n',
  });
  const read = async (dockerfile: string, names: readonly string[]) => {
    const target = describeTarget(parseDockerfile(dockerfile, '/shop/Dockerfile'), undefined);
    if (!target) throw new Error('no stage');
    const entries = names.map((path) => ({ path, type: 'file', bytes: 1 }) as never);
    return checkDependenciesPinned(await findDependencies(target, project.root, entries)).map(
      ({ title, location }) => `${location?.line}: ${title}`,
    );
  };
  const files = ['requirements/base.txt', 'requirements/prod.txt'];
  expect(await read('FROM a:1\nRUN pip install -r /app/requirements/prod.txt', files)).toEqual([
    '1: The build takes whatever fits Django>=5 on that day.',
  ]);
  expect(await read('FROM a:1\nRUN pip install -r /srv/elsewhere.txt', files)).toEqual([]);
  expect(await read('FROM a:1\nRUN uv sync --frozen', files)).toEqual([
    '2: uv sync finds no uv.lock, and chooses versions anew in every build.',
  ]);
  expect(await read('FROM a:1\nRUN uv sync --frozen', [...files, 'uv.lock'])).toEqual([]);
});

test('context-not-clean: what tools make, and how much it is', () => {
  const file = (path: string, bytes = 1000) => ({ path, bytes, type: 'file' }) as const;
  const check = (files: readonly ReturnType<typeof file>[]) =>
    checkBuildContext(files, '/shop/.dockerignore').map(({ title, hint }) => [title, hint]);
  expect(
    check([
      file('shop/views.py'),
      file('shop/__pycache__/views.pyc'),
      file('.venv/bin/python', 5_000_000),
    ]),
  ).toEqual([
    [
      'COPY takes .venv, **/__pycache__ of this machine into the image.',
      'In .dockerignore:\n.venv\n**/__pycache__',
    ],
  ]);
  expect(check([file('shop/env/settings.py'), file('media/logo.png')])).toEqual([]);
  expect(check([file('env/pyvenv.cfg'), file('env/lib/x.py')])).toHaveLength(1);
  expect(check([file('films/long.mp4', 300_000_000)])).toEqual([
    ['COPY takes 300.0 MB from this directory.', 'In .dockerignore:\nfilms/long.mp4'],
  ]);
});

test('tree-not-committed: told on a laptop, a warning where releases are made', () => {
  const levels = (ci: boolean) => checkTreeCommitted(['a.py'], '1f2e3d', ci).map((f) => f.level);
  expect([levels(false), levels(true), checkTreeCommitted([], '1f2e3d', true)]).toEqual([
    ['pass'],
    ['warn'],
    [],
  ]);
});
