import type { InitFacts } from './init-facts.ts';

/** What goes into a Dockerfile that is written for a project without one. */
export interface DockerfileParts {
  readonly python: string;
  readonly dependencies: InitFacts['dependencies'];
  /** Directory of manage.py from the root, `.` for the root itself. */
  readonly codeDirectory: string;
  readonly settings: string | undefined;
  /** Variables that the settings want; each gets a value for one line. */
  readonly demanded: readonly string[];
  /** The project collects static files. */
  readonly collects: boolean;
  readonly command: readonly string[];
}

/** A Dockerfile for production: one stage, no root, exec form, static files inside. */
export function renderDockerfile(parts: DockerfileParts): string {
  const { python, settings, command } = parts;
  return [
    `FROM python:${python}-slim`,
    '',
    'ENV PYTHONDONTWRITEBYTECODE=1',
    'ENV PYTHONUNBUFFERED=1',
    ...(settings === undefined ? [] : [`ENV DJANGO_SETTINGS_MODULE=${settings}`]),
    '',
    'WORKDIR /app',
    '',
    ...install(parts.dependencies),
    '',
    'COPY . .',
    ...(parts.codeDirectory === '.' ? [] : [`WORKDIR /app/${parts.codeDirectory}`]),
    '',
    ...(parts.collects ? [...collect(parts.demanded), ''] : []),
    '# The code belongs to root: the process can read it and not change it.',
    'USER 10001:10001',
    '',
    'EXPOSE 8000',
    '',
    `CMD ${JSON.stringify(command).replaceAll('","', '", "')}`,
    '',
  ].join('\n');
}

function install(dependencies: DockerfileParts['dependencies']): readonly string[] {
  switch (dependencies.kind) {
    case 'pip': {
      // A file in a directory of its own mostly includes its neighbours.
      const directory = dependencies.file.split('/').slice(0, -1).join('/');
      const copied = directory === '' ? `${dependencies.file} .` : `${directory} ${directory}`;
      return [`COPY ${copied}`, `RUN pip install --no-cache-dir -r ${dependencies.file}`];
    }
    case 'uv':
      return [
        'ENV UV_PROJECT_ENVIRONMENT=/usr/local UV_COMPILE_BYTECODE=1',
        'COPY pyproject.toml uv.lock ./',
        'RUN pip install --no-cache-dir uv && uv sync --frozen --no-dev --no-install-project',
      ];
    case 'poetry':
      return [
        'COPY pyproject.toml poetry.lock ./',
        'RUN pip install --no-cache-dir poetry && poetry config virtualenvs.create false \\',
        '    && poetry install --only main --no-root --no-interaction',
      ];
    case 'pipenv':
      return [
        'COPY Pipfile Pipfile.lock ./',
        'RUN pip install --no-cache-dir pipenv && pipenv install --system --deploy',
      ];
    case 'none':
      return [
        '# Write requirements.txt with pinned versions, and install from it.',
        'RUN pip install --no-cache-dir Django gunicorn',
      ];
    default:
      return dependencies satisfies never;
  }
}

/** Settings for production want their variables; these values are for this line alone. */
function collect(demanded: readonly string[]): readonly string[] {
  const values = demanded.map((name) => `${name}=${placeholder(name)} \\`);
  const command = 'python manage.py collectstatic --noinput';
  if (values.length === 0) return [`RUN ${command}`];
  return [
    '# Values for this line alone: the image does not keep them, and nothing connects to anything.',
    `RUN ${values.join('\n    ')}\n    ${command}`,
  ];
}

/** Most readers of addresses want at least a scheme. */
function placeholder(name: string): string {
  if (/REDIS|BROKER|CACHE/u.test(name)) return 'redis://build-only';
  return name.endsWith('URL') ? 'postgres://build-only' : 'build-only';
}

/** What never belongs into an image. */
export const dockerignore = `.env
.env.*
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
media
staticfiles
`;
