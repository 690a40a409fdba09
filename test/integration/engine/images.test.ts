import { extract } from 'tar-stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { describeWithEngine, openEngineTest, testImage } from '../../support/engine.ts';

describeWithEngine('images', () => {
  test('are described', async () => {
    await using t = await openEngineTest();
    const image = await t.engine.inspectImage(testImage, t.signal);
    expect(image).toMatchObject({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      user: '',
      entrypoint: [],
      command: ['python3'],
      os: 'linux',
    });
    expect(image?.references).toContain(testImage);
    expect(image?.environment['PATH']).toMatch(/^\/usr\/local\/bin:/);
    expect(image?.bytes).toBeGreaterThan(10_000_000);
    expect(await t.engine.inspectImage('djdev-tests/no-such-image', t.signal)).toBeUndefined();
  });

  test('are tagged, listed newest first, and removed unless in use', async () => {
    await using t = await openEngineTest();
    const repository = `djdev-tests/${t.worktree}`;
    const id = (await t.engine.inspectImage(testImage, t.signal))?.id ?? '';
    t.scope.defer(async () => {
      for (const tag of ['one', 'two'])
        await t.engine.removeImage(`${repository}:${tag}`, t.signal);
    });
    await t.engine.tagImage(id, `${repository}:one`, t.signal);
    await t.engine.tagImage(id, `${repository}:two`, t.signal);
    const references = await t.engine.listImages(repository, t.signal);
    expect(references.toSorted()).toEqual([`${repository}:one`, `${repository}:two`]);
    expect(await t.engine.listImages('djdev-tests', t.signal)).toEqual([]);

    expect(await t.engine.removeImage(`${repository}:one`, t.signal)).toBe(true);
    expect(await t.engine.removeImage(`${repository}:one`, t.signal)).toBe(true);
    expect(await t.engine.listImages(repository, t.signal)).toEqual([`${repository}:two`]);
  });

  test('in use stay', async () => {
    await using t = await openEngineTest();
    const reference = `djdev-tests/${t.worktree}:used`;
    const seed = { name: t.nameFor('seed'), image: testImage, ownership: t.ownership('seed') };
    const seedId = await t.engine.createContainer({ ...seed, lifeline: 'none' }, t.signal);
    // An image of its own, so that removing its only tag would remove the image.
    const { http } = t.engine.connection;
    const query = { container: seedId, repo: `djdev-tests/${t.worktree}`, tag: 'used' };
    const reply = await http.request('POST', '/commit', { query }, t.signal);
    reply.body.resume();
    const user = { name: t.nameFor('user'), image: reference, ownership: t.ownership('user') };
    const userId = await t.engine.createContainer({ ...user, lifeline: 'none' }, t.signal);
    expect(await t.engine.removeImage(reference, t.signal)).toBe(false);
    await t.engine.removeContainer(userId, t.signal);
    expect(await t.engine.removeImage(reference, t.signal)).toBe(true);
  });

  test('are saved as one tar', async () => {
    await using t = await openEngineTest();
    const names: string[] = [];
    const unpacking = extract();
    unpacking.on('entry', (header, stream, next) => {
      names.push(header.name);
      stream.resume().on('end', next);
    });
    await pipeline(await t.engine.saveImage(testImage, t.signal), unpacking);
    expect(names).toContain('manifest.json');
  });

  test('that no registry has, or whose registry does not answer, are not found', async () => {
    await using t = await openEngineTest();
    const lines: string[] = [];
    const pulling = t.engine.pullImage(
      '127.0.0.1:1/no-such-image:1',
      (line) => lines.push(line),
      t.signal,
    );
    await expect(pulling).rejects.toMatchObject({
      code: 'DJ-IMAGE-NOT-FOUND',
      message: expect.stringContaining('127.0.0.1:1/no-such-image:1'),
      hint: expect.stringContaining('docker load'),
    });
  });

  test('the disk that holds them is measured where the engine is on this machine', async () => {
    await using t = await openEngineTest();
    const { freeBytes = 0, totalBytes = 0 } = await t.engine.diskUsage(t.signal);
    expect(freeBytes).toBeLessThanOrEqual(totalBytes);
  });
});
