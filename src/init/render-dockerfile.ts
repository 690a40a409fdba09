import path from 'node:path';
import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import type { WrittenPlace } from './find-written-places.ts';
import type { Dependencies } from './init-facts.ts';
import { addServer, installPackages, systemPackages } from './install-packages.ts';
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
  /** Directory below manage.py's that modules are named from. */
  readonly sourceRoot: string | undefined;
  /** Files that the settings want to write beside the code. */
  readonly written: readonly WrittenPlace[];
  /** Where no file names it: `Django==5.2.*`. */
  readonly django: string;
}

const user = '10001:10001';

/**
 * A Dockerfile for production: packages are built in a stage of their own, so that no compiler
 * ships; no root, exec form, static files inside.
 */
export function renderDockerfile(parts: DockerfileParts): string {
  const { python, settings, dependencies } = parts;
  const system = systemPackages(dependencies, parts.hasGis);
  return [
    `FROM python:${python}-slim AS packages`,
    '',
    ...(system.build.length === 0 ? [] : [...aptInstall(system.build), '']),
    'ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
    'RUN python -m venv /opt/venv',
    'ENV PATH=/opt/venv/bin:$PATH',
    'WORKDIR /app',
    '',
    ...installPackages(dependencies, parts.django),
    ...addServer(parts.server),
    '',
    `FROM python:${python}-slim`,
    '',
    ...(system.run.length === 0 ? [] : [...aptInstall(system.run), '']),
    'ENV PYTHONDONTWRITEBYTECODE=1',
    'ENV PYTHONUNBUFFERED=1',
    'ENV PATH=/opt/venv/bin:$PATH',
    ...(settings === undefined ? [] : [`ENV DJANGO_SETTINGS_MODULE=${settings}`]),
    ...(parts.sourceRoot === undefined
      ? []
      : [`ENV PYTHONPATH=${path.posix.join('/app', parts.codeDirectory, parts.sourceRoot)}`]),
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
