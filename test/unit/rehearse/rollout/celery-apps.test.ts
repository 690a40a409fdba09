import { expect, test } from 'vitest';
import { celeryApps } from '../../../../src/rehearse/rollout/celery-apps.ts';

test.each([
  ['celery -A config worker', ['config']],
  ['celery --quiet --app=config.celery:app worker', ['config.celery:app']],
  ['/venv/bin/celery -Aconfig beat', ['config']],
  ['celery worker', []],
  ['gunicorn -A config', []],
])('%s', (command, expected) => {
  const process = {
    name: 'worker',
    command: command.split(' '),
    port: undefined,
    health: undefined,
  };
  expect(celeryApps([process, process])).toEqual(expected);
});
