import { beforeAll, afterAll, expect, test } from 'vitest';
import { measureContainer } from '../../../src/parity/measure-side.ts';
import { digestRounds, newSalt, type ProbeOptions } from '../../../src/parity/probe-program.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { buildKioskBase } from '../../support/kiosk-base.ts';

/** One thing that no answer may hold, in every form in which it is planted. */
const canary = 'canary-4Wz9';
const options: ProbeOptions = {
  salt: newSalt(),
  rounds: digestRounds,
  database: true,
  timeoutSeconds: 100,
};

const settings = `
import os
from datetime import timedelta
DEBUG = False
SECRET_KEY = "${canary}-key-0123456789"
STRIPE = {"accessKey": "sk", "api-key": "${canary}-stripe", "timeout": 5, "keys": ["${canary}-list"]}
WEBHOOK = "${canary}-without-a-telling-name"
HOOKS = ["${canary}-in-a-list", {"url": "https://u:${canary}@hooks.example.com/"}]
BY_KEY = {"${canary}-0123456789": "customer"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                      "LOCATION": "redis://:${canary}-redis@cache:6379/0"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:",
                         "PASSWORD": "${canary}-password"}}
DEBUG_FUNCTION = os.path.join
LIFETIME = timedelta(hours=2)
print("${canary} on stdout")
`;

describeWithEngine('the program that describes a container', () => {
  let engineTest: EngineTest;
  let container: string;
  const write = async (path: string, text: string): Promise<void> => {
    const { engine, signal } = engineTest;
    const code = 'import sys; open(sys.argv[1], "w").write(sys.stdin.read())';
    const command = ['python3', '-c', code, path];
    const done = await engine.execToEnd(container, { command, input: text }, signal);
    expect(done.exitCode).toBe(0);
  };
  const measure = () => measureContainer(engineTest.engine, container, options, engineTest.signal);

  beforeAll(async () => {
    const image = await buildKioskBase();
    engineTest = await openEngineTest(240_000);
    const { engine, signal, nameFor, ownership } = engineTest;
    container = await engine.createContainer(
      {
        name: nameFor('described'),
        image,
        ownership: ownership('described'),
        workingDirectory: '/srv/app',
        user: '0:0',
        entrypoint: ['python3', '-O', '-c', 'import time; time.sleep(600)'],
        command: [
          '--password',
          `${canary}-flag`,
          `--api-key=${canary}-flag2`,
          `--dsn=x://u:${canary}@h/`,
        ],
        environment: {
          DJANGO_SETTINGS_MODULE: 'config',
          API_TOKEN: `${canary}-token`,
          PLAIN: `${canary}-plain`,
          URL: `amqp://guest:${canary}-url@queue/`,
          LOG_LEVEL: 'debug',
        },
        lifeline: 'none',
      },
      signal,
    );
    await engine.startContainer(container, signal);
    await write('/srv/app/config.py', settings);
    await write('/srv/app/.env', `KEY=${canary}-file`);
    await write('/srv/app/server.pem', `${canary}-pem`);
  });
  afterAll(async () => {
    await engineTest?.[Symbol.asyncDispose]();
  });

  test('tells what cannot be a secret, and of all else only that it is there', async () => {
    const facts = await measure();
    expect(JSON.stringify(facts)).not.toContain('canary');
    const digest = { digest: expect.stringMatching(/^[0-9a-f]{32}$/u) };
    expect(facts.environment).toMatchObject({
      API_TOKEN: { secret: true, isSet: true },
      PLAIN: digest,
      URL: { secret: true, isSet: true, scheme: 'amqp' },
      LOG_LEVEL: { value: 'debug' },
      DJANGO_SETTINGS_MODULE: { value: 'config' },
    });
    const { values = {}, origins = {} } = facts.settings;
    expect(values).toMatchObject({
      DEBUG: { value: false },
      SECRET_KEY: { secret: true, isSet: true },
      'STRIPE.accessKey': { secret: true, isSet: true },
      'STRIPE.api-key': { secret: true, isSet: true },
      'STRIPE.timeout': { value: 5 },
      'STRIPE.keys': { secret: true, isSet: true },
      WEBHOOK: digest,
      'HOOKS[0]': digest,
      'HOOKS[1].url': { secret: true, isSet: true, scheme: 'https' },
      'CACHES.default.BACKEND': { value: 'django.core.cache.backends.redis.RedisCache' },
      'CACHES.default.LOCATION': { secret: true, isSet: true, scheme: 'redis' },
      'DATABASES.default.PASSWORD': { secret: true, isSet: true },
      DEBUG_FUNCTION: { value: 'posixpath.join' },
      LIFETIME: { value: '2:00:00' },
    });
    expect(origins['WEBHOOK']).toBe('config.py:7');
    expect(facts.command).toEqual([
      'python3',
      '-O',
      '-c',
      'import time; time.sleep(600)',
      '--password',
      '[redacted]',
      '--api-key=[redacted]',
      '--dsn=[redacted]',
    ]);
    expect(facts.python.optimize).toBe(1);
    expect(facts.files.digests['/srv/app/.env']).toBe('secret');
    expect(facts.files.digests['/srv/app/server.pem']).toBe('secret');
    expect(facts.database).toEqual({ engine: 'django.db.backends.sqlite3' });
    expect(facts.packages['django']?.version).toMatch(/^\d/u);
  });

  test('an error is told by its class and place, because its message may hold anything', async () => {
    await write('/srv/app/config.py', `raise ValueError("bad value: ${canary}")\n`);
    const facts = await measure();
    expect(JSON.stringify(facts)).not.toContain('canary');
    expect(facts.settings).toEqual({ module: 'config', problem: 'ValueError at config.py:1' });
    expect(facts.database).toBeUndefined();
  });
});
