import { expect, test } from 'vitest';
import { completeWords } from '../../../src/cli/completion/complete-words.ts';
import { findManagementCommands } from '../../../src/cli/completion/management-commands.ts';
import { withProject } from '../../support/with-project.ts';

const source = {
  containers: async () => ['web', 'worker', 'postgres'],
  managementCommands: async () => ['migrate', 'makemigrations', 'seed'],
};

const complete = (...words: string[]) => completeWords(words, source);

test('commands, options and the values of options', async () => {
  expect(await complete('reh')).toEqual(['rehearse']);
  expect(await complete('')).toContain('up');
  expect(await complete('rehearse', '--fail')).toEqual(['--fail-on']);
  expect(await complete('rehearse', '--fail-on', '')).toEqual(['warn', 'fail']);
  expect(await complete('-C', 'shop', 'rehearse', '--ke')).toEqual(['--keep']);
  expect(await complete('completion', 'z')).toEqual(['zsh']);
});

test('names of the project', async () => {
  expect(await complete('logs', 'w')).toEqual(['web', 'worker']);
  expect(await complete('manage', 'm')).toEqual(['migrate', 'makemigrations']);
});

test('what a program takes is left to the shell', async () => {
  expect(await complete('manage', 'migrate', '')).toEqual([]);
  expect(await complete('rehearse', '--report', '')).toEqual([]);
});

test('the project’s own management commands', async () => {
  await using project = await withProject({
    'shop/management/commands/seed.py': '',
    'shop/management/commands/__init__.py': '',
    'shop/management/commands/_base.py': '',
  });
  const found = await findManagementCommands(project.root);
  expect(found).toContain('seed');
  expect(found).toContain('migrate');
  expect(found).not.toContain('_base');
});
