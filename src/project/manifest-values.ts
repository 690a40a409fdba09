import * as v from 'valibot';
import { durationPattern, sizePattern } from './quantities.ts';

// Messages say what is expected, as a phrase: “rehearse.grace must be <message>, not …”.

/** A text that is not empty. */
export const text = (expected: string, description: string) =>
  v.pipe(v.string(expected), v.nonEmpty(expected), v.description(description));

/** A text such as `20s`; `parseDurationMs` reads it. */
export const duration = (description: string) => {
  const expected = 'a duration such as 500ms, 20s or 2m';
  return v.pipe(v.string(expected), v.regex(durationPattern, expected), v.description(description));
};

/** A text such as `400MB`; `parseBytes` reads it. */
export const size = (description: string) => {
  const expected = 'a size such as 400MB or 1.5GB';
  return v.pipe(v.string(expected), v.regex(sizePattern, expected), v.description(description));
};

/** What YAML writes without brackets; kept as it is written where the text counts. */
export const scalar = v.union(
  [v.string(), v.number(), v.boolean()],
  'a text, a number, true or false',
);

/** One text or several. */
export const textOrList = (expected: string, description: string) =>
  v.pipe(
    v.union(
      [v.pipe(v.string(), v.nonEmpty(expected)), v.array(v.string(expected))],
      `${expected}, or a list of them`,
    ),
    v.description(description),
  );

/** A command to be split into words, or its words. */
export const command = (description: string) => {
  const expected = 'a command such as "gunicorn config.wsgi", or a list of its words';
  return v.pipe(
    v.union(
      [
        v.pipe(v.string(), v.nonEmpty(expected)),
        v.pipe(v.array(v.string('a text')), v.nonEmpty(expected)),
      ],
      expected,
    ),
    v.description(description),
  );
};

const componentNameMessage = 'a name of lower-case letters, digits and dashes';
/** Key of a process or a service. */
export const componentName = v.pipe(
  v.string(componentNameMessage),
  v.regex(/^[a-z][a-z0-9-]*$/, componentNameMessage),
);

const variableNameMessage = 'a variable name of letters, digits and underscores';
/** Name of an environment variable or a build argument. */
export const variableName = v.pipe(
  v.string(variableNameMessage),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, variableNameMessage),
);

/** An optional true or false. */
export const flag = (description: string) =>
  v.optional(v.pipe(v.boolean('true or false'), v.description(description)));

/** An optional value of a variable. */
export const variableValue = (description: string) =>
  v.optional(v.pipe(scalar, v.description(description)));

/** A TCP port. */
export const port = (description: string) => {
  const expected = 'a port between 1 and 65535';
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(1, expected),
    v.maxValue(65_535, expected),
    v.description(description),
  );
};

const pathMessage = 'a path that begins with /';
/** A path of the application, from its root. */
export const urlPath = (description: string) =>
  v.pipe(v.string(pathMessage), v.startsWith('/', pathMessage), v.description(description));

/** An optional mapping of names to values, such as headers. */
export const fields = (description: string) =>
  v.optional(v.pipe(v.record(v.string(), scalar), v.description(description)));
