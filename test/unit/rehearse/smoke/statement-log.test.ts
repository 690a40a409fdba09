import { expect, test } from 'vitest';
import type { LogLine } from '../../../../src/engine/engine.ts';
import {
  createStatementLog,
  withoutStatements,
} from '../../../../src/rehearse/smoke/statement-log.ts';

const log = `2026-01-01 LOG:  checkpoint starting
djdev-statement shop|djdev|172.18.0.1| LOG:  statement: SELECT 'djdev begin 1'
djdev-statement shop||172.18.0.5| LOG:  statement: BEGIN
djdev-statement shop||172.18.0.5| LOG:  statement: SELECT "a"
\tFROM "b"
\tWHERE "c" = 'x'
djdev-statement shop||172.18.0.5| LOG:  execute <unnamed>: UPDATE "b" SET "c" = $1
djdev-statement other||172.18.0.5| LOG:  statement: SELECT 2
djdev-statement shop||172.18.0.6| LOG:  statement: SELECT "of a worker"
djdev-statement shop||172.18.0.5| LOG:  statement: SELECT 1
djdev-statement shop||172.18.0.5| LOG:  statement: SELECT set_config('TimeZone', 'UTC', false)
djdev-statement shop||172.18.0.5| LOG:  statement: COMMIT
djdev-statement shop|djdev|172.18.0.1| LOG:  statement: SELECT 'djdev end 1'
djdev-statement shop||172.18.0.5| LOG:  statement: SELECT "after it"
2026-01-01 LOG:  checkpoint complete
\tas ever`.split('\n');

async function* lines(): AsyncGenerator<LogLine> {
  for (const text of log) yield { stream: 'stderr', text };
}

const signal = AbortSignal.timeout(20_000);

test.each([
  [{ database: 'shop' }, 3],
  [{ client: '172.18.0.5' }, 3],
  [{ database: 'shop', client: '172.18.0.5' }, 2],
])('queries of %o between two marks, without upkeep', async (source, count) => {
  const statements = createStatementLog(source);
  const arrived = statements.arrived('djdev end 1', signal);
  await statements.follow(lines());
  expect(await arrived).toBe(true);
  const found = statements.between('djdev begin 1', 'djdev end 1');
  expect(found.length).toBe(count);
  expect(found[0]).toBe('SELECT "a"\nFROM "b"\nWHERE "c" = \'x\'');
});

test('a mark that never comes', async () => {
  const statements = createStatementLog({});
  await statements.follow(lines());
  expect(await statements.arrived('djdev end 2', AbortSignal.timeout(1))).toBe(false);
});

test('nothing of a statement gets into the log of a run', () => {
  const all: string[] = [];
  const onLine = withoutStatements((text) => all.push(text));
  for (const line of log) onLine(line);
  expect(all).toEqual([
    '2026-01-01 LOG:  checkpoint starting',
    '2026-01-01 LOG:  checkpoint complete',
    '\tas ever',
  ]);
});
