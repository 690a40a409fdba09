/**
 * Every error code djdev can end with, its exit code and what it stands for.
 * Codes are permanent: `docs/errors.md` is generated from this table and a test holds both.
 *
 * Exit codes: 1 the application failed, 2 usage or manifest, 3 environment, 4 timeout, 70 a bug in djdev.
 */
export const errorCodes = {
  'DJ-BUILD': { exitCode: 1, summary: 'The image could not be built from the Dockerfile.' },
  'DJ-MIGRATE': { exitCode: 1, summary: 'Pending migrations could not be applied.' },
  'DJ-PREVIOUS-BUILD': { exitCode: 1, summary: 'The previous release does not build.' },
  'DJ-PREVIOUS-START': { exitCode: 1, summary: 'The previous release does not migrate or start.' },
  'DJ-PROCESS-START': { exitCode: 1, summary: 'A process of the application did not start.' },
  'DJ-USAGE': { exitCode: 2, summary: 'The command line cannot be understood.' },
  'DJ-PROJECT-NOT-FOUND': {
    exitCode: 2,
    summary: 'Neither a djdev.yaml nor a manage.py with a Dockerfile was found.',
  },
  'DJ-MANIFEST-SYNTAX': { exitCode: 2, summary: 'The manifest is not valid YAML.' },
  'DJ-MANIFEST-INVALID': { exitCode: 2, summary: 'The manifest has values that cannot be used.' },
  'DJ-ENV-FILE': { exitCode: 2, summary: 'An environment file is missing or unreadable.' },
  'DJ-ENV-MISSING': { exitCode: 2, summary: 'A required environment variable has no value.' },
  'DJ-DOCKERFILE-NOT-FOUND': { exitCode: 2, summary: 'The Dockerfile does not exist.' },
  'DJ-DOCKERFILE-SYNTAX': { exitCode: 2, summary: 'The Dockerfile cannot be parsed.' },
  'DJ-CONTEXT-UNREADABLE': { exitCode: 2, summary: 'A file of the build context is unreadable.' },
  'DJ-SQL-SETUP': { exitCode: 2, summary: 'The set-up of a traced script does not run.' },
  'DJ-PREVIOUS-NOT-FOUND': { exitCode: 2, summary: 'The previous release cannot be found.' },
  'DJ-ENGINE-UNREACHABLE': { exitCode: 3, summary: 'No Docker engine answers.' },
  'DJ-ENGINE-TOO-OLD': { exitCode: 3, summary: 'The Docker engine lacks a feature djdev needs.' },
  'DJ-ENGINE-REQUEST': { exitCode: 3, summary: 'The Docker engine refused a request.' },
  'DJ-ENGINE-LOST': { exitCode: 3, summary: 'The connection to the Docker engine broke.' },
  'DJ-DISK-FULL': { exitCode: 3, summary: 'The engine has no disk space left.' },
  'DJ-PORT-TAKEN': { exitCode: 3, summary: 'A port that must be published is in use.' },
  'DJ-IMAGE-NOT-FOUND': { exitCode: 3, summary: 'An image is neither local nor pullable.' },
  'DJ-COMMAND-NOT-FOUND': { exitCode: 3, summary: 'An image cannot execute the given command.' },
  'DJ-DATABASE-START': { exitCode: 3, summary: 'The scratch Postgres did not start.' },
  'DJ-DATABASE-QUERY': { exitCode: 3, summary: 'The scratch Postgres refused djdev a query.' },
  'DJ-DATA-SOURCE': { exitCode: 2, summary: 'The data to restore is missing or cannot be read.' },
  'DJ-DATA-MASK': { exitCode: 2, summary: 'A script that masks restored data failed.' },
  'DJ-DATA-BUSY': { exitCode: 3, summary: 'The restored data is in use by a run that was kept.' },
  'DJ-DUMP-UNREADABLE': { exitCode: 3, summary: 'A dump is cut off, damaged, or no dump at all.' },
  'DJ-DUMP-VERSION': { exitCode: 3, summary: 'A dump was made by a newer Postgres.' },
  'DJ-RESTORE': { exitCode: 3, summary: 'A dump could not be restored.' },
  'DJ-SNAPSHOT': { exitCode: 2, summary: 'A snapshot does not exist, or its name cannot be used.' },
  'DJ-SERVICE-START': { exitCode: 3, summary: 'A service beside the application did not start.' },
  'DJ-DEBUGPY': { exitCode: 3, summary: 'debugpy cannot be put beside a process.' },
  'DJ-STACK-DOWN': { exitCode: 3, summary: 'The command needs a container that does not run.' },
  'DJ-REPORT-NOT-FOUND': { exitCode: 2, summary: 'There is no saved report to show.' },
  'DJ-REPORT-WRITE': { exitCode: 3, summary: 'The files of a report could not be written.' },
  'DJ-STATE': { exitCode: 3, summary: 'The directory for what djdev remembers cannot be used.' },
  'DJ-DJANGO-RUNNER': {
    exitCode: 3,
    summary: 'The Python process that asks Django inside the image broke.',
  },
  'DJ-CONTAINER-LOST': { exitCode: 3, summary: 'A container was removed or killed from outside.' },
  'DJ-TIMEOUT': { exitCode: 4, summary: 'The run took longer than --timeout.' },
  'DJ-BUG': { exitCode: 70, summary: 'Something djdev did not expect: a bug in djdev.' },
} as const satisfies Record<string, { exitCode: 1 | 2 | 3 | 4 | 70; summary: string }>;

/** A permanent error code, for example `DJ-ENGINE-UNREACHABLE`. */
export type ErrorCode = keyof typeof errorCodes;
