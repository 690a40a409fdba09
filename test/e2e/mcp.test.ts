import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  getDefaultEnvironment,
  StdioClientTransport,
} from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const canary = 'canary-2Hk8-0123456789';

/** Writes what it should not: its own secret. */
const worker = `import json, os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
print(json.dumps({"level": "info", "message": "began with " + os.environ["API_TOKEN"]}), flush=True)
print(json.dumps({"level": "error", "message": "no such basket"}), flush=True)
while True:
    time.sleep(60)
`;

interface Session extends AsyncDisposable {
  readonly client: Client;
  /** What was not a message of the protocol. */
  readonly errors: readonly unknown[];
  /** The text of a tool's answer, and whether it is an error. */
  readonly call: (
    name: string,
    input?: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly text: string; readonly isError: boolean }>;
  readonly progress: readonly string[];
}

describeWithEngine('djdev mcp', () => {
  let kiosk: Checkout;
  const env = { API_TOKEN: canary };

  const open = async (args: readonly string[] = []): Promise<Session> => {
    const errors: unknown[] = [];
    const progress: string[] = [];
    const client = new Client({ name: 'test', version: '1' });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    client.onerror = (error) => errors.push(error);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [djdev, 'mcp', ...args],
      cwd: kiosk.root,
      env: {
        ...getDefaultEnvironment(),
        ...env,
        XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '',
      },
      stderr: 'pipe',
    });
    await client.connect(transport);
    return {
      client,
      errors,
      progress,
      async call(name, input = {}) {
        const answer = await client.callTool({ name, arguments: { ...input } }, undefined, {
          timeout: 240_000,
          onprogress: ({ message = '' }) => progress.push(message),
        });
        const [content] = answer.content as readonly { readonly text: string }[];
        return { text: content?.text ?? '', isError: answer.isError === true };
      },
      [Symbol.asyncDispose]: () => client.close(),
    };
  };

  beforeAll(async () => {
    const manifest = upManifest.replace(
      'SECRET_KEY: { generate: true }',
      'SECRET_KEY: { generate: true }\n    API_TOKEN: { secret: true }',
    );
    kiosk = await openUpKiosk({ 'djdev.yaml': manifest, 'worker.py': worker });
    const up = await kiosk.run(['up', '-d', '--migrate'], env);
    if (up.exitCode !== 0) throw new Error(up.stderr);
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('without leave it only looks', async () => {
    await using session = await open();
    const { tools } = await session.client.listTools();
    expect(tools.map(({ name, annotations }) => `${name} ${annotations?.readOnlyHint}`)).toEqual([
      'status true',
      'logs true',
      'findings true',
      'explain true',
    ]);
    expect(session.client.getServerVersion()?.name).toBe('djdev');
    expect(await session.call('reload')).toEqual({
      text: 'reload changes what runs, which this server may not. Start it with: djdev mcp --allow-changes.',
      isError: true,
    });
    expect(await session.call('sh', { command: 'id' })).toEqual({
      text: 'There is no tool sh.',
      isError: true,
    });
    expect(session.errors).toEqual([]);
  });

  test('status, logs and explain answer; secrets are redacted', async () => {
    await using session = await open();
    const status = JSON.parse((await session.call('status')).text);
    const named: readonly { name: string; running: boolean }[] = status.containers;
    expect(named.map(({ name, running }) => `${name} ${running}`).toSorted()).toEqual([
      'postgres true',
      'web true',
      'worker true',
    ]);
    const logs = await session.call('logs', { process: 'worker' });
    expect(logs.isError).toBe(false);
    expect(logs.text).toContain('began with [redacted]');
    expect(logs.text).toContain('no such basket');
    const errors = await session.call('logs', { process: 'worker', level: 'error' });
    expect(errors.text).not.toContain('began with');
    expect((await session.call('logs', { grep: 'nothing like this' })).text).toBe('No line fits.');
    const explained = JSON.parse(
      (await session.call('explain', { code: 'image-runs-as-root' })).text,
    );
    expect(explained.kind).toBe('finding');
    expect(session.errors).toEqual([]);
  });

  test('what cannot be done is told, and an input is never a flag', async () => {
    await using session = await open();
    const hostile = await session.call('logs', { process: '--host=tcp://elsewhere:1' });
    expect(hostile).toEqual({
      text: '“process” does not fit ^[a-z][a-z0-9_-]*$.',
      isError: true,
    });
    expect(await session.call('status', { more: 1 })).toEqual({
      text: 'There is no input “more”.',
      isError: true,
    });
    const missing = await session.call('logs', { process: 'nobody' });
    expect(missing.isError).toBe(true);
    expect(missing.text).toContain('nobody');
    const findings = await session.call('findings');
    expect(findings.isError).toBe(true);
    expect(findings.text).toBe(
      'No rehearsal of this checkout has been kept. Run djdev rehearse, or name the directory of a report. (DJ-REPORT-NOT-FOUND)',
    );
    expect(session.errors).toEqual([]);
  });

  test('with leave it restarts and rehearses, and tells of its progress', async () => {
    await using session = await open(['--allow-changes']);
    const { tools } = await session.client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint === false)).toHaveLength(3);
    const starts = async (): Promise<number> => {
      const { text } = await session.call('logs', { process: 'worker', grep: 'began with' });
      return text.match(/began with \[redacted\]/gu)?.length ?? 0;
    };
    const before = await starts();
    const reloaded = await session.call('reload', { process: 'worker' });
    expect({ ...reloaded, text: '' }).toEqual({ text: '', isError: false });
    await vi.waitUntil(async () => (await starts()) === before + 1, { timeout: 60_000 });
    const smoked = JSON.parse((await session.call('smoke')).text);
    expect(smoked.steps.map(({ id }: { id: string }) => id)).toContain('smoke');
    expect(smoked.verdict).toBe('pass');
    const rehearsed = await session.call('rehearse', { only: 'image' });
    const report = JSON.parse(rehearsed.text);
    expect(report.verdict).toMatch(/^(?:pass|fail)$/u);
    expect(report.steps.map(({ id }: { id: string }) => id)).toContain('image');
    expect(session.progress.slice(0, 2)).toEqual(['preflight', 'build']);
    const kept = JSON.parse((await session.call('findings')).text);
    expect(kept.findings).toEqual(report.findings);
    expect(`${rehearsed.text}${session.progress.join('')}`).not.toContain(canary);
    expect(session.errors).toEqual([]);
  });

  test('a client that goes leaves nothing of a rehearsal behind', async () => {
    const before = await kiosk.listLeftovers();
    const child = spawn(process.execPath, [djdev, 'mcp', '--allow-changes'], {
      cwd: kiosk.root,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const closed = once(child, 'close');
    const send = (message: object): void =>
      void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'test', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    send({ id: 1, method: 'initialize', params });
    send({ method: 'notifications/initialized' });
    const call = { name: 'rehearse', arguments: {}, _meta: { progressToken: 1 } };
    send({ id: 2, method: 'tools/call', params: call });
    for await (const line of createInterface(child.stdout)) {
      if (line.includes('"message":"database"')) break;
    }
    child.stdin.end();
    child.stdout.resume();
    expect(await closed).toEqual([0, null]);
    expect(await kiosk.listLeftovers()).toEqual(before);
  });
});
