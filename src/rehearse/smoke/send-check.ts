import type { Context } from '../../context/context.ts';
import type { SmokeCheck, SmokeExpectation } from '../../project/smoke.ts';
import { fillReferences, fillTexts } from '../../project/smoke-references.ts';
import { compareAnswer, describeStatus, percentile95 } from '../checks/smoke.ts';
import { captureValues } from './capture-values.ts';
import { countQueries } from './count-queries.ts';
import type { SmokeTarget } from './smoke-target.ts';
import type { Exchange, SentRequest, Visitor } from './visitor.ts';

/** What a check works with. */
export interface CheckTools {
  readonly context: Pick<Context, 'signal' | 'clock'>;
  readonly target: SmokeTarget;
  readonly visitor: Visitor;
  /** Steps of one visitor carry the CSRF token as a browser does. */
  readonly carriesToken: boolean;
  /** What `$name` stands for; values that may not be shown among them. */
  readonly values: ReadonlyMap<string, string>;
  /** The same without what may not be shown. */
  readonly shownValues: ReadonlyMap<string, string>;
}

/** A check that was made: of several answers the first that was not as expected, else the last. */
export interface CheckOutcome {
  readonly exchange: Exchange;
  /** Of the answer, in milliseconds; the 95th percentile of several. */
  readonly ms: number;
  readonly differences: readonly string[];
  readonly captured: ReadonlyMap<string, string>;
  /** Why queries could not be counted. */
  readonly uncounted: string | undefined;
}

/** Sends one check as often as it says and compares what comes back. */
export async function sendCheck(check: SmokeCheck, tools: CheckTools): Promise<CheckOutcome> {
  const { context, target } = tools;
  const { maxQueries } = check;
  if (maxQueries === undefined || 'reason' in target.postgres) {
    const reason =
      maxQueries !== undefined && 'reason' in target.postgres ? target.postgres.reason : undefined;
    return { ...(await sendAll(check, tools)), uncounted: reason };
  }
  const { asked, counted } = await countQueries(target.postgres, context.signal, () =>
    sendAll(check, tools),
  );
  if (typeof counted === 'string') return { ...asked, uncounted: counted };
  const each = counted.count / check.repeat;
  const differences =
    each > maxQueries
      ? [
          `Expected at most ${maxQueries} queries, got ${Math.round(each * 10) / 10}.`,
          ...counted.frequent.map((one) => `  ${one}`),
        ]
      : [];
  return { ...asked, differences: [...asked.differences, ...differences], uncounted: undefined };
}

type Sent = Omit<CheckOutcome, 'uncounted'>;

async function sendAll(check: SmokeCheck, tools: CheckTools): Promise<Sent> {
  const sent: Sent[] = [];
  for (let round = 0; round < check.repeat; round += 1) {
    const one = await sendOnce(check, tools);
    sent.push(one);
    if (one.exchange.isHung) break;
  }
  const last = sent.find(({ differences }) => differences.length > 0) ?? sent.at(-1);
  if (last === undefined) throw new Error('A check is sent at least once.');
  const ms = percentile95(sent.map((one) => one.ms));
  const isSlow = check.maxMs !== undefined && ms > check.maxMs;
  const measured = sent.length === 1 ? 'It' : `The 95th percentile of ${sent.length} answers`;
  const slow = isSlow
    ? [`Expected an answer within ${check.maxMs} ms. ${measured} took ${Math.round(ms)} ms.`]
    : [];
  return { ...last, ms, differences: [...last.differences, ...slow] };
}

async function sendOnce(check: SmokeCheck, tools: CheckTools): Promise<Sent> {
  const { visitor, values, shownValues, carriesToken, context, target } = tools;
  const startedMs = context.clock.monotonicMs();
  const request = fillRequest(check, values);
  const shown = fillRequest(check, shownValues);
  const first = await visitor.send(request, { shown, carriesToken });
  const exchange = check.follow ? await visitor.follow(first) : first;
  const { response, failure } = exchange;
  const elapsedMs = context.clock.monotonicMs() - startedMs;
  const ms = check.follow ? elapsedMs : (response?.ms ?? elapsedMs);
  const expect = fillExpectation(check.expect, values);
  if (response === undefined) {
    const differences = [`Expected status ${describeStatus(expect.status)}: ${failure}.`];
    return { exchange, ms, differences, captured: new Map() };
  }
  const wrong = compareAnswer(expect, response, target.origin);
  const cookie = (name: string): string | undefined => visitor.cookie(name);
  // What is captured from a wrong answer says nothing.
  const { values: captured, differences } =
    wrong.length > 0
      ? { values: new Map<string, string>(), differences: [] }
      : captureValues(check.capture, { response, cookie });
  return { exchange, ms, differences: [...wrong, ...differences], captured };
}

function fillRequest(
  { method, path, headers, form, json }: SmokeCheck,
  values: ReadonlyMap<string, string>,
): SentRequest {
  const texts = (fields: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, fillReferences(value, values)]),
    );
  return {
    method,
    path: escapePath(fillReferences(path, values)),
    headers: texts(headers),
    form: form && texts(form),
    json: fillTexts(json, values),
  };
}

/** What a path may not hold as it is: spaces, letters beyond ASCII. */
function escapePath(path: string): string {
  return path.replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

function fillExpectation(
  expect: SmokeExpectation,
  values: ReadonlyMap<string, string>,
): SmokeExpectation {
  // Only texts hold references: kinds, patterns and bounds hold none that has a value.
  const fill = <T>(value: T): T => fillTexts(value, values) as T;
  return {
    ...expect,
    headers: fill(expect.headers),
    contains: fill(expect.contains),
    absent: fill(expect.absent),
    select: fill(expect.select),
    jsonPath: fill(expect.jsonPath),
    location: fill(expect.location),
  };
}
