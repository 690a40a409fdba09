import type { Defect } from '../defect.ts';

/** What happens from the start of the production process to its end. */
export const lifecycleDefects: readonly Defect[] = [
  {
    id: 'connections-kept-unchecked',
    base: 'kiosk',
    silent: 'kept-connections',
    change: 'CONN_MAX_AGE 600 without CONN_HEALTH_CHECKS, and the database is restarted',
    edits: [
      {
        file: 'kiosk/settings.py',
        from: '    "PASSWORD": ',
        to: '    "CONN_MAX_AGE": 600,\n    "PASSWORD": ',
      },
    ],
    only: ['recovery'],
    found: {
      code: 'database-restart-fails',
      level: 'fail',
      title: 'After a restart of the database …',
      fix: 'CONN_HEALTH_CHECKS = True',
    },
    also: ['warn connections-not-checked'],
  },
];
