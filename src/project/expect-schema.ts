import * as v from 'valibot';
import { flag, urlPath } from './manifest-values.ts';

const originMessage = 'an origin such as https://app.example.com, without a path';

/** `rehearse.expect`: what the booted application should do beyond the smoke requests. */
export const expectSchema = v.pipe(
  v.strictObject({
    logs: v.optional(
      v.pipe(
        v.literal('json', 'json'),
        v.description('Every line of the log is one JSON object; a finding fails otherwise.'),
      ),
    ),
    cors: v.optional(
      v.pipe(
        v.strictObject({
          allow: v.pipe(
            v.array(
              v.pipe(v.string(originMessage), v.regex(/^https?:\/\/[^/\s]+$/, originMessage)),
            ),
            v.description('Origins whose scripts use the application.'),
          ),
          path: urlPath('A path that they use.'),
          credentials: flag('Whether they send cookies.'),
        }),
        v.description('Front ends on other origins.'),
      ),
    ),
  }),
  v.description('What answers and logs have to be.'),
);
