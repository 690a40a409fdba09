/**
 * How long `djdev --help` takes against a bare `node -e 0`, whole processes, in one run.
 * Prints both medians and their ratio; the aim is 1.5 at most. Run with `node test/bench/help.ts`
 * after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';

const rounds = 41;
const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const contestants = { bare: ['-e', '0'], help: [djdev, '--help'] };

const times: Record<keyof typeof contestants, number[]> = { bare: [], help: [] };
timeOf(contestants.help); // Fills the compile cache, as every earlier start has done.
for (let round = 0; round < rounds; round += 1) {
  times.bare.push(timeOf(contestants.bare));
  times.help.push(timeOf(contestants.help));
}
const bareMs = median(times.bare);
const helpMs = median(times.help);
process.stdout.write(
  `node -e 0 ${bareMs.toFixed(1)} ms, djdev --help ${helpMs.toFixed(1)} ms, ` +
    `ratio ${(helpMs / bareMs).toFixed(2)} (aim 1.50, median of ${rounds})\n`,
);

function timeOf(args: readonly string[]): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: 'pipe' });
  if (status !== 0) throw new Error(`It did not run: ${stderr.toString()}`);
  return performance.now() - startedMs;
}
