import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import {
  checkAllowedOrigin,
  checkCorsErrors,
  checkStrangeOrigins,
  type CorsAnswer,
  strangeOrigins,
} from '../checks/cors.ts';
import { checkUnknownPage } from '../checks/error-answers.ts';
import { checkHealthcheck, healthcheckCommand } from '../checks/healthcheck.ts';
import { checkDirectProbe, checkStrangeHost, strangeHost } from '../checks/host-header.ts';
import { checkLoggedSecrets, checkLogLines } from '../checks/log-lines.ts';
import { checkLogRecords } from '../checks/log-records.ts';
import { checkPlatformProbe } from '../checks/platform-probe.ts';
import { checkSecurityHeaders } from '../checks/security-headers.ts';
import { checkStartMigration } from '../checks/start-migration.ts';
import { checkStaticHeaders, isHashedName } from '../checks/static-headers.ts';
import { findAssets } from '../http/read-html.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { targetOf } from '../target/target-of.ts';
import { type Ask, createAsk } from '../wire/ask.ts';
import { askFurther, type SettingsFacts } from '../wire/ask-further.ts';
import { findPage, type Page } from '../wire/find-page.ts';
import { probePlatform } from '../wire/probe-platform.ts';
import { publicPages } from '../wire/public-pages.ts';

/** The questions have been asked, whatever the answers were. */
export interface HttpResult {
  readonly asked: number;
}

/**
 * Asks the booted application what smoke requests do not: how it is cached, whom it trusts, what
 * it shows when something is wrong, and what it writes down.
 */
export async function runHttp(
  run: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
  facts?: SettingsFacts,
): Promise<StepResult<HttpResult>> {
  const { context } = run;
  application.log.step = 'http';
  let asked = 0;
  const send = createAsk(application.address, plan.boot.host, context.signal);
  const ask: Ask = (question) => {
    asked += 1;
    return send(question);
  };
  const page = await findPage(ask, pathsToTry(run, application));
  const findings = [
    ...(page === undefined ? [] : await askForPage(ask, page, plan.boot.host)),
    ...(await askAsStranger(run, ask, plan.boot.host, page?.path ?? '/')),
    ...(await askAsPlatform(run, plan, ask, application)),
    ...(await runHealthcheck(run, application)),
    ...(await askAsFrontEnd(run, ask)),
    ...(await askFurther(run, ask, application, facts)),
    ...(await readLog(run, ask, application)),
  ];
  reportFindings(context, findings);
  return { summary: describe(asked, findings), value: { asked } };
}

function describe(asked: number, findings: readonly Finding[]): string {
  const grade = findings.find(({ code }) => code === 'security-headers');
  const worth = /grade (\S+)/u.exec(grade?.title ?? '')?.[1];
  return `${asked} requests${worth === undefined ? '' : `, headers of grade ${worth}`}`;
}

function pathsToTry({ project }: RehearsalRun, { health }: Application): readonly string[] {
  return [
    ...new Set(['/', ...publicPages(project), '/admin/login/', ...(health ? [health.path] : [])]),
  ];
}

async function askForPage(ask: Ask, page: Page, host: string): Promise<readonly Finding[]> {
  const insecure = await ask({ path: page.path, headers: { 'x-forwarded-proto': 'http' } });
  const asset = page.isHtml ? chooseAsset(page, host) : undefined;
  return [
    ...(page.isHtml
      ? [
          checkSecurityHeaders({
            path: page.path,
            page: page.response,
            insecure: insecure.response,
          }),
        ]
      : []),
    ...(asset === undefined ? [] : await askForAsset(ask, asset)),
  ];
}

/** A style if there is one, else a script; one with a hash in its name if there is any. */
function chooseAsset(page: Page, host: string): string | undefined {
  const html = page.response.body.toString('utf8');
  const paths = findAssets(html, `https://${host}${page.path}`)
    .filter(({ kind }) => kind === 'stylesheet' || kind === 'script')
    // Scripts are often too short to be worth compressing.
    .toSorted((one, other) => Number(one.kind === 'script') - Number(other.kind === 'script'))
    .map(({ path }) => path);
  return paths.find(isHashedName) ?? paths[0];
}

async function askForAsset(ask: Ask, path: string): Promise<readonly Finding[]> {
  const plain = await ask({ path, headers: { 'accept-encoding': 'identity' } });
  if (plain.response === undefined) return [];
  const tag = plain.response.headers['etag'];
  const compressed = await ask({ path, headers: { 'accept-encoding': 'gzip' } });
  const again =
    tag === undefined ? undefined : await ask({ path, headers: { 'if-none-match': tag } });
  const missing = await ask({ path: path.replace(/\.([a-z0-9]+)$/u, '.0123456789ab.$1') });
  return checkStaticHeaders({
    path,
    plain: plain.response,
    compressed: compressed.response,
    again: again?.response,
    missing: missing.response,
  });
}

async function askAsStranger(
  { project }: RehearsalRun,
  ask: Ask,
  host: string,
  path: string,
): Promise<readonly Finding[]> {
  const unknown = '/djdev-is-there-such-a-page/';
  const [lost, misled] = [
    await ask({ path: unknown }),
    await ask({ path, headers: { host: strangeHost, 'x-forwarded-host': strangeHost } }),
  ];
  const cors = project.rehearse.expect?.cors;
  const paths = [
    ...new Set([
      ...(cors ? [cors.path] : []),
      path,
      ...project.rehearse.smoke.map((smoke) => smoke.path),
    ]),
  ];
  const origins = strangeOrigins(host, cors?.allow);
  const answers = [];
  for (const asked of paths.slice(0, 6)) {
    for (const origin of origins) {
      const { response } = await ask({ path: asked, headers: { origin } });
      if (response) answers.push({ path: asked, origin, response });
    }
  }
  return [
    ...(lost.response ? checkUnknownPage(unknown, lost.response) : []),
    ...(misled.response ? checkStrangeHost(path, misled.response) : []),
    ...checkStrangeOrigins(answers),
  ];
}

/** As the platform decides whether to send traffic; without a known one, as most of them do. */
async function askAsPlatform(
  { project }: RehearsalRun,
  { boot }: RehearsalPlan,
  ask: Ask,
  { health, container, address }: Application,
): Promise<readonly Finding[]> {
  if (health === undefined) return [];
  const target = targetOf(project);
  if (target.probe.kind === 'http') {
    const probed = {
      id: container.id,
      port: boot.port ?? address.port,
      host: boot.host,
      healthPath: health.path,
    };
    return checkPlatformProbe(await probePlatform(ask, target, probed), target);
  }
  if (target.name !== 'docker') return [];
  const host = `${container.facts.host}:${address.port}`;
  const headers = { host, 'user-agent': 'kube-probe/1.32' };
  const { response } = await ask({ path: health.path, headers, direct: true });
  return checkDirectProbe(health.path, host, response);
}

/** Runs the image's own health check where an engine would: in the container that serves. */
async function runHealthcheck(
  { context }: RehearsalRun,
  { container, healthcheck, health }: Application,
): Promise<readonly Finding[]> {
  const command = healthcheckCommand(healthcheck);
  if (command === undefined || health === undefined) return [];
  const within = AbortSignal.any([context.signal, AbortSignal.timeout(healthcheckTimeoutMs)]);
  try {
    return checkHealthcheck(await context.engine.execToEnd(container.id, { command }, within));
  } catch (failure) {
    context.signal.throwIfAborted();
    const text = failure instanceof Error ? failure.message : String(failure);
    return checkHealthcheck({ command, exitCode: 127, stdout: '', stderr: text });
  }
}

/** Docker's own default. */
const healthcheckTimeoutMs = 30_000;

async function askAsFrontEnd({ project }: RehearsalRun, ask: Ask): Promise<readonly Finding[]> {
  const cors = project.rehearse.expect?.cors;
  if (cors === undefined) return [];
  const { path, credentials } = cors;
  const findings: Finding[] = [];
  for (const origin of cors.allow) {
    const simple = await ask({ path, headers: { origin } });
    const preflight = await ask({
      path,
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    const refused = checkAllowedOrigin({
      path,
      origin,
      credentials,
      simple: simple.response,
      preflight: preflight.response,
    });
    findings.push(...refused);
    // Who may not read any answer cannot read errors either: that is told once.
    if (refused.length === 0)
      findings.push(...checkCorsErrors(origin, await askForErrors(ask, path, origin)));
  }
  return findings;
}

/** A page below the path that is not there, and the path without its last slash. */
async function askForErrors(
  ask: Ask,
  path: string,
  origin: string,
): Promise<readonly CorsAnswer[]> {
  const paths = [`${path.replace(/\/?$/u, '/')}djdev-no-such/`, path.replace(/(.)\/$/u, '$1')];
  const answers: CorsAnswer[] = [];
  for (const asked of new Set(paths)) {
    const { response } = await ask({ path: asked, headers: { origin } });
    if (response && asked !== path) answers.push({ path: asked, origin, response });
  }
  return answers;
}

/** A line of log takes a moment through the engine; the answer comes by another way. */
const logDelayMs = 150;

async function readLog(
  { context, project }: RehearsalRun,
  ask: Ask,
  { log, health }: Application,
): Promise<readonly Finding[]> {
  const canaries = {
    'the Authorization header': 'djdev-canary-bearer-71c9',
    'a cookie': 'djdev-canary-cookie-71c9',
    'a password': 'djdev-canary-password-71c9',
  };
  await ask({
    path: health?.path ?? '/',
    method: 'POST',
    headers: {
      authorization: `Bearer ${canaries['the Authorization header']}`,
      cookie: `sessionid=${canaries['a cookie']}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `username=djdev&password=${canaries['a password']}`,
  });
  await context.clock.sleep(logDelayMs, context.signal);
  const lines = log.last(500);
  return [
    ...checkLogLines(lines, project.rehearse.expect?.logs),
    ...checkLogRecords(lines, project.rehearse.expect?.logs),
    ...checkStartMigration(lines),
    ...checkLoggedSecrets(lines, canaries),
  ];
}
