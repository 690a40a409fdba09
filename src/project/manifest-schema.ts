import * as v from 'valibot';
import { buildSchema, imagesSchema } from './build-schema.ts';
import { checksSchema } from './check-schema.ts';
import { targetNames } from './deploy-target.ts';
import { expectSchema } from './expect-schema.ts';
import {
  command,
  componentName,
  duration,
  flag,
  port,
  size,
  text,
  textOrList,
  urlPath,
  variableName,
  variableValue,
} from './manifest-values.ts';
import { serviceSchema } from './service-schema.ts';
import { setupSchema, smokeSchema } from './smoke-schema.ts';
import { syncSchema } from './sync-schema.ts';

const variable = v.strictObject({
  value: variableValue('The value, or a template such as ${services.postgres.url}.'),
  dev: variableValue('The value in development; it wins over `value`.'),
  prod: variableValue('The value in production and in rehearsals; it wins over `value`.'),
  secret: flag('Never print the value.'),
  required: flag('Whether production fails without it. A variable without a value is required.'),
  generate: flag('Make a throw-away random value for each run when nothing else gives one.'),
});

const environmentFile = v.union(
  [
    v.pipe(v.string(), v.nonEmpty('a path such as .env')),
    v.strictObject({
      path: text('a path such as .env', 'The file, relative to this one.'),
      required: flag('Whether a missing file is an error (true by default).'),
    }),
  ],
  'a path such as .env, or a mapping with path and required',
);

const app = v.strictObject({
  build: v.optional(v.pipe(buildSchema, v.description('How the one image is built.'))),
  settings: v.optional(
    v.pipe(
      v.strictObject({
        dev: v.optional(
          text('a module such as config.settings.local', 'The settings in development.'),
        ),
        prod: v.optional(
          text('a module such as config.settings.production', 'The settings in production.'),
        ),
      }),
      v.description('The settings modules, given to the application as DJANGO_SETTINGS_MODULE.'),
    ),
  ),
  env: v.optional(
    v.pipe(
      v.record(
        variableName,
        v.nullable(
          v.union(
            [v.string(), v.number(), v.boolean(), variable],
            'a text, a number, true, false or a mapping',
          ),
        ),
      ),
      v.description('The variables of the application. One without a value is required.'),
    ),
  ),
  env_file: v.optional(
    v.pipe(
      v.union(
        [environmentFile, v.array(environmentFile)],
        'a path such as .env, or a list of them',
      ),
      v.description('Files whose variables the application gets; later files win.'),
    ),
  ),
});

const process = v.strictObject({
  command: v.optional(command('What it runs; the image’s own CMD by default. No shell runs it.')),
  port: v.optional(port('The container port it listens on. Only web processes have one.')),
  health: v.optional(urlPath('The URL path that answers 2xx when the process can serve.')),
});

const previous = v.strictObject({
  git: v.optional(
    text(
      'a tag, a branch or a commit, or merge-base',
      'A tag, a branch or a commit, built with its own Dockerfile; or merge-base: where this ' +
        'branch left the main one.',
    ),
  ),
  image: v.optional(text('an image such as registry.example.com/shop:1.4', 'A released image.')),
});

const data = v.union(
  [
    v.pipe(v.string(), v.nonEmpty('a path such as backups/prod.dump')),
    v.strictObject({
      dump: v.optional(
        text(
          'a path such as backups/prod.dump',
          'A dump of pg_dump: a file, or a directory (-Fd).',
        ),
      ),
      command: v.optional(command('A command that writes a dump; it runs on this machine.')),
      url: v.optional(
        v.pipe(
          v.union(
            [v.string(), v.strictObject({ env: variableName })],
            'a mapping such as { env: PRODUCTION_DATABASE_URL }',
          ),
          v.description(
            '{ env: NAME }: the variable with the URL of a database, which is only read.',
          ),
        ),
      ),
      mask: v.optional(
        textOrList('a path such as ops/mask.sql', 'SQL that runs once, after the restore.'),
      ),
      exclude_table_data: v.optional(
        textOrList('a table such as django_session', 'Tables whose rows are left out; * fits any.'),
      ),
      profile: v.optional(
        text(
          'a path such as profile.json',
          'Rows for tables without any, made up by this profile.',
        ),
      ),
    }),
  ],
  'a path such as backups/prod.dump, or a mapping with dump, command or url',
);

const countUpTo = (most: number, least: number, description: string) => {
  const message = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
    v.description(description),
  );
};

const rolling = v.strictObject({
  rps: v.optional(
    countUpTo(200, 1, 'Requests a second, sent whether or not those before were answered.'),
  ),
  maxFailed: v.optional(
    countUpTo(100_000, 0, 'How many of them may fail while the new release takes over.'),
  ),
  maxStall: v.optional(duration('How long one of them may wait.')),
});

const hostMessage = 'a host name such as www.example.com, without scheme and path';
const rehearse = v.strictObject({
  release: v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.string(), v.nonEmpty('a command, or a list of commands')),
          v.array(command('One command, run in the new image before it boots.')),
        ],
        'a command, or a list of commands',
      ),
      v.description('Commands run in the new image before it boots, in order.'),
    ),
  ),
  previous: v.optional(
    v.pipe(previous, v.description('The old release: it serves while the new one migrates.')),
  ),
  data: v.optional(
    v.pipe(data, v.description('The data of production that the release is rehearsed on.')),
  ),
  host: v.optional(
    v.pipe(
      v.string(hostMessage),
      v.regex(/^[^\s/:]+(:\d+)?$/, hostMessage),
      v.description('The Host header of every request, with X-Forwarded-Proto: https beside it.'),
    ),
  ),
  setup: v.optional(setupSchema),
  smoke: v.optional(smokeSchema),
  budgets: v.optional(
    v.pipe(
      v.strictObject({
        boot: v.optional(duration('The time to the first healthy answer.')),
        image: v.optional(size('The size of the image.')),
        lock: v.optional(duration('How long a request may wait while migrations run.')),
        memory: v.optional(size('The memory of all processes of the web container, under load.')),
        migrate: v.optional(
          duration('How long the release commands may take; then they are cut off.'),
        ),
      }),
      v.description('Limits; more than these is a warning or a failure.'),
    ),
  ),
  rolling: v.optional(
    v.pipe(
      rolling,
      v.description('The load of the played deployment, and what it may cost its users.'),
    ),
  ),
  expect: v.optional(expectSchema),
  checks: v.optional(checksSchema),
  baseline: v.optional(
    text(
      'a path such as djdev-baseline.json',
      'Findings that were there before; they do not fail.',
    ),
  ),
  target: v.optional(
    v.pipe(
      v.union(
        targetNames.map((name) => v.literal(name)),
        `one of ${targetNames.join(', ')}`,
      ),
      v.description(
        'Where releases are deployed to: probe, deadline, stop signal and grace are then its.',
      ),
    ),
  ),
  grace: v.optional(
    duration('How long the platform waits between the stop signal and SIGKILL; the target’s own.'),
  ),
});

const nameMessage = 'a name of lower-case letters, digits, dots, dashes and underscores';

/** The manifest `djdev.yaml`, as a person writes it. Every key is optional. */
export const manifestSchema = v.pipe(
  v.strictObject({
    name: v.optional(
      v.pipe(
        v.string(nameMessage),
        v.regex(/^[a-z0-9][a-z0-9_.-]*$/, nameMessage),
        v.description('Name of the project; the name of its directory by default.'),
      ),
    ),
    requires: v.optional(
      text('a range such as ">=0.1"', 'Versions of djdev that understand this file.'),
    ),
    app: v.optional(v.pipe(app, v.description('The application and its one image.'))),
    images: v.optional(
      v.pipe(
        imagesSchema,
        v.description('Images to take instead of those that the Dockerfile and services name.'),
      ),
    ),
    processes: v.optional(
      v.pipe(
        v.record(componentName, process),
        v.description('What runs from the image: web, worker, beat and so on.'),
      ),
    ),
    services: v.optional(
      v.pipe(
        v.record(
          componentName,
          v.union([v.literal(false), serviceSchema], 'a mapping with version or image, or false'),
        ),
        v.description(
          'What the application needs beside it: postgres, redis, mailpit, or any image. ' +
            'false switches a derived service off.',
        ),
      ),
    ),
    sync: v.optional(
      v.pipe(
        syncSchema,
        v.description('Files while developing, where Dockerfile and .dockerignore do not say it.'),
      ),
    ),
    rehearse: v.optional(v.pipe(rehearse, v.description('What `djdev rehearse` plays through.'))),
  }),
  v.description('The manifest of a project for djdev.'),
);

/** A manifest that fits the schema. */
export type ManifestContent = v.InferOutput<typeof manifestSchema>;
