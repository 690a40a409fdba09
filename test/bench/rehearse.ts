/**
 * A rehearsal of examples/shop with a warm build cache, against the same steps scripted by hand
 * one after the other (rehearse-by-hand.sh), whole processes, in turn. djdev does more in that
 * time: it checks the image, the settings, the answers and their assets. The aim is 0.7.
 * Run with `node test/bench/rehearse.ts` after `npm run build`; needs the docker CLI.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatMeasurements, measure } from './measure.ts';

const rounds = Number(process.argv[2] ?? 7);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const shop = here('../../examples/shop');

const measurements = await measure(
  [
    { name: 'by hand', run: async () => runToEnd('bash', [here('rehearse-by-hand.sh')]) },
    {
      name: 'djdev rehearse',
      run: async () => runToEnd(process.execPath, [here('../../bin/djdev.js'), 'rehearse']),
    },
  ],
  rounds,
);
process.stdout.write(`${formatMeasurements(measurements)}\n`);

function runToEnd(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: shop, stdio: 'pipe' });
  if (status === 0) return;
  throw new Error(`${program} ended with ${status}:\n${stdout.toString()}\n${stderr.toString()}`);
}
