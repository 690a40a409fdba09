import { expect, test } from 'vitest';
import { detectServer } from '../../../src/reload/detect-server.ts';
import { findApplication } from '../../../src/reload/find-application.ts';

test.each([
  ['daphne -b 0.0.0.0 -p 8000 config.asgi:application', 'module config.asgi'],
  ['granian --interface wsgi --host 0.0.0.0 config.wsgi:application', 'module config.wsgi'],
  ['uwsgi --master --module=config.wsgi --http 0.0.0.0:8000', 'module config.wsgi'],
  ['uwsgi --http :8000 -w config.wsgi:application', 'module config.wsgi'],
  ['uwsgi --ini uwsgi.ini', undefined],
  ['gunicorn config.wsgi -k gevent --bind localhost:8000', 'module config.wsgi'],
  ['gunicorn -c python:config.gunicorn shop.wsgi', 'module shop.wsgi'],
  ['celery -A config beat -l INFO', 'celery config'],
  ['celery --app=config.celery:app beat', 'celery config.celery:app'],
  ['python serve.py', undefined],
])('%s', (line, expected) => {
  const found = findApplication(detectServer(line.split(' ')));
  expect(found && `${found.kind} ${found.name}`).toBe(expected);
});
