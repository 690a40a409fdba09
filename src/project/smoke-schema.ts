import * as v from 'valibot';
import { command, fields, flag, scalar, text, textOrList } from './manifest-values.ts';

const pathMessage = 'a path that begins with /';
/** A path, or a captured one. */
const requestPath = (method: string) =>
  v.optional(
    v.pipe(
      v.string(pathMessage),
      v.regex(/^[/$]/, pathMessage),
      v.description(`Send ${method} to this path.`),
    ),
  );

const statusMessage = 'an HTTP status such as 200';
const status = v.pipe(
  v.number(statusMessage),
  v.integer(statusMessage),
  v.minValue(100, statusMessage),
  v.maxValue(599, statusMessage),
);

const pattern = text('a regular expression', 'A regular expression, without slashes around it.');
const bound = (description: string) =>
  v.optional(v.pipe(v.number('a number'), v.description(description)));

const range = { min: bound('At least so much.'), max: bound('At most so much.') };

const expected = v.union(
  [
    v.string(),
    v.number(),
    v.boolean(),
    v.strictObject({
      ...range,
      matches: v.optional(pattern),
      contains: v.optional(text('a text', 'A text that it contains.')),
      equals: v.optional(
        v.pipe(
          v.nullable(scalar),
          v.description('Exactly this text, number, true, false or null.'),
        ),
      ),
    }),
  ],
  'a text, /a regular expression/, a number, exists, absent, or a mapping with matches, contains, equals, min or max',
);

const expectations = (description: string) =>
  v.optional(v.pipe(v.record(v.string(), expected), v.description(description)));

const textMessage = 'a text';
const bodyText = v.union(
  [v.pipe(v.string(), v.nonEmpty(textMessage)), v.strictObject({ matches: v.optional(pattern) })],
  'a text, /a regular expression/ or { matches: … }',
);
const bodyTexts = (description: string) =>
  v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.string(), v.nonEmpty(textMessage)),
          v.strictObject({ matches: v.optional(pattern) }),
          v.array(bodyText, textMessage),
        ],
        `${textMessage}, or a list of them`,
      ),
      v.description(description),
    ),
  );

const atLeast = (least: number, message: string, description: string) =>
  v.optional(
    v.pipe(
      v.number(message),
      v.integer(message),
      v.minValue(least, message),
      v.description(description),
    ),
  );

const captureName = v.pipe(
  v.string('a name of letters, digits and underscores'),
  v.regex(/^[A-Za-z_]\w*$/, 'a name of letters, digits and underscores'),
);

const request = {
  name: v.optional(text('a text', 'What it is about, for people.')),
  get: requestPath('GET'),
  head: requestPath('HEAD'),
  post: requestPath('POST'),
  put: requestPath('PUT'),
  patch: requestPath('PATCH'),
  delete: requestPath('DELETE'),
  send: fields('Headers to send.'),
  form: fields('Fields to send as a form.'),
  json: v.optional(v.pipe(v.unknown(), v.description('A body to send as JSON.'))),
  follow: flag('Follow redirects, and judge the last answer.'),
  status: v.optional(
    v.pipe(
      v.union([status, v.strictObject(range)], statusMessage),
      v.description('The status that is expected; 200 by default. Redirects are not followed.'),
    ),
  ),
  location: v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.string(), v.nonEmpty('a path such as /new/')),
          v.strictObject({ matches: v.optional(pattern) }),
        ],
        'a path such as /new/, or { matches: … }',
      ),
      v.description(
        'Where a redirect leads to; any redirect then counts, unless status says more.',
      ),
    ),
  ),
  headers: expectations('Headers of the answer, each with what its value must be.'),
  contains: bodyTexts('What the body of the answer must contain.'),
  absent: bodyTexts('What the body of the answer must not contain.'),
  select: expectations('CSS selectors, each with a text that is selected, or how many are.'),
  jsonpath: expectations('JSON paths (RFC 9535), each with what the value must be.'),
  repeat: atLeast(1, 'a number of times such as 20', 'How often it is sent.'),
  maxMs: atLeast(1, 'milliseconds such as 300', 'The 95th percentile of its times, at most.'),
  queries: v.optional(
    v.pipe(
      v.strictObject({
        max: v.pipe(
          v.number('a number of queries such as 15'),
          v.integer('a number of queries such as 15'),
          v.minValue(0, 'a number of queries such as 15'),
          v.description('So many at most.'),
        ),
      }),
      v.description('Queries that one answer sends to the database.'),
    ),
  ),
  capture: v.optional(
    v.pipe(
      v.record(captureName, text('a source such as json:$.id', 'Where the value stands.')),
      v.description('Values of the answer for later steps: json:, css:, header:, cookie:, /…/.'),
    ),
  ),
};

const user = v.union(
  [
    v.pipe(v.string(), v.nonEmpty('a name such as user, staff or superuser')),
    v.strictObject({
      name: v.optional(text('a name', 'The name of the user.')),
      staff: flag('May use the admin.'),
      superuser: flag('May do everything.'),
      permissions: v.optional(
        textOrList('a permission such as shop.view_order', 'Permissions, one or a list.'),
      ),
      fields: fields('Values of other fields of the user model.'),
    }),
  ],
  'user, staff, superuser, a name, or a mapping with name, staff, superuser, permissions and fields',
);

/** One entry of `rehearse.smoke`, in its long form. */
const smokeEntrySchema = v.strictObject({
  ...request,
  steps: v.optional(
    v.pipe(
      v.array(v.strictObject(request), 'a list of requests such as “- GET / : 200”'),
      v.description('Requests of one visitor, in order: cookies and captures are carried.'),
    ),
  ),
  as: v.optional(
    v.pipe(
      user,
      v.description('Logged in as a user who is made for the run and removed after it.'),
    ),
  ),
  warn: flag('Report a failure as a warning.'),
  import: v.optional(
    text(
      'a file such as app.json, config/deploy.yml or smoke.hurl',
      'Checks of another tool: app.json (Dokku), deploy.yml (Kamal), *.hurl.',
    ),
  ),
});

/** `rehearse.smoke`. */
export const smokeSchema = v.pipe(
  v.array(smokeEntrySchema, 'a list of requests such as “- get: /”'),
  v.description('Requests to the booted application, in order, and the answers expected.'),
);

/** `rehearse.setup`. */
export const setupSchema = v.pipe(
  v.union(
    [
      v.pipe(v.string(), v.nonEmpty('a command, or a list of commands')),
      v.array(command('One command, run in the new image before the smoke requests.')),
    ],
    'a command, or a list of commands',
  ),
  v.description('Commands run in the booted application before the smoke requests, in order.'),
);
