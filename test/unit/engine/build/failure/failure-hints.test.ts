import { expect, test } from 'vitest';
import { hintForCommand } from '../../../../../src/engine/build/failure/failure-hints.ts';

const hintFor = (output: string, exitCode = 1): string =>
  hintForCommand({ instruction: '[2/2] RUN python manage.py collectstatic', output, exitCode });

test.each([
  ["KeyError: 'DATABASE_URL'", /variable DATABASE_URL,/],
  [
    'environ.exc.ImproperlyConfigured: Set the DATABASE_URL environment variable',
    /variable DATABASE_URL,/,
  ],
  [
    'decouple.UndefinedValueError: DATABASE_URL not found. Declare it as envvar',
    /variable DATABASE_URL,/,
  ],
  [
    'SECRET_KEY = env.required("DJANGO_SECRET_KEY")\nImproperlyConfigured: The environment variable DJANGO_SECRET_KEY is required',
    /“RUN DJANGO_SECRET_KEY=build-only python/,
  ],
  [
    "MissingFileError: The file 'img/a.png' could not be found with <Storage object>.\nThe CSS file 'site.css' references a file",
    /^The CSS file “site\.css” refers to “img\/a\.png”, which does not exist\./,
  ],
  ['Error: pg_config executable not found.', /psycopg\[binary\]/],
  ["error: command 'gcc' failed: No such file or directory", /build-essential/],
  ["error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", /build-essential/],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /does not trust the certificate/],
  ['curl: (6) Could not resolve host: deb.nodesource.com', /reaches no network/],
  [
    'ERROR: Package foo requires a different Python: 3.13.5 not in <3.13',
    /Python of the base image/,
  ],
  ['ERROR: No matching distribution found for djangoo==5.2', /“djangoo==5\.2”/],
])('%s', (output, hint) => {
  expect(hintFor(output)).toMatch(hint);
});

test('a killed command is told from one that failed', () => {
  expect(hintFor('Killed', 137)).toMatch(/ran out of memory/);
  expect(hintFor('Killed', 1)).not.toMatch(/memory/);
});

test('a certificate comes before the missing package that it causes', () => {
  const output =
    'SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"))\nERROR: No matching distribution found for django';
  expect(hintFor(output)).toMatch(/certificate/);
});

test('what is not understood gets no invented cause', () => {
  expect(hintFor('AssertionError: 1 != 2')).toBe(
    'The lines above are the command’s own words. Correct the command, or what it reads.',
  );
  expect(hintFor('page not found: /x', 1)).toMatch(/own words/);
});
