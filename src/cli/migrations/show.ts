import { DjdevError } from '../../errors/djdev-error.ts';
import { checkMigrations, planMigrations } from '../../migrations/check/check-migrations.ts';
import { nameMigration } from '../../migrations/check/planned-migration.ts';
import type { Invocation } from '../command.ts';
import { requireNamed } from './choose-pending.ts';
import { openCheck, type OpenedCheck } from './open-check.ts';
import { printMigrations } from './print-migrations.ts';

/** `djdev migrations show NAME`: the SQL of a migration, and what it does when it runs. */
export async function runShow(invocation: Invocation): Promise<number> {
  const { args, io, options, redactor } = invocation;
  if (args.length !== 1) {
    throw new DjdevError('DJ-USAGE', {
      message: 'djdev migrations show needs the name of one migration.',
      hint: 'djdev migrations show shop.0002; djdev migrations list has the names.',
    });
  }
  await using check = await openCheck(invocation);
  const plan = await planMigrations(check.setting);
  const named = requireNamed(plan, args);
  const [one] = named;
  if (one === undefined || named.length > 1) {
    throw new DjdevError('DJ-USAGE', {
      message: `${args[0]} names ${named.length} migrations.`,
      hint: `One of them is ${one ? nameMigration(one) : 'missing'}.`,
    });
  }
  const report = await checkMigrations(check.setting, named);
  // By now the database has the constraints whose names sqlmigrate looks up.
  const sql = await readSql(check, one.app, one.name);
  if (options.json !== true) io.stdout.write(`${redactor.redact(sql.join('\n'))}\n\n`);
  return printMigrations(
    report,
    { ...invocation, options: { ...options, verbose: true } },
    'migrations show',
  );
}

async function readSql(
  { setting: { runner, signal } }: OpenedCheck,
  app: string,
  name: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const { exitCode, tail } = await runner.run(
    {
      argv: ['sqlmigrate', app, name, '--no-color'],
      onLine: ({ stream, text }) => {
        if (stream === 'stdout') lines.push(text);
      },
    },
    signal,
  );
  return exitCode === 0 ? lines : [`-- manage.py sqlmigrate failed: ${tail.at(-1) ?? ''}`];
}
