import { expect, test } from 'vitest';
import { suspectPath } from '../../../../src/rehearse/image-scan/suspicious-file.ts';

test.each([
  ['/app/db.sqlite3', 'database'],
  ['/app/backups/prod.sql.gz', 'database'],
  ['/app/schema.sql', undefined],
  ['/usr/share/misc/magic.sqlite3', undefined],
  ['/usr/bin/gcc', 'tool'],
  ['/usr/bin/x86_64-linux-gnu-gcc-14', 'tool'],
  ['/usr/bin/gcov', undefined],
  ['/usr/local/lib/python3.13/site-packages/pytest-8.3.4.dist-info/METADATA', 'tool'],
  ['/usr/local/lib/python3.13/site-packages/pytest_django-4.9.dist-info/METADATA', undefined],
  ['/usr/local/lib/python3.13/site-packages/django/conf/x.key', undefined],
])('%s is %s', (path, kind) => {
  expect(suspectPath(path)).toBe(kind);
});
