import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import type { WrittenPlace } from './find-written-places.ts';
import type { Dependencies } from './init-facts.ts';
import { installs } from './find-dependencies.ts';
import { madeUpValue } from './made-up-value.ts';
import type { ServerCommand } from './server-command.ts';

/** What goes into a Dockerfile that is written for a project without one. */
export interface DockerfileParts {
  readonly python: string;
  readonly dependencies: Dependencies;
  /** Directory of manage.py from the root, `.` for the root itself. */
  readonly codeDirectory: string;
  readonly settings: string | undefined;
  /** Variables that the settings want; each gets a value for one line. */
  readonly demanded: readonly (Pick<EnvironmentRead, 'name' | 'kind'> & {
    readonly value?: string;
  })[];
  /** The project collects static files. */
  readonly collects: boolean;
  readonly server: ServerCommand;
  /** The database is a file in the image's directory. */
  readonly hasSqlite: boolean;
  readonly hasGis: boolean;
  /** Files that the settings want to write beside the code. */
  readonly written: readonly WrittenPlace[];
  /** Where no file names it: `Django==5.2.*`. */
  readonly django: string;
}

const user = '10001:10001';

/** What a Dockerfile installs beside the requirements: a build is the same tomorrow. */
const versions: Readonly<Record<string, string>> = {
  uv: '0.13.9',
  poetry: '2.5.1',
  'poetry-plugin-export': '1.10.1',
  pipenv: '2026.10.3',
  gunicorn: '23.0.0',
  uvicorn: '0.34.3',
};

function pinned(name: string): string {
  const version = versions[name];
  return version === undefined ? name : `${name}==${version}`;
}

/**
 * A Dockerfile for production: packages are built in a stage of their own, so that no compiler
 * ships; no root, exec form, static files inside.
 */
export function renderDockerfile(parts: DockerfileParts): string {
  const { python, settings, dependencies } = parts;
  const system = systemPackages(parts);
  return [
    `FROM python:${python}-slim AS packages`,
    '',
    ...(system.build.length === 0 ? [] : [...aptInstall(system.build), '']),
    'ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
    'RUN python -m venv /opt/venv',
    'ENV PATH=/opt/venv/bin:$PATH',
    'WORKDIR /app',
    '',
    ...install(dependencies, parts.django),
    ...addServer(parts),
    '',
    `FROM python:${python}-slim`,
    '',
    ...(system.run.length === 0 ? [] : [...aptInstall(system.run), '']),
    'ENV PYTHONDONTWRITEBYTECODE=1',
    'ENV PYTHONUNBUFFERED=1',
    'ENV PATH=/opt/venv/bin:$PATH',
    ...(settings === undefined ? [] : [`ENV DJANGO_SETTINGS_MODULE=${settings}`]),
    '',
    'COPY --from=packages /opt/venv /opt/venv',
    'WORKDIR /app',
    'COPY . .',
    ...(parts.codeDirectory === '.' ? [] : [`WORKDIR /app/${parts.codeDirectory}`]),
    '',
    ...(parts.collects ? [...collect(parts.demanded), ''] : []),
    ...finish(parts),
  ].join('\n');
}

/** What runs, as whom. SQLite needs its tables in each container. */
function finish({ server, hasSqlite, written }: DockerfileParts): readonly string[] {
  const run = server.words.join(' ');
  return [
    ...(written.length === 0 ? [] : [...makeWritable(written), '']),
    '# The code belongs to root: the process can read it and not change it.',
    `USER ${user}`,
    '',
    'EXPOSE 8000',
    '',
    ...(hasSqlite
      ? [
          '# SQLite is made anew with each container. With Postgres, migrations are a step of their own.',
          `CMD ${execForm(['sh', '-c', `python manage.py migrate --noinput && exec ${run}`])}`,
        ]
      : [`CMD ${execForm(server.words)}`]),
    '',
  ];
}

/** SQLite writes files beside its own, so the directory has to be the process's as well. */
function makeWritable(written: DockerfileParts['written']): readonly string[] {
  const directories = written.filter(({ kind }) => kind === 'directory').map(({ path }) => path);
  const files = written.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const made = directories.length === 0 ? [] : [`mkdir -p ${directories.join(' ')}`];
  const touched =
    files.length === 0 ? [] : [`touch ${files.join(' ')}`, `chown ${user} . ${files.join(' ')}`];
  const given = directories.length === 0 ? [] : [`chown -R ${user} ${directories.join(' ')}`];
  const places = written.map(({ why }) => why).join(', ');
  return [
    `# The process writes here (${places}); what it writes goes with the container.`,
    `RUN ${[...made, ...touched, ...given].join(' \\\n    && ')}`,
  ];
}

function execForm(words: readonly string[]): string {
  return JSON.stringify(words).replaceAll('","', '", "');
}

function aptInstall(packages: readonly string[]): readonly string[] {
  return [
    'RUN apt-get update \\',
    `    && apt-get install --yes --no-install-recommends ${packages.join(' ')} \\`,
    '    && rm -rf /var/lib/apt/lists/*',
  ];
}

/** Debian packages without which a Python package neither builds nor starts. */
function systemPackages({ dependencies, hasGis }: DockerfileParts): {
  readonly build: readonly string[];
  readonly run: readonly string[];
} {
  const build = new Set<string>();
  const run = new Set<string>();
  const needs = (name: string, forBuild: readonly string[], forRun: readonly string[]): void => {
    if (!installs(dependencies, name)) return;
    for (const one of forBuild) build.add(one);
    for (const one of forRun) run.add(one);
  };
  const compiler = ['build-essential'];
  const { text } = dependencies;
  if (!/psycopg2?-binary/iu.test(text)) needs('psycopg2', [...compiler, 'libpq-dev'], ['libpq5']);
  if (/psycopg\s*(?:\[[^\]]*\bc\b|.*extras\s*=\s*\[\s*"c")/iu.test(text)) {
    needs('psycopg', [...compiler, 'libpq-dev'], ['libpq5']);
  } else if (!/binary/iu.test(text)) {
    needs('psycopg', [], ['libpq5']);
  }
  needs('mysqlclient', [...compiler, 'pkg-config', 'default-libmysqlclient-dev'], ['libmariadb3']);
  needs('uwsgi', compiler, []);
  needs('python-ldap', [...compiler, 'libldap-dev', 'libsasl2-dev'], ['libldap2']);
  needs('pycairo', [...compiler, 'pkg-config', 'libcairo2-dev'], ['libcairo2']);
  needs('weasyprint', [], ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0']);
  needs('python-magic', [], ['libmagic1']);
  if (/git\+(?:https|ssh)|\bgit\s*=\s*"/u.test(text)) build.add('git');
  if (hasGis) run.add('gdal-bin').add('libgdal-dev');
  return { build: [...build], run: [...run] };
}

function install({ kind, file, isLocked }: Dependencies, django: string): readonly string[] {
  const directory = file.split('/').slice(0, -1).join('/');
  const beside = (name: string): string => (directory === '' ? name : `${directory}/${name}`);
  switch (kind) {
    case 'pip': {
      // A file in a directory of its own mostly includes its neighbours.
      const isOwn = directory.split('/').at(-1)?.startsWith('requirements') === true;
      const neighbours =
        directory === '' ? 'requirements*.txt ./' : `${directory}/*.txt ${directory}/`;
      const copied = isOwn ? `${directory} ${directory}` : neighbours;
      const isFound = isOwn || /^requirements[^/]*\.txt$/u.test(file) || directory !== '';
      return [`COPY ${isFound ? copied : `${file} ./`}`, `RUN pip install -r ${file}`];
    }
    case 'uv':
      return [
        '# The authorities of the image, so that a proxy of a company’s own is known to uv too.',
        'ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_SYSTEM_CERTS=1',
        `COPY ${file} ${beside('uv.lock')} ./`,
        `RUN python -m venv /opt/uv && /opt/uv/bin/pip install ${pinned('uv')} \\`,
        '    && /opt/uv/bin/uv sync --frozen --no-dev --no-install-project --no-cache',
      ];
    case 'poetry':
      return [
        `COPY ${file} ${isLocked ? `${beside('poetry.lock')} ` : ''}./`,
        '# What is locked, installed by pip: Poetry itself has no place in the image.',
        'RUN python -m venv /opt/poetry \\',
        `    && /opt/poetry/bin/pip install ${pinned('poetry')} ${pinned('poetry-plugin-export')} \\`,
        ...(isLocked ? [] : ['    && /opt/poetry/bin/poetry lock \\']),
        '    && /opt/poetry/bin/poetry export --only main --output requirements.txt \\',
        '    && pip install -r requirements.txt',
      ];
    case 'pipenv':
      return [
        `COPY ${file} ${isLocked ? `${beside('Pipfile.lock')} ` : ''}./`,
        '# What is locked, installed by pip: pipenv itself has no place in the image.',
        `RUN python -m venv /opt/pipenv && /opt/pipenv/bin/pip install ${pinned('pipenv')} \\`,
        ...(isLocked ? [] : ['    && /opt/pipenv/bin/pipenv lock \\']),
        '    && /opt/pipenv/bin/pipenv requirements --hash > requirements.txt \\',
        '    && pip install -r requirements.txt',
      ];
    case 'pyproject':
      return [
        '# Only what the project needs, not the project. A lock file (uv lock) pins the versions.',
        'ENV UV_SYSTEM_CERTS=1',
        `COPY ${file} ./`,
        `RUN python -m venv /opt/uv && /opt/uv/bin/pip install ${pinned('uv')} \\`,
        '    && /opt/uv/bin/uv pip install --python /opt/venv/bin/python --no-cache -r pyproject.toml',
      ];
    case 'none':
      return [
        '# Write requirements.txt with pinned versions, and install from it.',
        `RUN pip install ${django}`,
      ];
    default:
      return kind satisfies never;
  }
}

function addServer({ server }: DockerfileParts): readonly string[] {
  if (!server.isMissing) return [];
  const name = server.words[0] ?? 'gunicorn';
  return [
    `# ${name} is not among the requirements: with it there, this line goes.`,
    `RUN pip install ${pinned(name)}`,
  ];
}

/** Settings for production want their variables; these values are for this line alone. */
function collect(demanded: DockerfileParts['demanded']): readonly string[] {
  const values = demanded.map((read) => {
    const value = read.value ?? madeUpValue(read) ?? 'build-only';
    return `${read.name}=${/^[\w@%+=:,./-]*$/u.test(value) ? value : `'${value}'`} \\`;
  });
  const command = 'python manage.py collectstatic --noinput';
  if (values.length === 0) return [`RUN ${command}`];
  return [
    '# Values for this line alone: the image does not keep them, and nothing connects to anything.',
    `RUN ${values.join('\n    ')}\n    ${command}`,
  ];
}

/** What never belongs into an image. */
export const dockerignore = `.env
.env.*
.envs
**/*.pem
**/*.key
**/*.sqlite3

.git
.gitignore
.dockerignore
Dockerfile
djdev.yaml
djdev.local.yaml
.djdev

**/__pycache__
**/*.py[cod]
.venv
venv
node_modules
**/media
**/staticfiles
`;
