import { foldRollout, type RolloutRecord } from '../../src/rehearse/rollout/fold-rollout.ts';
import type { EndpointTraffic, TrafficPoint } from '../../src/rehearse/previous/traffic.ts';
import type { RolloutReport } from '../../src/report/rollout-report.ts';
import { sampleMigrations } from './sample-migrations.ts';

const epoch = Date.parse(sampleMigrations.startedAt);

/** Epoch milliseconds of a moment since the start of the migrations. */
const at = (ms: number): number => epoch + ms;

const marks = [
  { name: 'before', atMs: at(-700) },
  { name: 'release', atMs: at(0) },
  { name: 'boot', atMs: at(2200) },
  { name: 'switch', atMs: at(3500) },
  { name: 'stop', atMs: at(3510) },
  { name: 'after', atMs: at(4100) },
] as const;

/** Five requests a second to one endpoint, each as `answer` says. */
function visit(
  endpoint: string,
  offsetMs: number,
  answer: (sentMs: number) => Partial<TrafficPoint>,
): EndpointTraffic {
  const points = Array.from({ length: 27 }, (_, index): TrafficPoint => {
    const sentMs = -700 + offsetMs + index * 200;
    const release = sentMs >= 3500 ? 'new' : 'old';
    const ms = 20 + ((index * 7) % 13);
    return { atMs: at(sentMs), ms, status: 200, release, ...answer(sentMs) };
  });
  return { endpoint, points };
}

/**
 * A deployment in which a migration stops one page for more than a second, another page fails on
 * the new schema until the switch, and the new release makes its first visitor wait.
 */
export const sampleRolloutRecord: RolloutRecord = {
  endpoints: [
    visit('GET /', 0, (sentMs) => (sentMs === 3500 ? { ms: 1900 } : {})),
    visit('GET /basket/', 50, (sentMs) =>
      sentMs > 200 && sentMs < 1600 ? { ms: 1900 - sentMs } : {},
    ),
    visit('POST /orders/', 100, (sentMs) =>
      sentMs > 1899 && sentMs < 3500 ? { status: 500 } : { status: 302 },
    ),
    visit('GET /broken/', 150, () => ({ status: 500 })),
  ],
  marks,
  endedAtMs: at(4700),
  unsteady: ['GET /broken/'],
  migrations: sampleMigrations.migrations,
  migrationsAtMs: epoch,
  exceptions: {
    old: Array.from({ length: 12 }, (_, index) => ({
      atMs: at(1810 + index * 200),
      text: `django.db.utils.IntegrityError: null value in column "currency" of order ${index}`,
      path: '/orders/',
    })),
    new: [],
  },
  stopSignal: 'SIGTERM',
  rps: 20,
  worstLagMs: 4,
  pressure: 1,
  maxStallMs: undefined,
  refusal: undefined,
  isPlayed: true,
};

const lostAsset = { path: '/static/css/site.4f1c9b.css', page: '/', status: 404 } as const;

/** The same with what was carried over, as a report has it. */
export const sampleRollout: RolloutReport = {
  ...foldRollout(sampleRolloutRecord),
  skew: {
    crossings: [
      {
        what: 'session',
        direction: 'old-to-new',
        outcome: 'lost',
        detail: 'SECRET_KEY differs, and the other one is not in SECRET_KEY_FALLBACKS',
      },
      { what: 'session', direction: 'new-to-old', outcome: 'lost', detail: 'the session is empty' },
      { what: 'login', direction: 'old-to-new', outcome: 'not-tried', detail: 'no user' },
      { what: 'csrf', direction: 'old-to-new', outcome: 'kept', detail: '' },
      { what: 'csrf', direction: 'new-to-old', outcome: 'kept', detail: '' },
    ],
    assets: [
      {
        direction: 'old-to-new',
        asked: 4,
        missing: [{ ...lostAsset, cacheControl: 'max-age=600' }],
      },
      { direction: 'new-to-old', asked: 4, missing: [] },
    ],
  },
};
