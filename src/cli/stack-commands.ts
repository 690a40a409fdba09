import { type CommandSpec, engineOptions, projectOptions, resultOptions } from './command-spec.ts';

/** The commands of the day: the stack and what people do with it. */
export const stackCommands: readonly CommandSpec[] = [
  {
    name: 'up',
    summary: 'Run the project: its image, its services, its database',
    description:
      'Builds the production image if the tree has changed, starts the services and every process ' +
      'with the settings of development, and shows their logs until Ctrl-C. What runs already and ' +
      'has not changed is left as it is.',
    examples: [
      { line: 'djdev up', does: 'everything, with logs, until Ctrl-C' },
      { line: 'djdev up -d', does: 'return once it answers' },
      { line: 'djdev up -d --migrate', does: 'apply pending migrations first' },
      { line: 'djdev up --plan', does: 'names, ports and commands' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'detach',
      'wait',
      'build',
      'no-build',
      'migrate',
      'no-migrate',
      'no-sync',
      'per-branch',
      'level',
      'grep',
      'timing',
      'plan',
      'verbose',
      'quiet',
      ...resultOptions,
    ],
    ownTimeout: true,
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'stop',
    summary: 'Stop what runs, and keep it',
    description:
      'Stops the containers of this checkout, or of the processes and services that are named. ' +
      'Nothing is removed; djdev start goes on.',
    examples: [
      { line: 'djdev stop', does: 'everything' },
      { line: 'djdev stop worker', does: 'one process' },
    ],
    options: [...projectOptions, ...engineOptions, 'quiet', ...resultOptions],
    arguments: { form: '[process...]' },
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'start',
    summary: 'Start again what was stopped',
    description:
      'Starts stopped containers of this checkout as they are: services first, then processes. ' +
      'djdev up does this too, and builds what has changed.',
    examples: [{ line: 'djdev start', does: 'everything that was stopped' }],
    options: [...projectOptions, ...engineOptions, 'quiet', ...resultOptions],
    arguments: { form: '[process...]' },
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'restart',
    summary: 'Stop and start processes',
    description: 'Restarts all processes, or the processes and services that are named.',
    examples: [
      { line: 'djdev restart', does: 'every process; services keep running' },
      { line: 'djdev restart worker', does: 'one of them' },
    ],
    options: [...projectOptions, ...engineOptions, 'quiet', ...resultOptions],
    arguments: { form: '[process...]' },
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'ps',
    summary: 'Show what runs',
    description: 'Lists the containers of this checkout with their state and addresses.',
    examples: [
      { line: 'djdev ps', does: 'for people' },
      { line: 'djdev ps --json', does: 'for programs' },
    ],
    options: [...projectOptions, ...engineOptions, ...resultOptions],
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'logs',
    summary: 'Show what processes and services wrote',
    description:
      'Shows the output of all processes and services, or of those that are named. Log lines in ' +
      'JSON are shown for people.',
    examples: [
      { line: 'djdev logs -f web', does: 'follow one process' },
      { line: 'djdev logs --level error', does: 'errors, with their tracebacks' },
      { line: 'djdev logs --since 10m --grep checkout', does: 'a search in the last ten minutes' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'color',
      'debug',
      'tail',
      'since',
      'level',
      'grep',
      'follow',
    ],
    arguments: { form: '[process...]' },
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'exec',
    summary: 'Run a command in a container that runs',
    description:
      'Runs a command in the container of a process or service. Terminal, input and exit code are ' +
      'those of the command. Options stand before the process.',
    examples: [
      { line: 'djdev exec web sh', does: 'a shell beside the server' },
      { line: 'djdev exec -u root web id', does: 'as another user' },
    ],
    options: [...projectOptions, ...engineOptions, 'user', 'no-tty', 'color', 'debug'],
    arguments: { form: '<process> <command...>', handsOn: 'rest' },
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'run',
    summary: 'Run a command in a container of its own',
    description:
      'Builds the image if the tree has changed, starts the database, and runs a command with the ' +
      'image and environment of the processes in a container that is removed afterwards.',
    examples: [
      { line: 'djdev run python -V', does: 'one command' },
      { line: 'djdev run sh', does: 'a shell in the image' },
    ],
    options: [...projectOptions, ...engineOptions, 'user', 'no-tty', 'no-build', 'color', 'debug'],
    arguments: { form: '<command...>', handsOn: 'rest' },
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'manage',
    summary: 'Run a management command',
    description:
      'Runs manage.py with what follows. It runs in the container of the web process where that ' +
      'has the image of the tree, and in one of its own where it does not. Options of djdev stand ' +
      'before the word manage.',
    examples: [
      { line: 'djdev manage check --deploy', does: 'any command, with its options' },
      { line: 'djdev -C shop manage dbshell', does: 'options of djdev come first' },
    ],
    options: [...projectOptions, ...engineOptions, 'color', 'debug'],
    arguments: { form: '[argument...]', handsOn: 'all' },
    load: () => import('./commands/manage.ts'),
  },
  {
    name: 'test',
    summary: 'Run the tests',
    description: 'Runs manage.py test with what follows, as djdev manage does.',
    examples: [{ line: 'djdev test shop.tests --parallel 4', does: 'some tests' }],
    options: [...projectOptions, ...engineOptions, 'color', 'debug'],
    arguments: { form: '[argument...]', handsOn: 'all' },
    load: () => import('./commands/test.ts'),
  },
  {
    name: 'shell',
    summary: "Open Django's shell",
    description: 'Runs manage.py shell with what follows, as djdev manage does.',
    examples: [{ line: 'djdev shell', does: 'Python with the models at hand' }],
    options: [...projectOptions, ...engineOptions, 'color', 'debug'],
    arguments: { form: '[argument...]', handsOn: 'all' },
    load: () => import('./commands/shell.ts'),
  },
  {
    name: 'psql',
    summary: 'Open a session with the database',
    description:
      'Runs psql in the container of Postgres, with what follows, on the database of the ' +
      'application. Postgres is started if it does not run.',
    examples: [
      { line: 'djdev psql', does: 'a session' },
      { line: "djdev psql -c 'SELECT 1'", does: 'one statement' },
      { line: 'djdev psql < dump.sql', does: 'a file' },
    ],
    options: [...projectOptions, ...engineOptions, 'color', 'debug'],
    arguments: { form: '[argument...]', handsOn: 'all' },
    load: () => import('./commands/psql.ts'),
  },
  {
    name: 'attach',
    summary: 'Debug a breakpoint() that a process has reached',
    description:
      'Joins this terminal with pdb where a breakpoint() of the application waits, in any process ' +
      'or in those that are named; when none does, waits until one is reached. c goes on, q ends ' +
      'the request with an error, and Ctrl-D lets it go on. Other requests are served meanwhile.',
    examples: [
      { line: 'djdev attach', does: 'whichever process it is' },
      { line: 'djdev attach worker', does: 'a task of this process' },
    ],
    options: [...projectOptions, ...engineOptions, 'no-tty', 'color', 'debug'],
    arguments: { form: '[process...]' },
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'debug',
    summary: 'Let an editor debug a running process',
    description:
      'Puts debugpy beside a process that runs, web or the one that is named, and listens on a port ' +
      'of this machine for an editor, until Ctrl-C. Prints how VS Code attaches. The image and the ' +
      'container stay as they are; an edit still takes milliseconds, and the editor attaches again.',
    examples: [
      { line: 'djdev debug', does: 'the web process, at 127.0.0.1:5678' },
      { line: 'djdev debug --write-launch', does: 'and put it into .vscode/launch.json' },
    ],
    options: [...projectOptions, ...engineOptions, 'port', 'write-launch', 'color', 'debug'],
    arguments: { form: '[process]' },
    load: () => import('./commands/debug.ts'),
  },
  {
    name: 'snapshot',
    summary: 'Keep copies of the database, and put them back',
    description:
      'save copies the development database under a name, restore puts a copy back, list shows all ' +
      'with size, age and migrations, rm removes one. What restore replaces stays as a snapshot too. ' +
      'Snapshots are databases beside the one of the application, in the same volume.',
    examples: [
      { line: 'djdev snapshot save clean', does: 'keep a copy' },
      { line: 'djdev snapshot restore clean', does: 'go back to it' },
      { line: 'djdev snapshot list', does: 'those that there are, automatic ones too' },
    ],
    options: [...projectOptions, ...engineOptions, 'quiet', ...resultOptions],
    arguments: { form: '<action> [name]' },
    load: () => import('./commands/snapshot.ts'),
  },
  {
    name: 'db',
    summary: 'Import, export or reset the database',
    description:
      'import puts a dump in the place of the development database once it is restored whole, export ' +
      'writes one, reset begins with an empty database, profile prints row counts, null fractions and ' +
      'distinct counts without any value, shell is psql. What import and reset replace stays as a ' +
      'snapshot.',
    examples: [
      { line: 'djdev db import prod.dump', does: 'any format of pg_dump, also .gz and .zst' },
      { line: 'djdev db export shop.sql.gz', does: 'by the ending: .dump, .sql or .sql.gz' },
      { line: 'djdev db reset', does: 'an empty database' },
      { line: 'djdev db profile > profile.json', does: 'numbers for rehearsals with made-up rows' },
    ],
    options: [...projectOptions, ...engineOptions, 'url-from', 'quiet', ...resultOptions],
    arguments: { form: '<action> [file]' },
    load: () => import('./commands/db.ts'),
  },
  {
    name: 'parity',
    summary: 'Measure what differs from production',
    description:
      'Looks into the container that runs and into production, and says what differs, where it ' +
      'comes from and what mends it, with a score. Production is the image of this tree with the ' +
      'environment of the manifest, or with --against an image, or a file that --export wrote there. ' +
      'Secrets are never told. When nothing runs, images and settings are compared.',
    examples: [
      { line: 'djdev parity', does: 'what runs here, and what this tree would ship' },
      { line: 'djdev parity --against shop:1.4', does: 'another image' },
      { line: 'djdev parity --export > prod.json', does: 'describe production' },
      { line: 'djdev parity --program > ask.py', does: 'for: docker exec -i shop python3 -' },
      { line: 'djdev parity --against prod.json --fail-under 90', does: 'in CI' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'against',
      'export',
      'program',
      'fail-under',
      'no-build',
      'verbose',
      'quiet',
      ...resultOptions,
    ],
    load: () => import('./commands/parity.ts'),
  },
  {
    name: 'open',
    summary: 'Open the application in the browser',
    description: 'Prints the address of the web process, or of another one, and opens it.',
    examples: [{ line: 'djdev open', does: 'the web process' }],
    options: [...projectOptions, ...engineOptions, ...resultOptions],
    arguments: { form: '[process]' },
    load: () => import('./commands/open.ts'),
  },
];
