import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nameFiles } from '../../../src/presets/preset.ts';
import { listPresets, readPreset } from '../../../src/presets/read-preset.ts';
import { withProject } from '../../support/with-project.ts';

test('the presets of djdev are complete projects', async () => {
  const presets = await listPresets();
  expect(presets.map(({ name }) => name)).toEqual(['api', 'asgi', 'celery', 'minimal', 'wagtail']);
  for (const { name } of presets) {
    const files = nameFiles(await readPreset(name, '/'), 'shop');
    const paths = files.map((file) => file.path);
    for (const needed of ['manage.py', 'Dockerfile', '.dockerignore', '.gitignore', 'djdev.yaml'])
      expect(paths, `${name} has ${needed}`).toContain(needed);
    expect(files.filter(({ text }) => text.includes('PROJECT_NAME'))).toEqual([]);
  }
});

test('a preset of one’s own extends another, leaves out and replaces', async () => {
  await using project = await withProject({
    'ours/preset.yaml': 'summary: ours\nextends: ../base\nwithout: [docs]\n',
    'ours/files/a.txt': 'PROJECT_NAME, ours',
    'base/preset.yaml': 'summary: base\n',
    'base/files/a.txt': 'base',
    'base/files/docs/x.md': '',
    'base/files/dot-config/PROJECT_NAME.sh': 'b',
  });
  await chmod(path.join(project.root, 'base/files/dot-config/PROJECT_NAME.sh'), 0o755);
  const files = nameFiles(await readPreset('./ours', project.root), 'shop');
  expect(files).toEqual([
    { path: '.config/shop.sh', text: 'b', isExecutable: true },
    { path: 'a.txt', text: 'shop, ours', isExecutable: false },
  ]);
});

test('what cannot be used is told', async () => {
  await using project = await withProject({
    'circle/preset.yaml': 'summary: a\nextends: ../circle\n',
    'wrong/preset.yaml': 'title: a\n',
  });
  const reading = (reference: string) => readPreset(reference, project.root);
  await expect(reading('minimum')).rejects.toMatchObject({ hint: 'Did you mean “minimal”?' });
  await expect(reading('./circle')).rejects.toThrow('extends itself');
  await expect(reading('./wrong')).rejects.toThrow('needs a summary');
  await expect(reading('./nowhere')).rejects.toThrow('has no preset.yaml');
});
