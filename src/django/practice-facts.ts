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
