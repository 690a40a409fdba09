import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Engine } from '../../engine/engine.ts';
import { findManagePath } from '../../django/manage-command.ts';
import type { SmokeTest } from '../../project/smoke.ts';
import { type Application, proxyHeaders } from '../application.ts';
import { type AssetAnswer, checkAssets } from '../checks/assets.ts';
import { findAssets } from '../http/read-html.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { describeRequest } from '../smoke/describe-request.ts';
import { runSmokeList, summariseSmoke } from '../smoke/run-smoke-list.ts';
import type { AskedPostgres, SmokeContext, SmokeTarget } from '../smoke/smoke-target.ts';
import type { Exchange, Visitor } from '../smoke/visitor.ts';

/** The smoke requests have been sent, whatever came back. */
export interface SmokeResult {
  readonly requests: number;
  readonly assets: number;
}

/**
 * Sends the manifest's requests, or asks for every page where there are none, and fetches what the
 * first page needs. `database` is the run's own Postgres, where it has one.
 */
export async function runSmoke(
  { context, project }: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
  database?: ScratchPostgres,
): Promise<StepResult<SmokeResult>> {
  application.log.step = 'smoke';
  const { host } = plan.boot;
  const { address, log, container } = application;
  const { engine } = context;
  const target: SmokeTarget = {
    address,
    host,
    origin: `https://${host}`,
    headers: proxyHeaders(host),
    logSince: (monotonicMs) => log.since(monotonicMs),
    inside: { engine, containerId: container.id, manage: findManagePath(project.rehearse.release) },
    postgres: database ? postgresOf(engine, database) : { reason: 'the rehearsal has no Postgres' },
  };
  const { rehearse } = project;
  const outcome = await runSmokeList(context, target, rehearse, healthTest(application));
  if (outcome.isStopped) return { summary: summariseSmoke(outcome, []), value: undefined };
  const { visitor, exchanges } = outcome;
  const seen = exchanges.some(({ request }) => request.path === '/')
    ? exchanges
    : [...exchanges, await visitor.get('/')];
  const assets = await fetchAssets(context, { origin: target.origin, visitor, address }, seen);
  return {
    summary: summariseSmoke(outcome, [count(assets, 'asset')]),
    value: { requests: outcome.sent, assets },
  };
}

/** Copies of the database on the same server are somebody else's. */
function postgresOf(engine: Engine, { containerId, address }: ScratchPostgres): AskedPostgres {
  return { engine, containerId, address, counted: { database: address.database } };
}

function healthTest({ health }: Application): readonly SmokeTest[] {
  if (health === undefined) return [];
  return [
    {
      name: undefined,
      checks: [
        {
          name: undefined,
          method: 'GET',
          path: health.path,
          headers: {},
          form: undefined,
          json: undefined,
          follow: false,
          repeat: 1,
          maxMs: undefined,
          maxQueries: undefined,
          capture: {},
          expect: {
            status: { kind: 'equals', value: health.status },
            headers: {},
            contains: [],
            absent: [],
            select: {},
            jsonPath: {},
            location: undefined,
          },
          location: undefined,
        },
      ],
      isScenario: false,
      user: undefined,
      isWarning: false,
      variables: {},
      missing: [],
      location: undefined,
    },
  ];
}

/** Whether assets can be looked for in an answer. */
function isPage({ request, response }: Exchange): boolean {
  if (request.method !== 'GET' || response?.status !== 200) return false;
  return (response.headers['content-type'] ?? '').startsWith('text/html');
}

interface AssetSource {
  readonly origin: string;
  readonly visitor: Visitor;
  readonly address: SmokeTarget['address'];
}

/** Fetches what the first page that needs anything refers to; answers how many assets that are. */
async function fetchAssets(
  context: SmokeContext,
  { origin, visitor, address }: AssetSource,
  exchanges: readonly Exchange[],
): Promise<number> {
  for (const { request, response } of exchanges.filter(isPage)) {
    const html = response?.body.toString('utf8') ?? '';
    const assets = findAssets(html, `${origin}${request.path}`);
    if (assets.length === 0) continue;
    const text = `${count(assets.length, 'asset')} of ${request.path}`;
    context.emit({ type: 'step-progressed', step: 'smoke', text });
    const answers: AssetAnswer[] = [];
    for (const asset of assets) {
      const sentMs = context.clock.monotonicMs();
      const exchange = await visitor.get(asset.path);
      answers.push({ asset, response: exchange.response });
      const ok = exchange.response?.status === 200;
      const ms = context.clock.monotonicMs() - sentMs;
      context.emit({
        type: 'request-answered',
        request: describeRequest(address, exchange, { kind: 'asset', ok, ms }),
      });
    }
    reportFindings(context, checkAssets(request.path, answers));
    return assets.length;
  }
  return 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
