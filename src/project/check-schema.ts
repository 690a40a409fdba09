import * as v from 'valibot';
import { text } from './manifest-values.ts';

const level = v.pipe(
  v.union([v.literal('off'), v.literal('warn'), v.literal('fail')], 'off, warn or fail'),
  v.description('off needs a reason, because nobody remembers it in a year.'),
);

const dateMessage = 'a date such as 2027-03-01';
const rule = v.strictObject({
  level,
  contains: v.optional(
    text('a text', 'Only findings whose title or detail contains it: security.W004, a path.'),
  ),
  reason: v.optional(text('a text', 'Why; it stands in the report.')),
  until: v.optional(
    v.pipe(
      v.string(dateMessage),
      v.isoDate(dateMessage),
      v.description('The last day on which the rule holds, in UTC.'),
    ),
  ),
});

/** `rehearse.checks`: the levels a team gives to finding codes, by code. */
export const checksSchema = v.pipe(
  v.record(
    text('a finding code', 'A code of docs/findings.md.'),
    v.union([level, v.array(rule), rule], 'off, warn, fail, a rule or a list of rules'),
  ),
  v.description('Other levels for findings, by code; `djdev explain CODE` says what each means.'),
);
