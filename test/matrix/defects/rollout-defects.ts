import type { Defect } from '../defect.ts';
import { production } from './places.ts';

/** A migration of the library that comes after its first. */
function migration(operations: string, before = ''): string {
  return `${before}from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]
    operations = [${operations}]
`;
}

const second = 'library/migrations/0002_change.py';

/** What a new release does to the old one and to those who use it. */
export const rolloutDefects: readonly Defect[] = [
  {
    id: 'column-dropped-in-use',
    base: 'releases',
    change: 'a column is dropped that the old release reads',
    edits: [{ release: 'column-removed/unsafe' }],
    only: ['migrate', 'previous'],
    found: {
      code: 'migration-unsafe',
      level: 'fail',
      title: 'library.0002_remove_book_pages: …',
    },
  },
  {
    id: 'index-built-under-lock',
    base: 'releases',
    change: 'an index is built without CONCURRENTLY on a table that is written to',
    edits: [{ release: 'index/unsafe' }],
    only: ['migrate', 'previous'],
    found: {
      code: 'migration-unsafe',
      level: 'fail',
      title: 'library.0002_loan_reader_index: …',
      fix: 'AddIndexConcurrently',
    },
  },
  {
    id: 'table-written-anew',
    base: 'releases',
    change: 'the type of a column changes, and the whole table is written anew',
    edits: [{ release: 'type-change/unsafe' }],
    only: ['migrate', 'previous'],
    found: {
      code: 'migration-unsafe',
      level: 'fail',
      title: 'library.0002_book_pages_wider: …',
    },
    also: ['warn migration-caution'],
  },
  {
    id: 'foreign-key-under-lock',
    base: 'releases',
    change: 'a foreign key is added and checked under one lock',
    edits: [{ release: 'foreign-key/unsafe' }],
    only: ['migrate', 'previous'],
    found: {
      code: 'migration-unsafe',
      level: 'fail',
      title: 'library.0002_loan_branch: …',
    },
    also: ['warn migration-caution'],
  },
  {
    id: 'rows-changed-at-once',
    base: 'releases',
    change: 'all rows of a table are changed in one transaction',
    edits: [{ release: 'bulk-update/unsafe' }],
    only: ['migrate', 'previous'],
    found: {
      code: 'migration-caution',
      level: 'warn',
      title: 'library.0002_raise_prices: …',
    },
  },
  {
    id: 'required-column-of-python-only',
    base: 'releases',
    change: 'a NOT NULL column whose default only Python knows: the old release cannot write',
    edits: [{ release: 'required-column/unsafe' }],
    only: ['rollout'],
    found: {
      code: 'old-release-errors',
      level: 'fail',
      title: 'POST /loans/ of the old release answers 500…',
      detail: 'violates not-null constraint',
      fix: 'db_default',
    },
    also: [
      'fail migration-unsafe',
      'warn lock-timeout-missing',
      'fail deploy-order',
      'fail rollback-failed',
    ],
  },
  {
    id: 'lock-without-timeout',
    base: 'releases',
    change: 'a migration waits for a lock without lock_timeout, and everybody behind it',
    edits: [{ release: 'waits-for-a-lock/unsafe' }],
    only: ['rollout'],
    found: {
      code: 'lock-timeout-missing',
      level: 'warn',
      title: 'Behind a reader of … s, every request on public.library_loan waited … ms.',
      fix: 'lock_timeout',
    },
  },
  {
    id: 'migration-without-way-back',
    base: 'releases',
    change: 'RunPython without `reverse_code`',
    edits: [
      {
        file: second,
        write: migration('migrations.RunPython(fill)', 'def fill(apps, editor):\n    pass\n\n\n'),
      },
    ],
    only: ['rollout'],
    found: {
      code: 'migration-irreversible',
      level: 'warn',
      title: 'library.0002_change cannot be reversed: “…” has no way back.',
      fix: 'noop',
    },
  },
  {
    id: 'way-back-fails',
    base: 'releases',
    change: 'the reverse of a RunSQL names something that does not exist',
    edits: [
      {
        file: second,
        write: migration(
          'migrations.RunSQL("CREATE VIEW shelves AS SELECT 1", "DROP VIEW no_such_view")',
        ),
      },
    ],
    only: ['rollout'],
    found: {
      code: 'migration-reverse-failed',
      level: 'warn',
      title: 'library.0002_change fails when it is reversed.',
      detail: 'no_such_view',
    },
  },
  {
    id: 'session-cookie-renamed',
    base: 'shop',
    change: 'SESSION_COOKIE_NAME has another value than in the old release',
    edits: [{ file: production, append: 'SESSION_COOKIE_NAME = "shop_session"\n' }],
    only: ['rollout'],
    found: {
      code: 'sessions-lost',
      level: 'fail',
      title: 'The deploy logs everybody out: the new release cannot read sessions of v1 (…).',
      fix: 'Keep SESSION_COOKIE_NAME',
    },
  },
  {
    id: 'style-sheet-changed',
    base: 'kiosk',
    silent: 'old-assets-gone',
    change: 'a style sheet changes, and the new image has only the new hashed file',
    edits: [{ file: 'stock/static/stock/site.css', append: 'p { margin: 0 }\n' }],
    only: ['rollout'],
    found: {
      code: 'old-assets-gone',
      level: 'warn',
      title:
        'Pages of v1 (…) lose 1 of 1 files at the deploy: /static/stock/site.….css is answered with 404.',
      fix: 'Keep the files of the release before',
    },
  },
];
