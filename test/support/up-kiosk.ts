import { type Checkout, openKiosk } from './checkout.ts';
import { buildKioskBase } from './kiosk-base.ts';
import { kioskDockerfile, kioskFiles } from './kiosk.ts';

const local = `from kiosk.settings import *
DEBUG = True
ALLOWED_HOSTS = ["localhost"]
SECURE_SSL_REDIRECT = False
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
`;

/** Counts in JSON, so that gaps and repetitions in what is shown of it can be seen. */
const worker = `import json, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
n = 0
while True:
    n += 1
    print(json.dumps({"level": "info" if n % 5 else "error", "message": "tick %d" % n}), flush=True)
    time.sleep(0.02)
`;

/** The manifest of a kiosk with development settings and a worker. */
export const upManifest = `name: kiosk
app:
  settings: { dev: kiosk.local, prod: kiosk.settings }
  env:
    SECRET_KEY: { generate: true }
processes:
  web: { port: 8000, health: /healthz/ }
  worker: { command: python worker.py }
services:
  postgres: { version: "17" }
rehearse:
  release: [python manage.py migrate --noinput]
`;

/** A kiosk to develop: with settings for it, a worker that writes JSON, and a second directory. */
export async function openUpKiosk(
  changes: Readonly<Record<string, string>> = {},
): Promise<Checkout> {
  // Development serves static files without collecting them, so nothing has to run in a build.
  const dockerfile = kioskDockerfile(await buildKioskBase()).replace(/^RUN .*\n/mu, '');
  return await openKiosk({
    Dockerfile: dockerfile,
    'djdev.yaml': upManifest,
    'kiosk/local.py': local,
    'worker.py': worker,
    'stock/tests.py': `from django.test import TestCase

class StockTest(TestCase):
    def test_items(self):
        from stock.models import Item
        self.assertEqual(Item.objects.count(), 3)
`,
    '.dockerignore': kioskFiles['.dockerignore'],
    ...changes,
  });
}
