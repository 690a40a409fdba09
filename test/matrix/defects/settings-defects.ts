import type { Defect } from '../defect.ts';

const production = 'config/settings/production.py';

/** Production settings that cannot be imported, or that say the wrong thing. */
export const settingsDefects: readonly Defect[] = [
  {
    id: 'debug-on',
    base: 'shop',
    change: '`DEBUG = True` in the production settings',
    edits: [{ file: production, from: 'DEBUG = False', to: 'DEBUG = True' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'fail',
      title: 'security.W018: …',
      fix: 'DEBUG = False',
    },
  },
  {
    id: 'setting-without-variable',
    base: 'shop',
    change: '`STRIPE_KEY = os.environ["STRIPE_KEY"]`, and the manifest does not declare it',
    edits: [{ file: production, append: 'import os\nSTRIPE_KEY = os.environ["STRIPE_KEY"]\n' }],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title: '…STRIPE_KEY…',
      fix: 'STRIPE_KEY',
    },
  },
  {
    id: 'no-logging',
    base: 'kiosk',
    silent: 'default-logging',
    change: 'no LOGGING: with DEBUG off, Django’s own shows no error',
    edits: [
      {
        file: 'kiosk/settings.py',
        from: 'SECURE_PROXY_SSL_HEADER',
        to: 'LOGGING = {}\nSECURE_PROXY_SSL_HEADER',
      },
    ],
    only: ['settings'],
    found: {
      code: 'errors-not-logged',
      level: 'fail',
      title: 'Errors leave no line in the log: nothing that “…” writes is seen.',
      fix: 'LOGGING = {',
    },
  },
];
