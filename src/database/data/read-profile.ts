import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { StatisticsProfile } from '../synthetic/profile.ts';

const count = v.pipe(v.number(), v.minValue(0));
const schema = v.object({
  version: v.literal(1),
  tables: v.record(
    v.string(),
    v.object({
      rows: count,
      columns: v.record(
        v.string(),
        v.object({
          nullFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
          distinct: v.number(),
          averageBytes: count,
        }),
      ),
    }),
  ),
});

/** Reads what `djdev db profile` wrote. Throws `DJ-DATA-SOURCE`. */
export async function readProfile(file: string): Promise<StatisticsProfile> {
  try {
    return v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new DjdevError('DJ-DATA-SOURCE', {
      message: `${file} is no profile of a database: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Make one with djdev db profile > FILE.',
      location: { file },
      cause,
    });
  }
}
