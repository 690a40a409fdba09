import * as v from 'valibot';
import { scalar, text, variableName } from './manifest-values.ts';

/** What a build can take over from the machine that asks for it. */
export const inheritedKinds = ['certificates', 'index', 'proxy'] as const;

const inheritMessage = `true, or a list of ${inheritedKinds.join(', ')}`;

export const buildSchema = v.strictObject({
  dockerfile: v.optional(
    text('a path such as Dockerfile', 'The Dockerfile, relative to this file.'),
  ),
  context: v.optional(text('a path such as .', 'The build context, relative to this file.')),
  target: v.optional(text('the name of a stage', 'The stage to build; the last one by default.')),
  args: v.optional(
    v.pipe(
      v.record(variableName, v.nullable(scalar)),
      v.description('Build arguments. One without a value takes it from the environment.'),
    ),
  ),
  secrets: v.optional(
    v.pipe(
      v.record(
        text('the id of a secret', 'Id, as in RUN --mount=type=secret,id=…'),
        v.strictObject({
          env: v.optional(text('the name of a variable', 'The variable that holds the secret.')),
          file: v.optional(text('a path', 'The file that holds it, relative to this file.')),
        }),
      ),
      v.description('Secrets for RUN --mount=type=secret, each from a variable or a file.'),
    ),
  ),
  inherit: v.optional(
    v.pipe(
      v.union(
        [
          v.boolean(),
          v.array(
            v.union(
              inheritedKinds.map((kind) => v.literal(kind)),
              inheritMessage,
            ),
          ),
        ],
        inheritMessage,
      ),
      v.description(
        'What commands of the build take over from this machine, without a trace in the image: ' +
          'its certificate authorities, its package index, its proxy.',
      ),
    ),
  ),
});

const reference = (example: string): string => `the reference of an image, such as ${example}`;

/** Images under other names: mirrors, and stand-ins. */
export const imagesSchema = v.record(
  text(reference('python:3.13-slim'), 'The image as the Dockerfile or a service names it.'),
  text(reference('mirror.example.com/python:3.13-slim'), 'The image to take instead.'),
);
