import { constantFrom, sample, uniqueArray } from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const command = ['gunicorn', 'site_config.wsgi', '--bind', '0.0.0.0:8000'];

/** Each file says which version of it was loaded; `load` is another each time settings are. */
const parts = {
  settings: {
    file: 'site_config/settings.py',
    text: (version: number) => `${smallProject['site_config/settings.py'] ?? ''}
import uuid
INSTALLED_APPS += ["others"]
LOAD = uuid.uuid4().hex
SETTINGS = ${version}
with open("/app/site_config/flags.txt") as file:
    FLAGS = int(file.read())
try:
    from site_config.local import LOCAL
except ImportError:
    LOCAL = 0
`,
  },
  flags: { file: 'site_config/flags.txt', text: (version: number) => `${version}` },
  local: { file: 'site_config/local.py', text: (version: number) => `LOCAL = ${version}\n` },
  apps: {
    file: 'pages/apps.py',
    text: (version: number) => `from django.apps import AppConfig
APPS = ${version}
class PagesConfig(AppConfig):
    name = "pages"
`,
  },
  models: {
    file: 'pages/models.py',
    text: (version: number) => `${smallProject['pages/models.py'] ?? ''}\nMODELS = ${version}\n`,
  },
  others: { file: 'others/models.py', text: (version: number) => `OTHERS = ${version}\n` },
  views: {
    file: 'pages/views.py',
    text: (version: number) => `import json, os
from django.conf import settings
from django.http import HttpResponse
from others.models import OTHERS
from pages.apps import APPS
from pages.models import MODELS
def ancestors(pid):
    with open(f"/proc/{pid}/stat") as file:
        parent = int(file.read().rpartition(")")[2].split()[1])
    return [pid] + (ancestors(parent) if parent > 1 else [])
def home(request):
    return HttpResponse(json.dumps({
        "settings": settings.SETTINGS, "flags": settings.FLAGS, "local": settings.LOCAL,
        "apps": APPS, "models": MODELS, "others": OTHERS, "views": ${version},
        "load": settings.LOAD, "pids": ancestors(os.getpid())}))
`,
  },
} as const;

type Part = keyof typeof parts;

const names = Object.keys(parts) as Part[];
const initial = Object.fromEntries(
  names.filter((name) => name !== 'local').map((name) => [parts[name].file, parts[name].text(1)]),
);

async function openSite(test: Awaited<ReturnType<typeof openEngineTest>>) {
  const files = {
    ...smallProject,
    ...initial,
    'others/__init__.py': '',
    'site_config/urls.py': `from django.urls import path
from pages import views
urlpatterns = [path("", views.home)]
`,
  };
  const web = await startReloadContainer(test, files, command);
  const versions: Record<Part, number> = {
    settings: 1,
    flags: 1,
    local: 0,
    apps: 1,
    models: 1,
    others: 1,
    views: 1,
  };
  const look = async () => {
    const { load, pids, ...found } = JSON.parse((await web.waitForAnswer('/')).body);
    return { load: load as string, pids: pids as number[], versions: found as object };
  };
  await look();
  return {
    versions,
    look,
    async edit(...edited: readonly Part[]) {
      const changes: Record<string, string> = {};
      for (const name of edited) {
        versions[name] += 1;
        changes[parts[name].file] = parts[name].text(versions[name]);
      }
      const result = await web.reloader.reload(await web.edit(changes));
      expect(result.error).toBeUndefined();
      const seen = await look();
      expect(seen.versions).toEqual(versions);
      return { ...seen, kind: result.kind };
    },
    run: async (program: string) => {
      const request = { command: ['python3', '-c', program], user: '0:0' };
      expect((await test.engine.execToEnd(web.id, request, test.signal)).exitCode).toBe(0);
    },
  };
}

type Site = Awaited<ReturnType<typeof openSite>>;

/** Edits models until that has gone on from the copy, which is made when there is time for it. */
async function untilCopied(site: Site, signal: AbortSignal) {
  for (;;) {
    const before = await site.look();
    const after = await site.edit('models');
    if (after.load === before.load) return after;
    await systemClock.sleep(50, signal);
  }
}

describeWithEngine('an edit of models', () => {
  it('loads the models and what follows, and never less than has changed', async () => {
    await using test = await openEngineTest();
    const site = await openSite(test);
    const copied = await untilCopied(site, test.signal);
    expect(copied.kind).toBe('warm');

    // What was loaded before is loaded anew when it changes, and not gone back to afterwards.
    for (const part of ['settings', 'flags', 'apps'] as const) {
      const before = await site.look();
      expect((await site.edit(part)).load).not.toBe(before.load);
      await untilCopied(site, test.signal);
    }
    // A new file that settings have looked for in vain.
    await site.edit('local');
    await site.edit('models', 'others');

    // The process that copies are made from is lost, and the layers with it.
    const { pids } = await untilCopied(site, test.signal);
    await site.run(`import os; os.kill(${pids[2]}, 9)`);
    await site.edit('models');
  }, 300_000);

  it('in any order with other edits serves what was saved last', async () => {
    await using test = await openEngineTest();
    const site = await openSite(test);
    await untilCopied(site, test.signal);
    const edits = uniqueArray(constantFrom(...names), { minLength: 1, maxLength: 3 });
    const sequence = sample(edits, { numRuns: 12 });
    const pauses = sample(constantFrom(0, 0, 50, 300), { numRuns: 12 });
    for (const [index, edited] of sequence.entries()) {
      await site.edit(...edited);
      await systemClock.sleep(pauses[index] ?? 0, test.signal);
    }
  }, 300_000);
});
