import * as v from 'valibot';
import { pythonErrorSchema } from './python-error.ts';

/** Values that decide what happens in production. */
export const practiceSchema = v.object({
  /** Names of the settings that the project itself sets. */
  explicit: v.array(v.string()),
  middleware: v.array(v.string()),
  /** SECURE_PROXY_SSL_HEADER is set. */
  proxyHeader: v.boolean(),
  emailBackend: v.string(),
  cacheBackend: v.string(),
  sessionEngine: v.string(),
  /** Backend of the cache that sessions may lie in. */
  sessionCache: v.string(),
  debugToolbar: v.boolean(),
  mediaRoot: v.nullable(v.string()),
  /** The variables whose value is the secret key. */
  secretKeyVariables: v.array(v.string()),
  /** Where in the project's code the secret key is written down. */
  secretKeyPlace: v.nullable(v.object({ file: v.string(), line: v.number() })),
  connections: v.array(
    v.object({
      alias: v.string(),
      /** Seconds; `null` keeps a connection for ever. */
      maxAge: v.nullable(v.number()),
      healthChecks: v.boolean(),
      pool: v.boolean(),
      /** The most connections that the pool of one process opens. */
      poolSize: v.nullable(v.number()),
    }),
  ),
});

export type PracticeFacts = v.InferOutput<typeof practiceSchema>;

/** Where an error of a logger would be written. */
export const loggingSchema = v.object({
  loggers: v.array(
    v.object({
      name: v.string(),
      /** Classes of all handlers that a record reaches. */
      handlers: v.array(v.string()),
      /** Those that would write a line into the log of the container. */
      seen: v.array(
        v.object({
          handler: v.string(),
          /** The line is one JSON object. */
          json: v.boolean(),
          lines: v.number(),
          traceback: v.boolean(),
          /** What the formatter raised. */
          error: v.nullable(v.string()),
        }),
      ),
    }),
  ),
});

export type LoggingFacts = v.InferOutput<typeof loggingSchema>;

/** What the handlers of 400, 403, 404 and 500 do. */
export const pagesSchema = v.object({
  pages: v.array(
    v.object({
      code: v.number(),
      handler: v.string(),
      status: v.nullable(v.number()),
      error: v.nullable(pythonErrorSchema),
      /** It failed for want of a database or of what middleware adds: nothing is known. */
      excuse: v.boolean(),
    }),
  ),
});

export type ErrorPage = v.InferOutput<typeof pagesSchema>['pages'][number];

/** What lies in wait for a page that nobody has asked for yet. */
export const templatesSchema = v.object({
  count: v.number(),
  broken: v.array(
    v.object({
      name: v.string(),
      file: v.string(),
      line: v.nullable(v.number()),
      /** Class of the exception. */
      kind: v.string(),
      error: v.string(),
      /** Code or another template names it. */
      used: v.boolean(),
    }),
  ),
  /** Static files that no manifest or finder has. */
  missing: v.array(
    v.object({
      name: v.string(),
      file: v.string(),
      line: v.nullable(v.number()),
      path: v.string(),
      error: v.string(),
      used: v.boolean(),
    }),
  ),
});

export type TemplateFacts = v.InferOutput<typeof templatesSchema>;

export const environmentSchema = v.object({
  /** Variables of the manifest that nothing asked for and that no file of the project names. */
  unread: v.array(v.string()),
});

/** What the image’s user may write. */
export const writableSchema = v.object({
  root: v.boolean(),
  /** Directories of the project’s own apps. */
  code: v.array(v.string()),
  /** Fields that users upload files to. */
  uploads: v.array(v.string()),
  /** The directory they go to; `null` when they go elsewhere, or there are none. */
  media: v.nullable(v.string()),
  mediaWritable: v.boolean(),
  temporary: v.boolean(),
});

export type WritableFacts = v.InferOutput<typeof writableSchema>;

/** Static files as they lie in STATIC_ROOT before anything is collected here. */
export const assetsSchema = v.object({
  /** Texts that are worth compressing, and how many have a compressed file beside them. */
  texts: v.number(),
  gzip: v.number(),
  brotli: v.number(),
  /** The storage is one that compresses. */
  compresses: v.boolean(),
  /** url() in the project’s own styles whose file is not there. */
  references: v.array(v.object({ file: v.string(), url: v.string() })),
});

export type AssetFacts = v.InferOutput<typeof assetsSchema>;
