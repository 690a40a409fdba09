import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { loadProject } from '../../src/project/load-project.ts';
import { imageRepository } from '../../src/stack/image-repository.ts';
import { describeWithEngine, openEngineTest, testImage } from '../support/engine.ts';
import { lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { removeOfTest } from '../support/sweep.ts';
import { smallestProject, withProject } from '../support/with-project.ts';

const files = { ...smallestProject, 'djdev.yaml': 'name: kiosk\n' };

/** A checkout with a container, a network, a volume and an image of djdev on the engine. */
async function openCheckout() {
  const project = await withProject(files);
  const test = await openEngineTest();
  const { engine, signal, nameFor } = test;
  const { id } = await loadProject({ cwd: project.root, shell: {} });
  test.scope.defer(() => removeOfTest(engine, id));
  const ownership = { project: 'kiosk', session: 's', role: 'web', worktree: id, persistent: true };
  const image = `${imageRepository({ id })}:tag`;
  await engine.tagImage(testImage, image, signal);
  test.scope.defer(async () => void (await engine.removeImage(image, AbortSignal.timeout(30_000))));
  await engine.createNetwork(nameFor('net'), ownership, signal);
  await engine.createVolume(nameFor('data'), ownership, signal);
  const container = await engine.createContainer(
    {
      name: nameFor('web'),
      image,
      ownership,
      command: ['sleep', '600'],
      network: nameFor('net'),
      volumes: { '/data': nameFor('data') },
      lifeline: 'none',
    },
    signal,
  );
  await engine.startContainer(container, signal);
  const left = async (): Promise<readonly string[]> =>
    (await engine.listOwned({ worktree: id }, signal)).map(({ kind }) => kind).toSorted();
  return {
    id,
    root: project.root,
    image,
    nameFor,
    left,
    images: () => engine.listImages(imageRepository({ id }), signal),
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

describeWithEngine('djdev down', () => {
  test('removes containers and networks, and says what it keeps', async () => {
    await using checkout = await openCheckout();
    const { nameFor, image } = checkout;
    const { exitCode, stdout, stderr } = await runDjdev(['down'], { cwd: checkout.root });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      `Removed container ${nameFor('web')}\n` +
        `Removed network ${nameFor('net')}\n` +
        `Kept volume ${nameFor('data')}: it holds data, --volumes removes it\n` +
        `Kept image ${image}: --rmi removes it\n`,
    );
    expect(await checkout.left()).toEqual(['volume']);
    expect(await checkout.images()).toEqual([image]);
  });

  test('--dry-run removes nothing', async () => {
    await using checkout = await openCheckout();
    const { exitCode, stdout } = await runDjdev(['down', '-v', '--rmi', '--dry-run', '--json'], {
      cwd: checkout.root,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(lastLine(stdout))).toMatchObject({ dryRun: true, kept: [] });
    expect(await checkout.left()).toEqual(['container', 'network', 'volume']);
    expect(await checkout.images()).toEqual([checkout.image]);
  });

  test('--worktree finds what belongs to a checkout that was deleted', async () => {
    await using checkout = await openCheckout();
    const { id } = checkout;
    const away = { cwd: tmpdir() };
    const unknown = await runDjdev(['down', '--worktree', 'nobody-000000'], away);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain(id);
    await rm(checkout.root, { recursive: true });
    const down = await runDjdev(['down', '--worktree', id, '-v', '--rmi', '-y'], away);
    expect(down.exitCode).toBe(0);
    expect([await checkout.left(), await checkout.images()]).toEqual([[], []]);
  });

  test('--volumes and --rmi remove data and images too; then there is nothing left', async () => {
    await using checkout = await openCheckout();
    const args = ['down', '-v', '--rmi', '--json'];
    const { exitCode, stdout } = await runDjdev(args, { cwd: checkout.root });
    expect(exitCode).toBe(0);
    expect(JSON.parse(lastLine(stdout))).toEqual({
      version: 1,
      project: 'kiosk',
      dryRun: false,
      removed: [
        { kind: 'container', name: checkout.nameFor('web') },
        { kind: 'network', name: checkout.nameFor('net') },
        { kind: 'volume', name: checkout.nameFor('data') },
        { kind: 'image', name: checkout.image },
      ],
      kept: [],
    });
    expect(await checkout.left()).toEqual([]);
    const again = await runDjdev(['down'], { cwd: checkout.root });
    expect(again.stdout).toBe('Nothing on the engine belongs to this checkout of kiosk.\n');
  });

  test('another checkout of the same project is left alone', async () => {
    await using checkout = await openCheckout();
    await using other = await withProject(files);
    const { stdout } = await runDjdev(['down', '-v', '--rmi'], { cwd: other.root });
    expect(stdout).toBe('Nothing on the engine belongs to this checkout of kiosk.\n');
    expect(await checkout.left()).toEqual(['container', 'network', 'volume']);
  });
});
