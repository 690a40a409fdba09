import { expect, test } from 'vitest';
import { isSentence, readAdvice } from '../../../../src/report/formats/advice.ts';

test('sentences stay together, and code is what follows on them', () => {
  expect(
    readAdvice(
      'Build the index concurrently, in a migration of its own.\nfrom django.db import migrations\n\nclass Migration(migrations.Migration):\n    atomic = False\n',
    ),
  ).toEqual({
    text: 'Build the index concurrently, in a migration of its own.',
    code: 'from django.db import migrations\n\nclass Migration(migrations.Migration):\n    atomic = False',
  });
  const sentences = 'Send a policy.\nSet SECURE_SSL_REDIRECT = True, unless the proxy redirects.';
  expect(readAdvice(sentences)).toEqual({ text: sentences, code: '' });
  expect(readAdvice('Add USER')).toEqual({ text: 'Add USER', code: '' });
});

test.each([
  ['Expected the body to contain “No such words”.', true],
  ['exit code 1, after these lines:', true],
  ['  File "/app/settings.py", line 12, in <module>', false],
  ['curl -i http://127.0.0.1:49153/.', false],
  ['class Migration(migrations.Migration):', false],
  ['# A build that is broken off leaves an INVALID index.', false],
  ['PID 1: /bin/sh -c gunicorn', false],
])('%j is a sentence: %s', (line, expected) => {
  expect(isSentence(line)).toBe(expected);
});
