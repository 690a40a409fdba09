import type { DjangoFacts } from '../../django/django-facts.ts';
import type { PracticeFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import { checkConnectionCount } from '../checks/connection-count.ts';
import { checkCsrfAnswer } from '../checks/csrf-answer.ts';
import {
  checkExposedFiles,
  checkPlainErrorPage,
  checkPublicAdmin,
  checkServerHeader,
  temptingPaths,
} from '../checks/exposed-files.ts';
import { checkRequestId } from '../checks/log-records.ts';
import { checkOpenReset } from '../checks/open-reset.ts';
import { checkPageBodies } from '../checks/page-body.ts';
import { findCsrfToken } from '../http/read-html.ts';
import { readGunicornSettings } from '../lifecycle/server-settings.ts';
import type { RehearsalRun } from '../run.ts';
import type { Ask } from './ask.ts';
import { publicPages } from './public-pages.ts';

/** What the settings say that only the wire can show; absent when they were not read. */
export type SettingsFacts = DjangoFacts & { readonly practice?: PracticeFacts | undefined };

/** Where django.contrib.auth and django-allauth usually lie. */
const resetPaths = [
  '/accounts/password_reset/',
  '/accounts/password/reset/',
  '/password_reset/',
  '/password-reset/',
  '/admin/password_reset/',
];
const mostPages = 5;

/** Asks what visitors, scanners and forms ask, beyond what the first page shows. */
export async function askFurther(
  run: RehearsalRun,
  ask: Ask,
  application: Application,
  facts: SettingsFacts | undefined,
): Promise<readonly Finding[]> {
  const { project } = run;
  const { host } = project.rehearse;
  const admin = await ask({ path: '/admin/login/' });
  const adminBody = admin.response?.body.toString('utf8') ?? '';
  const pages = [];
  for (const path of [...new Set(['/', ...publicPages(project)])].slice(0, mostPages)) {
    const { response } = await ask({ path });
    const isHtml = (response?.headers['content-type'] ?? '').startsWith('text/html');
    if (response?.status === 200 && isHtml)
      pages.push({ path, html: response.body.toString('utf8') });
  }
  const lost = await ask({ path: '/djdev-is-there-such-a-page/' });
  return [
    ...checkPageBodies(pages, host),
    ...checkPublicAdmin(admin.response?.status, adminBody),
    ...checkServerHeader(lost.response?.headers['server']),
    ...checkPlainErrorPage(lost.response?.body.toString('utf8') ?? ''),
    ...(await sendForm(ask, application, host, [
      { path: '/admin/login/', html: adminBody },
      ...pages,
    ])),
    ...(await lookForFiles(ask)),
    ...(await followRequest(run, ask, application)),
    ...(facts?.allowedHosts.includes('*') === true
      ? checkOpenReset(await findReset(ask), host)
      : []),
    ...(await countConnections(run, application, facts)),
  ];
}

/** Sends the first form that carries a token, with the token and nothing else. */
async function sendForm(
  ask: Ask,
  { log }: Application,
  host: string,
  pages: readonly { readonly path: string; readonly html: string }[],
): Promise<readonly Finding[]> {
  const page = pages.find(({ html }) => findCsrfToken(html) !== undefined);
  if (page === undefined) return [];
  const { response } = await ask({ path: page.path });
  const token = findCsrfToken(response?.body.toString('utf8') ?? '');
  const cookie = response?.cookies.map((text) => text.split(';')[0]).join('; ');
  if (token === undefined || cookie === undefined) return [];
  const origin = `https://${host}`;
  const sent = await ask({
    path: page.path,
    method: 'POST',
    headers: {
      cookie,
      origin,
      referer: origin + page.path,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `csrfmiddlewaretoken=${token}`,
  });
  return checkCsrfAnswer(page.path, host, sent.response, log.last(20));
}

async function lookForFiles(ask: Ask): Promise<readonly Finding[]> {
  const exposed: string[] = [];
  for (const { path, holds } of temptingPaths) {
    const { response } = await ask({ path });
    if (response?.status === 200 && holds.test(response.body.toString('utf8'))) exposed.push(path);
  }
  return checkExposedFiles(exposed);
}

const idHeader = 'x-request-id';
/** A line of log takes a moment through the engine; the answer comes by another way. */
const logDelayMs = 150;

async function followRequest(
  { context }: RehearsalRun,
  ask: Ask,
  { log, health }: Application,
): Promise<readonly Finding[]> {
  const { response } = await ask({ path: '/djdev-is-there-such-a-page/' });
  const id = response?.headers[idHeader];
  if (id === undefined) return [];
  await ask({ path: health?.path ?? '/' });
  await context.clock.sleep(logDelayMs, context.signal);
  return checkRequestId('X-Request-ID', id, log.last(200));
}

async function findReset(ask: Ask): Promise<string | undefined> {
  for (const path of resetPaths) {
    const { response } = await ask({ path });
    if (response?.status === 200 && /name="email"/u.test(response.body.toString('utf8')))
      return path;
  }
  return undefined;
}

async function countConnections(
  { context }: RehearsalRun,
  { container, processes }: Application,
  facts: SettingsFacts | undefined,
): Promise<readonly Finding[]> {
  if (!facts?.practice?.connections.some(({ alias }) => isPostgres(facts, alias))) return [];
  const gunicorn = await readGunicornSettings(context, container.id, await processes);
  if (gunicorn === undefined) return [];
  return checkConnectionCount(gunicorn, facts.practice.connections, facts.databases);
}

function isPostgres({ databases }: SettingsFacts, alias: string): boolean {
  return databases.some((one) => one.alias === alias && one.engine.includes('postgresql'));
}
