import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { injectDebugpy, listenForEditor } from '../../../src/reload/editor-debugging.ts';
import { DebugAdapterClient } from '../../support/debug-adapter-client.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const command = ['gunicorn', 'site_config.wsgi', '--timeout', '4', '-b', '0.0.0.0:8000'];
const { 'pages/views.py': views = '' } = smallProject;
const line = views.split('\n').findIndex((text) => text.includes('VIEW} {LABEL}')) + 1;

describeWithEngine('an editor', () => {
  it('stops at a line, and again in the process that an edit has begun', async () => {
    await using test = await openEngineTest();
    const { engine, signal, scope } = test;
    const directory = await mkdtemp(join(tmpdir(), 'djdev-test-'));
    scope.defer(() => rm(directory, { recursive: true }));
    const web = await startReloadContainer(test, smallProject, command);
    await web.waitForAnswer('/');
    const cacheFile = join(directory, 'cache', 'debugpy');
    const debugged = { engine, containerId: web.id, process: 'web', cacheFile };
    await injectDebugpy(debugged, signal);
    expect((await readFile(cacheFile, 'utf8')).length).toBeGreaterThan(1000);
    const server = await listenForEditor(debugged, 0, signal);
    scope.defer(() => void server.close());
    const { port } = server.address() as AddressInfo;

    const stopAt = async (view: string): Promise<void> => {
      await using editor = await DebugAdapterClient.connect(port);
      editor.send('initialize', { adapterID: 'djdev', pathFormat: 'path' });
      await editor.waitFor('initialize', signal);
      editor.send('attach', {
        pathMappings: [{ localRoot: '/somewhere', remoteRoot: '/app' }],
        justMyCode: true,
      });
      await editor.waitFor('initialized', signal);
      editor.send('setBreakpoints', {
        source: { path: '/somewhere/pages/views.py' },
        breakpoints: [{ line }],
      });
      editor.send('configurationDone', {});
      await editor.waitFor('attach', signal);
      const held = web.get('/');
      const { body } = await editor.waitFor('stopped', signal);
      expect(body).toMatchObject({ reason: 'breakpoint' });
      editor.send('continue', { threadId: body?.threadId });
      expect(await held).toEqual({ status: 200, body: `${view} model1 settings1` });
    };
    await stopAt('view1');
    const edited = await web.edit({ 'pages/views.py': views.replace('view1', 'view2') });
    expect(await web.reloader.reload(edited)).toMatchObject({ kind: 'layer' });
    await stopAt('view2');
  });

  it('is told what is missing where debugpy cannot be fetched, and which processes load it', async () => {
    await using test = await openEngineTest();
    const { engine, signal, scope } = test;
    const directory = await mkdtemp(join(tmpdir(), 'djdev-test-'));
    scope.defer(() => rm(directory, { recursive: true }));
    const web = await startReloadContainer(test, smallProject, ['sleep', '600'], {
      PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
      PIP_FIND_LINKS: '',
      PIP_NO_INDEX: '0',
    });
    const cacheFile = join(directory, 'debugpy');
    const debugged = { engine, containerId: web.id, process: 'web', cacheFile };
    await expect(injectDebugpy(debugged, signal)).rejects.toMatchObject({
      code: 'DJ-DEBUGPY',
      message: expect.stringContaining("image's pip could not fetch debugpy") as unknown,
    });
    // An empty zip is enough to find out that nobody takes it.
    await writeFile(cacheFile, Buffer.from(`PK\u0005\u0006${'\0'.repeat(18)}`).toString('base64'));
    await expect(injectDebugpy(debugged, signal)).rejects.toMatchObject({
      code: 'DJ-DEBUGPY',
      message: expect.stringContaining('does not reload it in layers') as unknown,
    });
  });
});
