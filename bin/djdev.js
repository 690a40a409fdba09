#!/usr/bin/env node
// Old syntax only: an old Node must get as far as saying that it is too old.
import module from 'node:module';

var needed = [22, 22];
var version = process.versions.node.split('.').map(Number);

if (version[0] < needed[0] || (version[0] === needed[0] && version[1] < needed[1])) {
  process.stderr.write(
    'djdev needs Node ' +
      needed.join('.') +
      ' or newer; this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      '→ Install a newer Node from https://nodejs.org, or with your version manager.\n',
  );
  process.exitCode = 3;
} else {
  // Compiled code is kept between starts: the second start is faster.
  module.enableCompileCache();
  import('../dist/cli/main.js').then(
    function (cli) {
      return cli.main();
    },
    function (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/dist.cli.main\.js/.test(error.message)) {
        throw error;
      }
      process.stderr.write('djdev is not built yet.\n→ Run npm run build in its folder.\n');
      process.exitCode = 3;
    },
  );
}
