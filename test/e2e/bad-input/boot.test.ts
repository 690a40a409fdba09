import { test } from 'vitest';
import { openKiosk } from '../../support/checkout.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { kioskFiles, kioskManifest } from '../../support/kiosk.ts';

const wsgi = kioskFiles['kiosk/wsgi.py'];

// The wait for an answer is what takes time here, and waiting can be done side by side.
describeWithEngine('an application that does not come up', { concurrent: true }, () => {
  test('it crashes', async ({ expect }) => {
    const crash = `${wsgi}dsn = os.environ["SENTRY_DSN"]\n`;
    await using kiosk = await openKiosk({ 'kiosk/wsgi.py': crash });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail boot-crashed'],
    ]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ The production process ended with exit code 3 after TIME.
          Its last lines:
            [DATE] [PID] [INFO] Starting gunicorn 27.0.1
            [DATE] [PID] [INFO] Listening at: http://0.0.0.0:8000 (1)
            [DATE] [PID] [INFO] Using worker: sync
            [DATE] [PID] [INFO] Booting worker with pid: PID
            [DATE] [PID] [ERROR] Exception in worker process
            Traceback (most recent call last):
              … N frames in libraries
              File "/app/kiosk/wsgi.py", line 5, in <module>
                dsn = os.environ["SENTRY_DSN"]
                      ~~~~~~~~~~^^^^^^^^^^^^^^
              … N frames in libraries
            KeyError: 'SENTRY_DSN'
            'SENTRY_DSN'
            [DATE] [PID] [INFO] Worker exiting (PID)
            [DATE] [PID] [ERROR] Worker (PID) exited with code 3.
            [DATE] [PID] [ERROR] Shutting down: Master
            [DATE] [PID] [ERROR] Reason: Worker failed to boot.
        → Production needs SENTRY_DSN. Declare it under app.env in djdev.yaml, with a
          value, from an env file, or with “generate: true”.
        boot  boot-crashed"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('it never answers', async ({ expect }) => {
    const hang = `print("Waiting for the message broker.")\nimport time; time.sleep(600)\n${wsgi}`;
    await using kiosk = await openKiosk({ 'kiosk/wsgi.py': hang });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail boot-timeout'],
    ]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ Nothing answered on port 8000 within TIME.
          The process listens on 0.0.0.0:8000, but does not answer HTTP requests.
          Its last lines:
            [DATE] [PID] [INFO] Starting gunicorn 27.0.1
            [DATE] [PID] [INFO] Listening at: http://0.0.0.0:8000 (1)
            [DATE] [PID] [INFO] Using worker: sync
            [DATE] [PID] [INFO] Booting worker with pid: PID
            Waiting for the message broker.
        → A worker may hang while it starts, for example on a host that does not
          answer.
        boot  boot-timeout"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('it listens where only its own container can reach it', async ({ expect }) => {
    await using kiosk = await openKiosk({
      'djdev.yaml': kioskManifest.replace(
        'web: {',
        'web: { command: "gunicorn kiosk.wsgi --bind 127.0.0.1:8000 --no-control-socket",',
      ),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.problems]).toEqual([1, ['fail boot-timeout']]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ Nothing answered on port 8000 within TIME.
          The process listens on 127.0.0.1:8000: only from inside its container.
          Its last lines:
            [DATE] [PID] [INFO] Starting gunicorn 27.0.1
            [DATE] [PID] [INFO] Listening at: http://127.0.0.1:8000 (1)
            [DATE] [PID] [INFO] Using worker: sync
            [DATE] [PID] [INFO] Booting worker with pid: PID
        → Bind to all addresses: 0.0.0.0:8000 instead of 127.0.0.1:8000.
        boot  boot-timeout"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('it listens on another port', async ({ expect }) => {
    await using kiosk = await openKiosk({
      'djdev.yaml': kioskManifest.replace(
        'web: {',
        'web: { command: "gunicorn kiosk.wsgi --bind 0.0.0.0:9000 --no-control-socket",',
      ),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.problems]).toEqual([1, ['fail boot-timeout']]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ Nothing answered on port 8000 within TIME.
          The process listens on 0.0.0.0:9000, not on port 8000.
          Its last lines:
            [DATE] [PID] [INFO] Starting gunicorn 27.0.1
            [DATE] [PID] [INFO] Listening at: http://0.0.0.0:9000 (1)
            [DATE] [PID] [INFO] Using worker: sync
            [DATE] [PID] [INFO] Booting worker with pid: PID
        → Set the port of the process in djdev.yaml to 9000, or bind to 8000.
        boot  boot-timeout"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });
});
