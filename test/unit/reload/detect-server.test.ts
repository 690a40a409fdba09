import { describe, expect, it } from 'vitest';
import { detectServer } from '../../../src/reload/detect-server.ts';

describe('detectServer', () => {
  it.each([
    [['gunicorn'], 'gunicorn'],
    [['/opt/venv/bin/gunicorn', 'config.wsgi', '-c', 'conf.py'], 'gunicorn'],
    [['python', '-m', 'gunicorn', 'config.wsgi'], 'gunicorn'],
    [['/entrypoint.sh', 'gunicorn', 'config.wsgi'], 'gunicorn'],
    [['tini', '--', 'gunicorn', 'config.wsgi'], 'gunicorn'],
    [['/bin/sh', '-c', 'python manage.py migrate && gunicorn config.wsgi'], 'gunicorn'],
    [['gunicorn', 'config.asgi', '-k', 'uvicorn.workers.UvicornWorker'], 'gunicorn'],
    [['uvicorn', 'config.asgi:application', '--host', '0.0.0.0'], 'uvicorn'],
    [['python', '-m', 'uvicorn', 'config.asgi:application'], 'uvicorn'],
    [['celery', '-A', 'config', 'worker', '--loglevel', 'INFO'], 'celery'],
    [['celery', '-A', 'config', 'beat'], 'celery-beat'],
    [['celery', '-A', 'config', 'flower'], 'unknown'],
    [['uwsgi', '--ini', 'uwsgi.ini'], 'uwsgi'],
    [['daphne', 'config.asgi:application'], 'daphne'],
    [['hypercorn', 'config.asgi:application'], 'hypercorn'],
    [['granian', '--interface', 'wsgi', 'config.wsgi'], 'granian'],
    [['python', 'manage.py', 'runserver', '0.0.0.0:8000'], 'runserver'],
    [['python', 'manage.py', 'qcluster'], 'unknown'],
    [['/start.sh'], 'script'],
    [['./bin/start-web'], 'script'],
    [[], 'unknown'],
  ] as const)('recognises %j as %s', (words, name) => {
    expect(detectServer(words).name).toBe(name);
  });

  it('keeps the server’s own arguments', () => {
    expect(detectServer(['sh', '-c', 'exec gunicorn config.wsgi --preload']).args).toEqual([
      'config.wsgi',
      '--preload',
    ]);
  });
});
