import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallProject } from '../integration/reload/small-project.ts';
import { bigRequirements, generateProject } from './generate-project.ts';

/** A project that is edited and asked; its front page, or `path`, has the words of both files. */
export interface BenchProject {
  readonly name: string;
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the page is asked for. */
  readonly path: string;
  /** Each file has this text: `view1`, `model1`. */
  readonly edits: readonly {
    readonly label: string;
    readonly file: string;
    readonly word: string;
  }[];
  /** Of the process in compose.yaml, beside what both have. */
  readonly compose: string;
}

const dockerfile = `FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "site_config.wsgi", "--bind", "0.0.0.0:8000"]
`;

const edits = [
  { label: 'views', file: 'pages/views.py', word: 'view' },
  { label: 'models', file: 'pages/models.py', word: 'model' },
];

/** One app and nothing but Django: how small an edit can be. */
export function smallBench(): BenchProject {
  return {
    name: 'small',
    title: 'one app',
    path: '/',
    edits,
    files: packProject(smallProject, 'django==5.2.19\ngunicorn==27.0.1\n'),
    compose: '',
  };
}

export function bigBench(): BenchProject {
  return {
    name: 'big',
    title: '30 apps of 6 models with forms, admin and serializers, Django REST framework, Wagtail',
    path: '/',
    edits,
    files: packProject(generateProject(30), bigRequirements),
    compose: '',
  };
}

function packProject(
  files: Readonly<Record<string, string>>,
  requirements: string,
): BenchProject['files'] {
  return {
    ...files,
    Dockerfile: dockerfile,
    'requirements.txt': requirements,
    'djdev.yaml': `name: bench
app:
  settings: { dev: site_config.settings, prod: site_config.settings }
processes:
  web: { port: 8000, health: / }
`,
  };
}

/** examples/shop with a page that tells what code it runs. */
export async function shopBench(): Promise<BenchProject> {
  const files = await readTree(fileURLToPath(new URL('../../examples/shop/', import.meta.url)));
  const append = (file: string, text: string): string => `${files[file] ?? ''}\n\n${text}\n`;
  return {
    name: 'shop',
    title: 'examples/shop',
    path: '/bench/',
    edits: [
      { label: 'views', file: 'catalog/views.py', word: 'view' },
      { label: 'models', file: 'catalog/models.py', word: 'model' },
    ],
    files: {
      ...files,
      'catalog/views.py': append('catalog/views.py', 'BENCH_VIEW = "view1"'),
      'catalog/models.py': append('catalog/models.py', 'BENCH_MODEL = "model1"'),
      'config/urls.py': append(
        'config/urls.py',
        `from django.http import HttpResponse
from catalog import models, views

urlpatterns.append(
    path("bench/", lambda _: HttpResponse(f"{views.BENCH_VIEW} {models.BENCH_MODEL}"))
)`,
      ),
    },
    compose: `    environment:
      DJANGO_SETTINGS_MODULE: config.settings.local
      DJANGO_SECRET_KEY: bench
      DJANGO_ALLOWED_HOSTS: "*"
      DATABASE_URL: postgres://postgres:bench@postgres:5432/postgres
      EMAIL_URL: console://
    depends_on: [postgres]
  postgres:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: bench }
`,
  };
}

async function readTree(root: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const kept = entries.filter(
    (entry) => entry.isFile() && !/__pycache__|\.djdev/.test(join(entry.parentPath, entry.name)),
  );
  const files = await Promise.all(
    kept.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(root.length), await readFile(path, 'utf8')] as const;
    }),
  );
  return Object.fromEntries(files);
}
