import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../../../support/engine.ts';
import { kioskFiles } from '../../../support/kiosk.ts';
import { gunicorn, lifecycleTest, openKiosk, type RunningKiosk, told } from './run-kiosk.ts';

/** Mistakes that only show when something is taken away; DEFECT chooses one. */
const defects = `import os, socket, time
from django.db import Error
from django.http import HttpResponse

DEFECT = os.environ.get("DEFECT")
kept, broken = [], []

def connect():
    connection = socket.create_connection((os.environ.get("REDIS_HOST", "redis"), 6379), 5)
    return connection

def ask(connection):
    connection.sendall(b"PING\\r\\n")
    return connection.recv(100).startswith(b"+PONG")

def defect(get_response):
    connection = connect() if DEFECT == "one-connection" else None

    def middleware(request):
        if broken:
            return HttpResponse("later", status=503)
        if DEFECT == "leak":
            kept.append(bytearray(os.urandom(1) * 60_000))
        if connection is not None and not ask(connection):
            return HttpResponse("no cache", status=500)
        started = time.monotonic()
        try:
            response = get_response(request)
        except Error:
            response = HttpResponse("no database", status=500)
        if DEFECT == "breaker" and response.status_code >= 500:
            broken.append("the database")
        if DEFECT == "slow-breaker" and time.monotonic() - started > 1:
            broken.append("something slow")
        return response

    return middleware
`;

const threads = `${gunicorn} --threads 4`;

describeWithEngine('the recovery step', () => {
  let kiosk: RunningKiosk;
  beforeAll(async () => {
    kiosk = await openKiosk({
      'kiosk/defects.py': defects,
      'kiosk/settings.py': kioskFiles['kiosk/settings.py'].replace(
        '"kiosk.urls.probes",',
        '"kiosk.defects.defect", "kiosk.urls.probes",',
      ),
    });
  });
  afterAll(async () => await kiosk[Symbol.asyncDispose]());

  async function recover(options: {
    readonly defect?: string;
    readonly server?: string;
    readonly rehearse?: string;
    readonly redis?: true;
  }) {
    const { defect = 'none', server = threads, rehearse = '', redis } = options;
    const { findings, report } = await kiosk.run({
      command: JSON.stringify(['env', `DEFECT=${defect}`, ...server.split(' ')]),
      rehearse,
      manifest: (text) =>
        redis ? text.replace('services:\n', 'services:\n  redis: { version: "8" }\n') : text,
      skip: ['settings', 'static', 'http', 'shutdown'],
    });
    const step = report.steps.find(({ id }) => id === 'recovery');
    return {
      summary: step?.summary ?? '',
      measurements: step?.measurements ?? [],
      findings: findings.filter(({ step: id }) => id === 'recovery'),
    };
  }

  test(
    'takes away what production loses, and an application in order gets over all of it',
    lifecycleTest,
    async () => {
      const { findings, summary, measurements } = await recover({ redis: true });
      expect(findings).toEqual([]);
      expect(summary).toMatch(
        /^released twice; \d+ database sessions cut, 0 of 24 requests failed; a worker killed, \d of \d+ failed; well [\d.]+ s after an outage; well [\d.]+ s after a silence; well [\d.]+ s after the loss of redis; started without the database it serves [\d.]+ s after that is there$/u,
      );
      expect(measurements).toMatchObject([{ name: 'memory', unit: 'bytes' }]);
      expect(measurements[0]?.value).toBeGreaterThan(20_000_000);
    },
  );

  test(
    'tells what every request leaves behind, and what the workers have in common',
    lifecycleTest,
    async () => {
      const { findings } = await recover({
        defect: 'leak',
        server: `${threads} --workers 2 --max-requests 5000`,
        rehearse: 'budgets: { memory: 30MB }',
      });
      expect(told(findings)).toEqual([
        'warn max-requests-without-jitter',
        'warn memory-grows',
        'fail memory-over-budget',
      ]);
      const [, grows, budget] = findings;
      expect(grows?.title).toMatch(/^Every request leaves [4-9]\d kB of memory behind\.$/u);
      expect(budget?.title).toMatch(/^The web container takes \d+ MB; the budget is 30 MB\.$/u);
      expect(budget?.detail).toMatch(
        /^3 processes, the largest \d+ MB:\nPID 1: \d+ MB gunicorn kiosk/u,
      );
    },
  );

  test('a breaker that stays open is an outage that never ends', lifecycleTest, async () => {
    const { findings } = await recover({ defect: 'breaker' });
    expect(told(findings)).toEqual(['fail database-recovery-slow']);
    expect(findings[0]?.title).toMatch(
      /^The application still fails 1\d\.\d s after its database is back/u,
    );
    expect(findings[0]?.detail).toMatch(/curl -i [^]*Answer: 503/u);
  });

  test('what is slow once must not be broken for ever', lifecycleTest, async () => {
    const { findings } = await recover({ defect: 'slow-breaker' });
    expect(told(findings)).toEqual(['fail database-pause-fails']);
  });

  test(
    'a connection that is never made again does not get over the loss of a cache',
    lifecycleTest,
    async () => {
      const { findings } = await recover({
        defect: 'one-connection',
        server: gunicorn,
        redis: true,
      });
      expect(told(findings)).toEqual(['fail service-recovery-slow']);
      expect(findings[0]?.title).toMatch(
        /^The application still fails 1\d\.\d s after redis is back\.$/u,
      );
    },
  );
});
