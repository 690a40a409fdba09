import * as v from 'valibot';

/*
 * What one container is, as `probes/` measure it, and as `djdev parity --export` keeps it in a
 * file. Unknown keys are left out when a file is read: a newer djdev may have written it.
 */

const text = v.string();
const flag = v.boolean();

/** A value as far as it may be told: itself, a digest of it, or only whether it is set. */
const scalarLeafSchema = v.union([
  v.object({
    value: v.nullable(v.union([text, v.number(), flag])),
    by: v.optional(v.literal('entrypoint')),
  }),
  v.object({
    digest: text,
    /** Of a URL: `redis`. */
    scheme: v.optional(text),
    by: v.optional(v.literal('entrypoint')),
  }),
  v.object({
    secret: v.literal(true),
    isSet: flag,
    scheme: v.optional(text),
    by: v.optional(v.literal('entrypoint')),
  }),
]);

const leafSchema = v.union([scalarLeafSchema, v.object({ list: v.array(scalarLeafSchema) })]);

export type ScalarLeaf = v.InferOutput<typeof scalarLeafSchema>;
export type Leaf = v.InferOutput<typeof leafSchema>;

const packageSchema = v.object({
  version: text,
  path: v.optional(text),
  source: v.optional(v.picklist(['editable', 'vcs', 'file'])),
});

const pythonSchema = v.object({
  version: text,
  implementation: text,
  optimize: v.number(),
  dontWriteBytecode: flag,
  unbuffered: flag,
  devMode: flag,
  asyncioDebug: flag,
  faulthandler: flag,
  hashSeed: v.picklist(['random', 'fixed']),
  warnings: flag,
  encoding: text,
  timezone: text,
});

const userSchema = v.object({
  uid: v.number(),
  gid: v.number(),
  groups: v.array(v.number()),
  umask: v.nullable(text),
  capabilities: v.nullable(text),
  noNewPrivileges: flag,
  directory: text,
  canWriteDirectory: flag,
  canWriteRoot: v.nullable(flag),
});

const settingsSchema = v.object({
  module: v.optional(text),
  django: v.optional(text),
  /** Setting, with the keys below it → value; settings at Django's default are left out. */
  values: v.optional(v.record(text, leafSchema)),
  /** Setting → `config/settings/base.py:12`. */
  origins: v.optional(v.record(text, text)),
  /** Why there are no values: the class of the error and where it was raised. */
  problem: v.optional(text),
});

const databaseSchema = v.object({
  engine: v.optional(text),
  version: v.optional(text),
  settings: v.optional(v.record(text, v.nullable(text))),
  extensions: v.optional(v.record(text, text)),
  problem: v.optional(text),
});

const imageSchema = v.object({
  id: text,
  reference: v.optional(text),
  layers: v.array(text),
  os: text,
  architecture: text,
});

/** Version 1. */
export const sideFactsSchema = v.object({
  version: v.literal(1),
  /** Of the digests: only those with the same salt can be compared. */
  salt: v.pipe(text, v.regex(/^[0-9a-f]{32}$/u)),
  rounds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  takenAt: text,
  program: v.optional(text),
  image: v.optional(imageSchema),
  system: v.object({ os: v.nullable(text), machine: text, libc: text }),
  python: pythonSchema,
  user: userSchema,
  /** Of the server's process; null where this was not a server's container. */
  command: v.nullable(v.array(text)),
  environment: v.record(text, scalarLeafSchema),
  packages: v.record(text, packageSchema),
  systemPackages: v.record(text, text),
  files: v.object({ roots: v.array(text), digests: v.record(text, text), isWhole: flag }),
  settings: settingsSchema,
  database: v.optional(databaseSchema),
});

/** One side of a comparison; holds no secret. */
export type SideFacts = v.InferOutput<typeof sideFactsSchema>;
export type ImageIdentity = v.InferOutput<typeof imageSchema>;
