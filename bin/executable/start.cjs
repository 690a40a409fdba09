// What a single-file executable of djdev runs: Node, with djdev's files inside as assets. The
// first start of a version unpacks them beside the user's other caches; every start runs them
// from there, so that they are loaded exactly as from an installed package.
const { createRequire } = require('node:module');
const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { homedir } = require('node:os');
const path = require('node:path');
const { getAsset, getAssetKeys, getRawAsset } = require('node:sea');

function cacheDirectory() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (process.platform === 'win32' && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA;
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
  return path.join(homedir(), '.cache');
}

/** The folder that holds this build's files. Two first starts at once both succeed. */
function unpack() {
  const parent = path.join(cacheDirectory(), 'djdev');
  const home = path.join(parent, getAsset('build-id', 'utf8'));
  if (existsSync(home)) return home;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const half = mkdtempSync(path.join(parent, 'unpacking-'));
  for (const name of getAssetKeys()) {
    const file = path.join(half, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, new Uint8Array(getRawAsset(name)));
  }
  try {
    renameSync(half, home);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

function start() {
  const home = unpack();
  const load = createRequire(path.join(home, 'load.cjs'))('./load.cjs');
  // djdev starts programs of its own with `node PROGRAM`; here it is itself what starts them.
  const program = process.argv[2];
  if (program?.startsWith(home + path.sep)) {
    process.argv.splice(1, 1);
    return load(program);
  }
  return load(path.join(home, 'bin', 'djdev.js'));
}

try {
  start().catch(fail);
} catch (error) {
  fail(error);
}

function fail(error) {
  process.stderr.write(
    `djdev could not start: ${error.message}\n` +
      '→ It unpacks itself below XDG_CACHE_HOME (~/.cache by default), which must be writable.\n',
  );
  process.exitCode = 3;
}
