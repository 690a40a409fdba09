import { installs } from './find-dependencies.ts';
import type { Dependencies } from './init-facts.ts';
import type { ServerCommand } from './server-command.ts';

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

/** Lines that install what the project names, and nothing of the tool that it names it with. */
export function installPackages(
  { kind, file, isLocked }: Dependencies,
  django: string,
): readonly string[] {
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
        `RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-compile ${pinned('uv')} \\`,
        '    && /opt/uv/bin/uv sync --frozen --no-dev --no-install-project --no-cache',
      ];
    case 'poetry':
      return [
        `COPY ${file} ${isLocked ? `${beside('poetry.lock')} ` : ''}./`,
        '# What is locked, installed by pip: Poetry itself has no place in the image.',
        'RUN python -m venv /opt/poetry \\',
        `    && /opt/poetry/bin/pip install --no-compile ${pinned('poetry')} ${pinned('poetry-plugin-export')} \\`,
        ...(isLocked ? [] : ['    && /opt/poetry/bin/poetry lock \\']),
        '    && /opt/poetry/bin/poetry export --only main --output requirements.txt \\',
        '    && pip install -r requirements.txt',
      ];
    case 'pipenv':
      return [
        `COPY ${file} ${isLocked ? `${beside('Pipfile.lock')} ` : ''}./`,
        '# What is locked, installed by pip: pipenv itself has no place in the image.',
        `RUN python -m venv /opt/pipenv && /opt/pipenv/bin/pip install --no-compile ${pinned('pipenv')} \\`,
        ...(isLocked ? [] : ['    && /opt/pipenv/bin/pipenv lock \\']),
        '    && /opt/pipenv/bin/pipenv requirements --hash > requirements.txt \\',
        '    && pip install -r requirements.txt',
      ];
    case 'pyproject':
      return [
        '# Only what the project needs, not the project. A lock file (uv lock) pins the versions.',
        'ENV UV_SYSTEM_CERTS=1',
        `COPY ${file} ./`,
        `RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-compile ${pinned('uv')} \\`,
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

/** A server that the project does not install itself. */
export function addServer(server: ServerCommand): readonly string[] {
  if (!server.isMissing) return [];
  const name = server.words[0] ?? 'gunicorn';
  return [
    `# ${name} is not among the requirements: with it there, this line goes.`,
    `RUN pip install ${pinned(name)}`,
  ];
}

/** Debian packages without which a Python package neither builds nor starts. */
export function systemPackages(
  dependencies: Dependencies,
  hasGis: boolean,
): {
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
  // Headers of Python, for images whose Python is Debian's own.
  const compiler = ['build-essential', 'python3-dev'];
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
