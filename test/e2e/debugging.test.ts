import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { DebugAdapterClient } from '../support/debug-adapter-client.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { lastLine } from '../support/spawn-djdev.ts';
import { openUpKiosk } from '../support/up-kiosk.ts';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));

/** A kiosk whose page `stop/` reaches a breakpoint. */
const urls = kioskFiles['kiosk/urls.py'].replace(
  'urlpatterns = [',
  `def stop(request):
    word = "held"
    breakpoint()
    return HttpResponse(word)

urlpatterns = [path("stop/", stop), `,
);

describeWithEngine('debugging', () => {
  let kiosk: Checkout;
  let url = '';
  beforeAll(async () => {
    kiosk = await openUpKiosk({ 'kiosk/urls.py': urls });
    const { exitCode, stdout } = await kiosk.run(['up', '-d', '--migrate']);
    expect(exitCode).toBe(0);
    url = lastLine(stdout);
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('attach waits for a breakpoint, and is its terminal', async () => {
    const attached = spawn(process.execPath, [djdev, 'attach'], { cwd: kiosk.root });
    const shown = text(attached.stdout);
    let said = '';
    attached.stderr.setEncoding('utf8');
    attached.stderr.on('data', (words: string) => (said += words));
    while (!said.includes('Waiting for a breakpoint() in web, worker.')) {
      await once(attached.stderr, 'data', { signal: AbortSignal.timeout(60_000) });
    }
    const held = fetch(`${url}stop/`);
    attached.stdin.end('p word\nword = "changed"\nc\n');
    expect(await (await held).text()).toBe('changed');
    const [exitCode] = (await once(attached, 'close')) as [number];
    expect(exitCode).toBe(0);
    expect(await shown).toContain("(Pdb) 'held'");
  });

  test('attach says what does not run', async () => {
    expect((await kiosk.run(['attach', 'postgres'])).exitCode).toBe(3);
    expect((await kiosk.run(['attach', 'no-such-process'])).exitCode).toBe(2);
  });

  test('debug leads an editor to the process, and writes how', async () => {
    const port = await findFreePort();
    await using debug = kiosk.start(['debug', '--port', String(port), '--write-launch']);
    await debug.waitForLine(/can be debugged at 127\.0\.0\.1/, 120_000);
    const launch = JSON.parse(await readFile(join(kiosk.root, '.vscode/launch.json'), 'utf8'));
    expect(launch.configurations).toMatchObject([{ type: 'debugpy', connect: { port } }]);
    await using editor = await DebugAdapterClient.connect(port);
    editor.send('initialize', { adapterID: 'djdev' });
    const signal = AbortSignal.timeout(60_000);
    expect(await editor.waitFor('initialize', signal)).toMatchObject({ success: true });
    debug.child.kill('SIGINT');
    expect((await debug.exited).exitCode).toBe(130);
  });
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
