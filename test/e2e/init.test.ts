import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { withProject } from '../support/with-project.ts';

const { 'djdev.yaml': _manifest, '.dockerignore': _ignored, ...django } = kioskFiles;

const project = {
  ...django,
  'requirements.txt':
    'Django==5.2.19\ngunicorn==23.0.0\npsycopg[binary]==3.2.9\nwhitenoise==6.9.0\n',
};

describeWithEngine('djdev init', () => {
  test('a project without Dockerfile and manifest is adopted, and rehearses', async () => {
    await using checkout = await openCheckout(await withProject(project));
    const shown = await checkout.run(['init', '--dry-run']);
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('+++ Dockerfile');
    await expect(stat(path.join(checkout.root, 'djdev.yaml'))).rejects.toThrow();

    const written = await checkout.run(['init', '--yes']);
    expect(written.exitCode, written.stderr).toBe(0);
    const { exitCode, problems, screen } = await checkout.rehearse();
    expect({ exitCode, problems }, screen).toEqual({ exitCode: 0, problems: [] });
  });

  test('nothing that is there is changed, and without a terminal nobody is asked', async () => {
    await using checkout = await openCheckout(
      await withProject({ ...project, Dockerfile: 'FROM python:3.13-slim\n' }),
    );
    const asked = await checkout.run(['init']);
    expect([asked.exitCode, asked.stderr]).toEqual([
      2,
      expect.stringContaining('There is nobody to ask which files to write.'),
    ]);
    await checkout.run(['init', '--yes']);
    await checkout.run(['init', '--yes']);
    const text = await readFile(path.join(checkout.root, 'Dockerfile'), 'utf8');
    expect(text).toBe('FROM python:3.13-slim\n');
  });
});
