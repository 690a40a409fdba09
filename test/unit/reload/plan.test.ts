import { describe, expect, it } from 'vitest';
import { planReload } from '../../../src/reload/plan.ts';

const image = { entrypoint: [], command: ['gunicorn', 'config.wsgi'], environment: {} };

describe('planReload', () => {
  it('layers gunicorn, and leaves its command line alone', () => {
    expect(planReload({ command: undefined }, image)).toEqual({
      server: 'gunicorn',
      method: { type: 'layers', otherwise: { type: 'signal', processSignal: 'SIGHUP' } },
      application: { kind: 'module', name: 'config.wsgi' },
      environment: {
        PYTHONPATH: '/run/djdev/python',
        PYTHONBREAKPOINT: 'djdev_reload.debugger.stop',
      },
      tmpfs: { '/run/djdev/state': 'mode=1777,size=64m' },
      notes: [],
    });
  });

  it('keeps the image’s PYTHONPATH behind its own, and its debugger', () => {
    const plan = planReload(
      { command: undefined },
      { ...image, environment: { PYTHONPATH: '/app/src', PYTHONBREAKPOINT: 'ipdb.set_trace' } },
    );
    expect(plan.environment).toEqual({
      PYTHONPATH: '/run/djdev/python:/app/src',
      PYTHONBREAKPOINT: 'ipdb.set_trace',
    });
  });

  it('prefers the process’s command to the image’s', () => {
    const plan = planReload({ command: ['daphne', 'config.asgi:application'] }, image);
    expect(plan).toMatchObject({
      server: 'daphne',
      method: { type: 'restart' },
      notes: [{ code: 'restart', text: 'Each edit of code restarts daphne.' }],
    });
  });

  it.each([
    [['gunicorn', '--preload', 'config.wsgi'], { type: 'layers', otherwise: { type: 'restart' } }],
    [['hypercorn', 'config.asgi'], { type: 'layers', otherwise: { type: 'restart' } }],
    [['/start.sh'], { type: 'layers', otherwise: { type: 'restart' } }],
    [['granian', 'config.wsgi'], { type: 'signal', processSignal: 'SIGHUP' }],
    [['uwsgi', '--master', '--http', ':8000'], { type: 'signal', processSignal: 'SIGHUP' }],
    [['uwsgi', '--http', ':8000'], { type: 'restart' }],
    [['python', 'manage.py', 'runserver'], { type: 'own' }],
    [['python', 'manage.py', 'runserver', '--noreload'], { type: 'restart' }],
    [['./serve'], { type: 'restart' }],
  ] as const)('reloads %j by %j', (command, method) => {
    expect(planReload({ command }, image).method).toEqual(method);
  });
});
