import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBuildx } from '../../../../../src/engine/build/buildx/find-buildx.ts';
import { withProject } from '../../../../support/with-project.ts';

test('the plugin of the user comes first, and only if it can be executed', async () => {
  await using home = await withProject({ 'cli-plugins/docker-buildx': '#!/bin/sh\n' });
  const file = join(home.root, 'cli-plugins', 'docker-buildx');
  const environment = { DOCKER_CONFIG: home.root };
  await chmod(file, 0o644);
  if (process.getuid?.() !== 0) expect(findBuildx(environment)).not.toBe(file);
  await chmod(file, 0o755);
  expect(findBuildx(environment)).toBe(file);
});

test('another configuration directory has other plugins', async () => {
  await using home = await withProject({});
  expect(findBuildx({ DOCKER_CONFIG: home.root })?.startsWith(home.root)).not.toBe(true);
});
