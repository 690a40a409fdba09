import * as v from 'valibot';
import { stepIds } from './step.ts';

/*
 * The shape of a saved report, for those who read one: `report.schema.json` is generated from it.
 * Unknown keys are allowed everywhere, because keys may be added without a new version.
 */

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ms = v.pipe(v.number(), v.description('A duration in milliseconds.'));

const location = v.pipe(
  v.looseObject({
    file: v.pipe(
      text,
      v.description('Relative to the root of the repository where it lies in it.'),
    ),
    line: v.optional(v.pipe(count, v.description('Counts from 1.'))),
    column: v.optional(v.pipe(count, v.description('Counts from 1.'))),
  }),
  v.description('A place in a file of the project.'),
);

const measurement = v.looseObject({
  name: text,
  value: v.number(),
  unit: v.picklist(['ms', 'bytes', 'count']),
});

const step = v.looseObject({
  id: v.pipe(text, v.description(`One of ${stepIds.join(', ')}.`)),
  outcome: v.picklist(['passed', 'warned', 'failed', 'skipped', 'error', 'interrupted']),
  startMs: v.optional(
    v.pipe(v.number(), v.description('Since the start of the run; absent when it never started.')),
  ),
  ms,
  summary: v.pipe(text, v.description('One line for people.')),
  measurements: v.array(measurement),
});

const finding = v.looseObject({
  code: v.pipe(text, v.description('Permanent; docs/findings.md lists them.')),
  level: v.picklist(['pass', 'warn', 'fail']),
  step: text,
  title: v.pipe(text, v.description('One line: what is so.')),
  detail: v.pipe(text, v.description('The evidence; may have several lines.')),
  hint: v.pipe(text, v.description('What to do; empty for a pass.')),
  location: v.optional(location),
  measurement: v.optional(measurement),
  judgement: v.optional(
    v.pipe(
      v.looseObject({
        from: v.picklist(['pass', 'warn', 'fail']),
        by: v.picklist(['rule', 'baseline']),
        reason: v.optional(text),
        until: v.optional(text),
      }),
      v.description('That the team gave it another level.'),
    ),
  ),
});

const request = v.looseObject({
  kind: v.picklist(['request', 'asset']),
  method: text,
  path: text,
  ok: v.pipe(v.boolean(), v.description('Whether the answer was what was expected.')),
  status: v.optional(count),
  ms,
  bytes: v.optional(count),
  curl: v.pipe(text, v.description('A command line that sends it again.')),
  failure: v.optional(v.pipe(text, v.description('Why there was no answer.'))),
  answer: v.optional(v.looseObject({ headers: v.record(text, text), body: text })),
});

const error = v.looseObject({
  code: v.pipe(text, v.description('Permanent; docs/errors.md lists them.')),
  message: text,
  hint: v.optional(text),
  location: v.optional(location),
  output: v.optional(v.array(text)),
  issues: v.optional(v.array(v.looseObject({ message: text, hint: v.optional(text), location }))),
});

const migrations = v.pipe(
  v.looseObject({
    startedAt: text,
    postgres: text,
    data: v.picklist(['restored', 'synthetic', 'empty']),
    migrations: v.array(
      v.looseObject({
        app: text,
        name: text,
        outcome: v.picklist(['applied', 'failed']),
        startedAtMs: v.number(),
        ms,
        verdict: v.picklist(['safe', 'caution', 'unsafe', 'fails']),
        operations: v.array(v.looseObject({ statements: v.array(v.looseObject({ sql: text })) })),
      }),
    ),
    canaries: v.array(v.looseObject({ table: text, kind: text })),
    oldRelease: v.optional(v.looseObject({ reference: text, image: text })),
  }),
  v.description('What was seen while migrations ran.'),
);

const variable = v.looseObject({
  name: text,
  secret: v.boolean(),
  required: v.pipe(
    v.boolean(),
    v.description('By the manifest, or because the settings refused without it.'),
  ),
  given: v.pipe(v.boolean(), v.description('Something gives it a value.')),
  origin: v.pipe(text, v.description('Where its value, or the demand for one, stands.')),
  neverRead: v.optional(
    v.pipe(v.literal(true), v.description('Nothing of the project asks for it.')),
  ),
  removal: v.optional(
    v.pipe(
      v.looseObject({
        outcome: v.picklist(['refused', 'changed', 'unchanged']),
        settings: v.pipe(v.array(text), v.description('Those that took another value.')),
        together: v.optional(v.array(text)),
      }),
      v.description('What became of the settings when it was taken away.'),
    ),
  ),
});

const phase = v.looseObject({
  name: v.picklist(['before', 'release', 'boot', 'switch', 'stop', 'after']),
  fromMs: v.number(),
  ms,
  requests: count,
  failed: count,
  stalled: count,
  p50Ms: v.number(),
  p95Ms: v.number(),
  worstMs: v.number(),
});

const direction = v.picklist(['old-to-new', 'new-to-old']);

const skew = v.looseObject({
  crossings: v.array(
    v.looseObject({
      what: v.picklist(['session', 'login', 'csrf', 'signed', 'cached', 'task']),
      direction,
      outcome: v.picklist(['kept', 'lost', 'not-tried']),
      detail: text,
    }),
  ),
  assets: v.array(
    v.looseObject({
      direction,
      asked: count,
      missing: v.array(
        v.looseObject({ path: text, page: text, status: count, cacheControl: v.optional(text) }),
      ),
    }),
  ),
});

const rollout = v.pipe(
  v.looseObject({
    startedAt: text,
    outcome: v.picklist(['completed', 'refused', 'not-measured']),
    reason: v.optional(text),
    summary: v.pipe(text, v.description('What this deploy would have cost, in one line.')),
    rps: v.pipe(v.number(), v.description('Requests a second.')),
    requests: count,
    failed: count,
    stalled: count,
    downtimeMs: v.pipe(v.number(), v.description('In which requests failed or waited.')),
    worstMs: v.number(),
    stallMs: v.pipe(v.number(), v.description('A request that takes longer is stalled.')),
    phases: v.array(phase),
    causes: v.array(
      v.looseObject({
        kind: v.picklist(['migration', 'old-release', 'new-release', 'stop', 'unknown']),
        text,
        phase: phase.entries.name,
        failed: count,
        stalled: count,
        migration: v.optional(text),
        exception: v.optional(text),
      }),
    ),
    points: v.pipe(
      v.array(v.strictTuple([v.number(), v.number(), count, v.picklist(['old', 'new'])])),
      v.description('[sent at, took, status, release that answered]'),
    ),
    skew: v.optional(skew),
  }),
  v.description('A deployment from the old release to the new one, as it was played.'),
);

/** A report as it is saved, version 1. */
export const reportSchema = v.looseObject({
  version: v.pipe(v.literal(1), v.description('Of this shape.')),
  djdev: v.pipe(text, v.description('The version of djdev that wrote it.')),
  project: text,
  verdict: v.picklist(['pass', 'fail', 'error', 'interrupted']),
  failOn: v.picklist(['warn', 'fail']),
  startedAt: v.pipe(text, v.isoTimestamp()),
  ms,
  steps: v.array(step),
  findings: v.array(finding),
  image: v.optional(
    v.looseObject({
      id: text,
      reference: text,
      bytes: count,
      layers: v.optional(
        v.pipe(
          v.array(
            v.looseObject({ createdBy: text, files: count, bytes: count, wastedBytes: count }),
          ),
          v.description('First layer first, with the bytes that a later layer hides.'),
        ),
      ),
    }),
  ),
  variables: v.optional(
    v.pipe(v.array(variable), v.description('Of production, without their values.')),
  ),
  migrations: v.optional(migrations),
  rollout: v.optional(rollout),
  requests: v.optional(v.array(request)),
  kept: v.optional(v.looseObject({ urls: v.array(text), containers: v.array(text) })),
  error: v.optional(error),
});
