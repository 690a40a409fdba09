import * as v from 'valibot';
import {
  command,
  duration,
  flag,
  port,
  scalar,
  text,
  urlPath,
  variableName,
} from './manifest-values.ts';

const versionMessage = 'a version, in quotes unless it is a whole number';

const portMessage = 'a port of the container such as 7700; djdev chooses the one of the host';
const containerPort = v.pipe(
  v.number(portMessage),
  v.integer(portMessage),
  v.minValue(1, portMessage),
  v.maxValue(65_535, portMessage),
);

/** `data:/var/lib/data`. What stands before the colon has no slash, so no directory of the host fits. */
export const volumePattern = /^([a-z0-9][a-z0-9_.-]*):(\/[^:]*)$/;
const volumeMessage =
  'a name and a path of the container such as data:/var/lib/data; directories of the host are not mounted';

const aliasMessage = 'a host name such as db';

const ready = v.strictObject({
  http: v.optional(urlPath('Ready when GET on this path answers 2xx or 3xx.')),
  port: v.optional(port('The container port that `http` asks; the first of `ports` by default.')),
  tcp: v.optional(port('Ready when this container port takes a connection and keeps it.')),
  command: v.optional(command('Ready when this command, run in the container, ends with 0.')),
  timeout: v.optional(duration('How long it may take; 60s by default.')),
});

/** What the application needs beside it: one that djdev knows by name, or any image. */
export const serviceSchema = v.strictObject({
  version: v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.string(), v.regex(/^\w[\w.-]*$/, versionMessage)),
          v.pipe(v.number(), v.integer(versionMessage)),
        ],
        versionMessage,
      ),
      v.description('The tag of the official image.'),
    ),
  ),
  image: v.optional(text('an image such as postgis/postgis:17-3.5', 'The image, with its tag.')),
  env: v.optional(
    v.pipe(
      v.record(variableName, v.nullable(scalar)),
      v.description(
        'The variables of the service, with the same templates as app.env. One without a value ' +
          'comes from outside and is required.',
      ),
    ),
  ),
  command: v.optional(command('What it runs; the image’s own CMD by default. No shell runs it.')),
  ports: v.optional(
    v.pipe(
      v.array(containerPort, 'a list of ports such as [7700]'),
      v.description('Container ports to reach from the host. `port` and `url` name the first.'),
    ),
  ),
  volumes: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(volumeMessage), v.regex(volumePattern, volumeMessage)),
        'a list such as [data:/var/lib/data]',
      ),
      v.description('Named volumes of the checkout and where they are in the container.'),
    ),
  ),
  aliases: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(aliasMessage), v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, aliasMessage)),
        'a list of host names such as [db]',
      ),
      v.description('More host names of the service, for code that has one written in it.'),
    ),
  ),
  per_branch: flag(
    'Postgres: a database for each git branch with other migrations, as --per-branch.',
  ),
  ready: v.optional(
    v.pipe(ready, v.description('When the service does its work; one of http, tcp and command.')),
  ),
});
