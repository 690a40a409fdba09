#!/usr/bin/env node
// Packs djdev for people without Node, for the platform this runs on. Reads dist/, so build first:
//   npm run executable                 out/djdev, one file that holds Node and djdev
//   npm run executable -- --wheel      out/djdev-….whl too, for `pipx run` and `pip install`
// The Node inside is the one that runs this script.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inject } from 'postject';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'out') }, wheel: { type: 'boolean' } },
});
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const executableName = process.platform === 'win32' ? 'djdev.exe' : 'djdev';

const work = mkdtempSync(join(tmpdir(), 'djdev-executable-'));
try {
  mkdirSync(values.out, { recursive: true });
  const executable = join(values.out, executableName);
  await buildExecutable(executable, work);
  process.stdout.write(`${executable}\n`);
  if (values.wheel) process.stdout.write(`${buildWheel(executable, work, values.out)}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Copies this Node to the path and puts djdev's files into it. */
async function buildExecutable(path, directory) {
  const assets = { ...collectPackage(), ...installDependencies(directory) };
  assets['load.cjs'] = join(root, 'bin/executable/load.cjs');
  assets['build-id'] = writeBuildId(assets, directory);
  const config = join(directory, 'sea.json');
  const blob = join(directory, 'sea.blob');
  const main = join(root, 'bin/executable/start.cjs');
  const settings = { main, output: blob, disableExperimentalSEAWarning: true, assets };
  writeFileSync(config, JSON.stringify(settings));
  run(process.execPath, ['--experimental-sea-config', config]);
  rmSync(path, { force: true });
  copyFileSync(process.execPath, path);
  chmodSync(path, 0o755);
  // A signature of the copy would no longer fit what is put into it.
  const isMac = process.platform === 'darwin';
  if (isMac) run('codesign', ['--remove-signature', path]);
  await inject(path, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ...(isMac && { machoSegmentName: 'NODE_SEA' }),
  });
  if (isMac) run('codesign', ['--sign', '-', path]);
}

/** The files that `npm publish` would publish: name in the package to path. */
function collectPackage() {
  const [{ files }] = JSON.parse(
    run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root }),
  );
  return Object.fromEntries(files.map(({ path }) => [path, join(root, path)]));
}

/** Production's dependencies as the lock file has them, without what only editors read. */
function installDependencies(directory) {
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(root, file), join(directory, file));
  }
  const omitted = ['dev', 'optional', 'peer'].map((type) => `--omit=${type}`);
  run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', ...omitted], {
    cwd: directory,
  });
  const exclude = ['**/*.d.ts', '**/*.d.cts', '**/*.d.mts', '**/*.map', '**/prebuilds'];
  const found = globSync('node_modules/**', { cwd: directory, exclude, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(directory.length + 1).replaceAll('\\', '/'), path];
    }),
  );
}

/** Two builds with the same files share an unpacked folder; any other difference makes a new one. */
function writeBuildId(assets, directory) {
  const hash = createHash('sha256');
  for (const name of Object.keys(assets).toSorted()) {
    hash.update(`${name}\0`).update(readFileSync(assets[name])).update('\0');
  }
  const path = join(directory, 'build-id');
  writeFileSync(path, `${version}-${hash.digest('hex').slice(0, 16)}`);
  return path;
}

/** Packs the executable as a Python wheel: the format is PEP 427, `wheel pack` writes RECORD. */
function buildWheel(executable, directory, out) {
  const tag = `py3-none-${readPlatformTag()}`;
  const tree = join(directory, `djdev-${version}`);
  const scripts = join(tree, `djdev-${version}.data/scripts`);
  mkdirSync(scripts, { recursive: true });
  copyFileSync(executable, join(scripts, executableName));
  const { description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const information = join(tree, `djdev-${version}.dist-info`);
  mkdirSync(information);
  writeFileSync(
    join(information, 'METADATA'),
    [
      'Metadata-Version: 2.4',
      'Name: djdev',
      `Version: ${version}`,
      `Summary: ${description}`,
      `License-Expression: ${license}`,
      'Description-Content-Type: text/markdown',
      '',
      readFileSync(join(root, 'README.md'), 'utf8'),
    ].join('\n'),
  );
  writeFileSync(
    join(information, 'WHEEL'),
    `Wheel-Version: 1.0\nGenerator: djdev\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
  );
  const python = createEnvironment(directory);
  run(python, ['-m', 'wheel', 'pack', '--dest-dir', out, tree]);
  return join(out, `djdev-${version}-${tag}.whl`);
}

/** A virtual environment with the tool `wheel`; returns its interpreter. */
function createEnvironment(directory) {
  const environment = join(directory, 'venv');
  run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', environment]);
  const isWindows = process.platform === 'win32';
  const python = join(environment, isWindows ? 'Scripts/python.exe' : 'bin/python');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'wheel==0.47.0']);
  return python;
}

/** The platform tag of a wheel; Node's own Linux builds need glibc 2.28. */
function readPlatformTag() {
  const machine = { arm64: 'aarch64', x64: 'x86_64' }[process.arch] ?? process.arch;
  if (process.platform === 'linux') return `manylinux_2_28_${machine}`;
  if (process.platform === 'darwin') return `macosx_13_5_${machine.replace('aarch64', 'arm64')}`;
  return `win_${machine.replace('x86_64', 'amd64').replace('aarch64', 'arm64')}`;
}

/** What the command printed. Its failure ends the build with its words. */
function run(command, argv, options = {}) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { error, status, stdout, stderr } = spawnSync(command, argv, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell,
    ...options,
  });
  if (error || status !== 0) {
    throw new Error(`${command} ${argv.join(' ')} failed: ${error ?? `${stdout}${stderr}`}`);
  }
  return stdout;
}
