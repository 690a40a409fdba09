import * as v from 'valibot';

export const databaseSchema = v.object({
  alias: v.string(),
  /** For example `django.db.backends.postgresql`. */
  engine: v.string(),
  host: v.string(),
  name: v.string(),
});

/** A database as the settings name it; without its password. */
export type DjangoDatabase = v.InferOutput<typeof databaseSchema>;

export const factsSchema = v.object({
  django: v.string(),
  python: v.string(),
  settingsModule: v.string(),
  debug: v.boolean(),
  databases: v.array(databaseSchema),
  staticRoot: v.nullable(v.string()),
  staticUrl: v.nullable(v.string()),
  /** `django.contrib.staticfiles` is installed. */
  staticfiles: v.boolean(),
  /** WhiteNoise is among the middleware, and serves what was collected. */
  whitenoise: v.boolean(),
  allowedHosts: v.array(v.string()),
  secureSslRedirect: v.boolean(),
  rootUrlconf: v.string(),
});

const manifestSchema = v.variant('exists', [
  v.object({ name: v.string(), exists: v.literal(false) }),
  v.object({
    name: v.string(),
    exists: v.literal(true),
    entries: v.number(),
    /** Entries whose file is not there: the first of them, and how many. */
    gone: v.array(v.string()),
    goneCount: v.number(),
  }),
]);

export const staticFactsSchema = v.variant('storage', [
  v.object({ storage: v.null() }),
  v.object({
    /** Class of the storage, for example `whitenoise.storage.CompressedManifestStaticFilesStorage`. */
    storage: v.string(),
    /** Writes to the container's own file system. */
    local: v.boolean(),
    /** File names carry a hash of the content. */
    hashed: v.boolean(),
    root: v.nullable(v.string()),
    /** What lies there in the image. */
    files: v.number(),
    bytes: v.number(),
    manifest: v.nullable(manifestSchema),
    /** How many files collectstatic would collect. */
    expected: v.number(),
    /** Those of them that are not in `root`: the first, and how many. */
    missing: v.array(v.string()),
    missingCount: v.number(),
  }),
]);

/** The static files storage, and what is in its directory in the image. */
export type StaticFacts = v.InferOutput<typeof staticFactsSchema>;

/** A message of Django's check framework; level as Django numbers it (30 warning, 40 error). */
export const checkMessageSchema = v.object({
  id: v.string(),
  level: v.number(),
  text: v.string(),
  hint: v.string(),
  object: v.string(),
});

export type CheckMessage = v.InferOutput<typeof checkMessageSchema>;

export const changesSchema = v.object({
  /** Migrations that `makemigrations` would write. */
  missing: v.array(
    v.object({
      app: v.string(),
      name: v.string(),
      own: v.boolean(),
      operations: v.array(v.string()),
    }),
  ),
  /** Apps with several last migrations. */
  conflicts: v.array(v.object({ app: v.string(), names: v.array(v.string()) })),
});

export type ModelChanges = v.InferOutput<typeof changesSchema>;

/** What the project is with its production settings, as the other steps need it. */
export type DjangoFacts = v.InferOutput<typeof factsSchema> & {
  /** `undefined` when the storage could not even be created. */
  readonly static: StaticFacts | undefined;
};
