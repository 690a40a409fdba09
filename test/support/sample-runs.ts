import type { VariableReport } from '../../src/report/environment-report.ts';
import type { FinishedRun } from '../../src/report/finished-run.ts';
import type { Finding } from '../../src/report/finding.ts';
import type { LayerReport, Report, StepReport } from '../../src/report/report.ts';
import type { RequestReport } from '../../src/report/request-report.ts';
import { recordOf } from '../../src/report/run-record.ts';
import type { StepId, StepOutcome } from '../../src/report/step.ts';
import { sampleMigrations } from './sample-migrations.ts';
import { sampleRollout } from './sample-rollout.ts';

/** Text that an application may write and that must do nothing anywhere. */
export const hostileText = [
  '</script><script>document.title="owned"</script>',
  '<img src=x onerror="document.title=1">',
  '::error file=a::injected',
  '  ::add-mask::everything',
  '##[error]injected',
  ']]><failure message="injected"/>',
  '```\n# injected\n@everyone #1 ![x](https://evil.example/x.png)',
  '\u001b[31mred\u001b[0m \u0000\u0008 \ufffe \ud800 \u202emirror',
].join('\n');

const durations = {
  preflight: 84,
  build: 4120,
  image: 690,
  database: 1830,
  settings: 940,
  migrate: 2210,
  static: 610,
  boot: 1340,
  smoke: 480,
  shutdown: 620,
} as const satisfies Partial<Record<StepId, number>>;

type SampleStep = keyof typeof durations;
const sampleSteps = Object.keys(durations) as readonly SampleStep[];

const summaries: Readonly<Record<SampleStep, string>> = {
  preflight: 'Docker 27.3.1, 41 GB free',
  build: 'requirements.txt changed',
  image: '168 MB, runs as app',
  database: 'PostgreSQL 17.2',
  settings: 'config.settings.production, Django 5.2',
  migrate: '35 migrations',
  static: '148 files, hashed',
  boot: 'first healthy answer of /healthz/ after 1240 ms',
  smoke: '3 requests, 2 assets',
  shutdown: 'exit code 0 after 412 ms',
};

/** All steps, passed but for those named. */
function stepsOf(outcomes: Partial<Record<SampleStep, StepOutcome>> = {}): readonly StepReport[] {
  let startMs = 0;
  return sampleSteps.map((id): StepReport => {
    const outcome = outcomes[id] ?? 'passed';
    if (outcome === 'skipped') {
      return { id, outcome, ms: 0, summary: 'build did not end well', measurements: [] };
    }
    const ms = durations[id];
    const step: StepReport = {
      id,
      outcome,
      startMs,
      ms,
      summary: summaries[id],
      measurements:
        id === 'boot' ? [{ name: 'time to first healthy answer', value: 1240, unit: 'ms' }] : [],
    };
    // The database starts beside the build.
    if (id !== 'build' && id !== 'image') startMs += ms;
    return step;
  });
}

const requests: readonly RequestReport[] = [
  { kind: 'request', method: 'GET', path: '/healthz/', ok: true, status: 200, ms: 9, bytes: 2 },
  { kind: 'request', method: 'GET', path: '/', ok: true, status: 200, ms: 61, bytes: 18_214 },
  {
    kind: 'request',
    method: 'GET',
    path: '/products/',
    ok: true,
    status: 200,
    ms: 148,
    bytes: 41_900,
  },
  {
    kind: 'asset',
    method: 'GET',
    path: '/static/css/site.4f1c9b.css',
    ok: true,
    status: 200,
    ms: 4,
    bytes: 23_400,
  },
  {
    kind: 'asset',
    method: 'GET',
    path: '/static/js/site.77ab01.js',
    ok: true,
    status: 200,
    ms: 3,
    bytes: 1_800,
  },
].map((request): RequestReport => ({
  ...(request as Omit<RequestReport, 'curl'>),
  curl: `curl -i -H 'host: shop.example.com' http://127.0.0.1:49153${request.path}`,
}));

/** Hidden in part, without a file, long, unexplained. */
const sampleLayers: readonly LayerReport[] = [
  {
    createdBy: "# debian.sh --arch 'amd64' out/ 'trixie' '@1762202650'",
    files: 2871,
    bytes: 78_600_000,
    wastedBytes: 412_000,
  },
  { createdBy: 'WORKDIR /app', files: 0, bytes: 0, wastedBytes: 0 },
  {
    createdBy:
      'RUN apt-get update && apt-get install --yes --no-install-recommends gettext libpq5 && rm -rf /var/lib/apt/lists/*',
    files: 301,
    bytes: 18_900_000,
    wastedBytes: 0,
  },
  {
    createdBy: 'RUN pip install -r requirements.txt',
    files: 4218,
    bytes: 52_300_000,
    wastedBytes: 0,
  },
  { createdBy: 'COPY . .', files: 214, bytes: 9_400_000, wastedBytes: 9_100_000 },
  { createdBy: 'RUN chown -R app /app', files: 212, bytes: 9_200_000, wastedBytes: 0 },
  { createdBy: '', files: 1, bytes: 30, wastedBytes: 0 },
];

const hostileLayer: LayerReport = {
  createdBy: `RUN echo '${hostileText}'`,
  files: 1,
  bytes: 12,
  wastedBytes: 12,
};

const given = { secret: false, required: true, given: true } as const;

/** Refused, changed, unchanged, never read, not given, and not tried. */
const sampleVariables: readonly VariableReport[] = [
  {
    ...given,
    name: 'DATABASE_URL',
    secret: true,
    origin: 'djdev.yaml:9',
    removal: { outcome: 'refused', settings: [] },
  },
  {
    ...given,
    name: 'DJANGO_SECRET_KEY',
    secret: true,
    origin: '.env.production:2',
    removal: { outcome: 'changed', settings: ['SECRET_KEY'] },
  },
  { ...given, name: 'DJANGO_ALLOWED_HOSTS', origin: 'djdev.yaml:11' },
  {
    ...given,
    name: 'EMAIL_URL',
    origin: 'the shell',
    removal: {
      outcome: 'changed',
      settings: ['EMAIL_BACKEND', 'EMAIL_HOST', 'EMAIL_PORT'],
      together: ['EMAIL_URL', 'EMAIL_FROM'],
    },
  },
  { ...given, name: 'FEATURE_FLGAS', origin: 'djdev.yaml:13', neverRead: true },
  {
    ...given,
    name: 'PAYMENT_TOKEN',
    secret: true,
    required: false,
    given: false,
    origin: 'djdev.yaml:14',
  },
  {
    ...given,
    name: 'SEARCH_URL',
    origin: '.env.production:4',
    removal: { outcome: 'unchanged', settings: [] },
  },
];

const base: Report = {
  version: 1,
  djdev: '0.1.0',
  project: 'shop',
  verdict: 'pass',
  failOn: 'fail',
  startedAt: '2026-11-22T12:00:00.000Z',
  ms: 12_240,
  steps: stepsOf(),
  findings: [
    {
      code: 'migration-applied',
      level: 'pass',
      step: 'migrate',
      title: '35 migrations were applied in 2.2 s.',
      detail: 'catalog.0001_initial  41 ms\ncatalog.0002_product_stock  12 ms',
      hint: '',
    },
  ],
  image: {
    id: 'sha256:3f2a',
    reference: 'djdev-shop-82085f:6e8883c4',
    bytes: 168_400_000,
    layers: sampleLayers,
  },
  variables: sampleVariables,
  requests,
};

const failedRequest: RequestReport = {
  kind: 'request',
  method: 'GET',
  path: '/basket/?next=<script>',
  ok: false,
  status: 500,
  ms: 38,
  bytes: 145,
  curl: "curl -i -H 'host: shop.example.com' 'http://127.0.0.1:49153/basket/?next=<script>'",
  answer: {
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' },
    body: `<h1>Server Error (500)</h1>\n${hostileText}`,
  },
};

/** A finding of each level and kind of place, one of them hostile. */
const sampleFindings: readonly Finding[] = [
  {
    code: 'deploy-check',
    level: 'warn',
    step: 'settings',
    title: 'SECURE_HSTS_SECONDS is not set.',
    detail: 'security.W004 of manage.py check --deploy.',
    hint: 'Set SECURE_HSTS_SECONDS = 3600 in the production settings, and raise it later.',
    location: { file: 'config/settings/production.py', line: 14 },
  },
  {
    code: 'smoke-failed',
    level: 'fail',
    step: 'smoke',
    title: 'GET /basket/?next=<script>: expected status 200, got 500.',
    detail: `curl -i http://127.0.0.1:49153/basket/\nExpected status 200, got 500.\nLog:\n  KeyError: 'basket'\n${hostileText}`,
    hint: 'The log lines show the error. When there are none, the production LOGGING hides errors: give the logger “django” a console handler.',
    location: { file: 'djdev.yaml', line: 39, column: 7 },
  },
  {
    code: 'image-over-budget',
    level: 'fail',
    step: 'image',
    title: 'The image has 612 MB, its budget is 400 MB.',
    detail:
      'The largest layers:\n  311 MB  RUN pip install -r requirements.txt\n  142 MB  COPY . .',
    hint: 'Install build tools in a stage of their own, and copy what they made.',
    measurement: { name: 'size', value: 612_000_000, unit: 'bytes' },
  },
  {
    code: 'shutdown-killed',
    level: 'fail',
    step: 'shutdown',
    title: 'The production process did not end within 10 s after SIGTERM and had to be killed.',
    detail: 'PID 1 is sh -c gunicorn config.wsgi, and a shell does not hand signals on.',
    hint: 'Write CMD ["gunicorn", "config.wsgi"] in the Dockerfile, without a shell.',
    location: { file: 'Dockerfile', line: 27, column: 1 },
  },
  {
    code: 'image-runs-as-root',
    level: 'warn',
    step: 'image',
    title: 'The production process runs as root.',
    detail: '',
    hint: 'Add USER to the Dockerfile.',
    location: { file: 'Dockerfile', line: 27 },
  },
];

const logs = [
  {
    step: 'boot',
    source: 'web',
    dropped: 0,
    lines: [
      '[2026-11-22 12:00:09 +0000] [1] [INFO] Starting gunicorn 23.0.0',
      '[2026-11-22 12:00:09 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)',
    ],
  },
  { step: 'smoke', source: 'web', dropped: 12, lines: hostileText.split('\n') },
] as const;

const clean: FinishedRun = { report: base, logs: [logs[0]], earlier: [] };

const failures: FinishedRun = {
  report: {
    ...base,
    verdict: 'fail',
    steps: stepsOf({
      image: 'failed',
      settings: 'warned',
      smoke: 'failed',
      shutdown: 'failed',
    }),
    findings: [...base.findings, ...sampleFindings],
    image: {
      id: 'sha256:3f2b',
      reference: 'djdev-shop-82085f:6e8883c5',
      bytes: 168_400_000,
      layers: [...sampleLayers, hostileLayer],
    },
    variables: [
      ...sampleVariables,
      {
        ...given,
        name: 'HOSTILE',
        origin: hostileText,
        removal: { outcome: 'changed', settings: [hostileText] },
      },
    ],
    requests: [...requests, failedRequest],
  },
  logs,
  earlier: [],
};

/** What is known before there is an image. */
const { image: _image, variables: _variables, ...unbuilt } = base;

const brokenBuild: FinishedRun = {
  report: {
    ...unbuilt,
    verdict: 'fail',
    ms: 6020,
    steps: stepsOf(
      Object.fromEntries(
        sampleSteps.map((id) => [
          id,
          id === 'build'
            ? 'failed'
            : id === 'preflight' || id === 'database'
              ? 'passed'
              : 'skipped',
        ]),
      ),
    ),
    findings: [
      {
        code: 'build-failed',
        level: 'fail',
        step: 'build',
        title: 'RUN pip install -r requirements.txt ended with exit code 1.',
        detail:
          'ERROR: Could not find a version that satisfies the requirement djnago==5.2\nERROR: No matching distribution found for djnago==5.2',
        hint: 'requirements.txt:3 says djnago: correct the name.',
        location: { file: 'Dockerfile', line: 9, column: 1 },
      },
    ],
    requests: [],
  },
  logs: [{ step: 'build', source: 'build', dropped: 0, lines: ['#9 ERROR: exit code 1'] }],
  earlier: [],
};

const noData: FinishedRun = {
  report: {
    version: 1,
    djdev: '0.1.0',
    project: '',
    verdict: 'error',
    failOn: 'fail',
    startedAt: '2026-11-22T12:00:00.000Z',
    ms: 12,
    steps: [],
    findings: [],
    error: {
      code: 'DJ-ENGINE-UNREACHABLE',
      message: 'No Docker engine answers at unix:///var/run/docker.sock.',
      hint: 'Start Docker, or name another engine with --host.',
      output: ['connect ENOENT /var/run/docker.sock'],
    },
  },
  logs: [],
  earlier: [],
};

const stalled: FinishedRun = {
  ...clean,
  report: { ...base, steps: stepsOf({ migrate: 'warned' }), migrations: sampleMigrations },
};

const history: FinishedRun = {
  ...failures,
  earlier: [9, 8, 7, 6, 5, 4, 3, 2, 1].map((daysAgo) => {
    const { requests: _, ...report } = daysAgo === 4 ? brokenBuild.report : base;
    const startedAt = new Date(Date.UTC(2026, 10, 22 - daysAgo, 12)).toISOString();
    const steps = report.steps.map((step) => ({ ...step, ms: Math.round(step.ms * 0.6) }));
    const warning = sampleFindings.slice(0, 1);
    const fixed: Finding = {
      code: 'asset-missing',
      level: 'warn',
      step: 'smoke',
      title: '/static/img/old-logo.png of / is not served.',
      detail: '',
      hint: '',
    };
    const image = { ...base.image, id: '', reference: '', bytes: 140_000_000 };
    const findings = [...report.findings, ...warning, fixed];
    return recordOf({ ...report, image, startedAt, steps, findings, ms: 8000 + daysAgo * 300 });
  }),
};

const rollout: FinishedRun = {
  ...clean,
  report: {
    ...base,
    verdict: 'fail',
    steps: [
      ...base.steps,
      {
        id: 'rollout',
        outcome: 'failed',
        startMs: 10_000,
        ms: 2100,
        summary: '8 of 81 requests failed, 4 waited',
        measurements: [],
      },
    ],
    migrations: sampleMigrations,
    rollout: sampleRollout,
  },
};

/** Runs in the states in which people look at a report. */
export const sampleRuns = {
  clean,
  failures,
  stalled,
  brokenBuild,
  noData,
  history,
  rollout,
} as const;

/** A run with so many findings of all levels. */
export function runWithFindings(count: number): FinishedRun {
  const findings = Array.from({ length: count }, (_, index): Finding => {
    const finding = sampleFindings[index % sampleFindings.length] ?? sampleFindings[0];
    if (finding === undefined) throw new Error('There are no samples.');
    return { ...finding, title: `${finding.title} Number ${index}.` };
  });
  return { ...failures, report: { ...failures.report, findings } };
}
