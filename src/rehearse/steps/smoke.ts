import type { SmokeRequest } from '../../project/project.ts';
import type { Application } from '../application.ts';
import { type AssetAnswer, checkAssets } from '../checks/assets.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import { compareAnswer, smokeFailed } from '../checks/smoke.ts';
import { findAssets } from '../http/read-html.ts';
import type { RehearsalPlan } from '../plan.ts';
import { describeRequest } from '../smoke/describe-request.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { type Exchange, Visitor } from '../smoke/visitor.ts';

/** The smoke requests have been sent, whatever came back. */
export interface SmokeResult {
  readonly requests: number;
  readonly assets: number;
}

/** Sends the manifest's requests and fetches what the first page needs. */
export async function runSmoke(
  run: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
): Promise<StepResult<SmokeResult>> {
  const { context, project } = run;
  application.log.step = 'smoke';
  const visitor = new Visitor(
    { address: application.address, host: plan.boot.host },
    context.signal,
  );
  const requests = [...healthRequest(application), ...project.rehearse.smoke];
  const exchanges: Exchange[] = [];
  for (const request of requests) {
    const exchange = await sendSmoke(run, application, visitor, request);
    exchanges.push(exchange);
    // Every other request would have to be waited for as long, and say the same.
    if (exchange.isHung) return { summary: hungSummary(exchanges, requests), value: undefined };
  }
  if (requests.every(({ path }) => path !== '/')) exchanges.push(await visitor.get('/'));
  const assets = await fetchAssets(run, { plan, visitor, address: application.address }, exchanges);
  return {
    summary: `${count(requests.length, 'request')}, ${count(assets, 'asset')}`,
    value: { requests: requests.length, assets },
  };
}

function hungSummary(sent: readonly Exchange[], requests: readonly SmokeRequest[]): string {
  return `ended at request ${sent.length} of ${requests.length}, which was never answered`;
}

function healthRequest({ health }: Application): readonly SmokeRequest[] {
  if (health === undefined) return [];
  const expect = { status: health.status, contains: [], absent: [], headers: {} };
  return [
    {
      method: 'GET',
      path: health.path,
      headers: {},
      form: undefined,
      json: undefined,
      expect,
      location: undefined,
    },
  ];
}

async function sendSmoke(
  { context }: RehearsalRun,
  { address, log }: Application,
  visitor: Visitor,
  smoke: SmokeRequest,
): Promise<Exchange> {
  const { method, path, expect, location } = smoke;
  context.emit({ type: 'step-progressed', step: 'smoke', text: `${method} ${path}` });
  const sentMs = context.clock.monotonicMs();
  const exchange = await visitor.send(smoke);
  const { request, response, failure } = exchange;
  const differences = response
    ? compareAnswer(expect, response)
    : [`Expected status ${expect.status}: ${failure}.`];
  context.emit({
    type: 'request-answered',
    request: describeRequest(address, exchange, {
      kind: 'request',
      ok: differences.length === 0,
      ms: context.clock.monotonicMs() - sentMs,
    }),
  });
  if (differences.length > 0) {
    await context.clock.sleep(logDelayMs, context.signal);
    const lines = log.since(sentMs);
    const evidence = formatEvidence({ address, request, response, differences, log: lines });
    const status = response?.status;
    reportFindings(context, [
      smokeFailed({ method, path, differences, evidence, status, location }),
    ]);
  }
  return exchange;
}

/** A line of log takes a moment through the engine; the answer comes by another way. */
const logDelayMs = 100;

/** Whether assets can be looked for in an answer. */
function isPage({ request, response }: Exchange): boolean {
  if (request.method !== 'GET' || response?.status !== 200) return false;
  return (response.headers['content-type'] ?? '').startsWith('text/html');
}

interface AssetSource {
  readonly plan: RehearsalPlan;
  readonly visitor: Visitor;
  readonly address: Application['address'];
}

/** Fetches what the first page that needs anything refers to; answers how many assets that are. */
async function fetchAssets(
  { context }: RehearsalRun,
  { plan, visitor, address }: AssetSource,
  exchanges: readonly Exchange[],
): Promise<number> {
  for (const { request, response } of exchanges.filter(isPage)) {
    const html = response?.body.toString('utf8') ?? '';
    const assets = findAssets(html, `https://${plan.boot.host}${request.path}`);
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
