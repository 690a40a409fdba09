import { stepIds } from '../report/step.ts';
import {
  type CommandSpec,
  engineOptions,
  progressOptions,
  projectOptions,
  resultOptions,
} from './command-spec.ts';
import { stackCommands } from './stack-commands.ts';

/** The commands, in the order in which help shows them. */
export const commands: readonly CommandSpec[] = [
  ...stackCommands,
  {
    name: 'init',
    summary: 'Write what an existing project lacks',
    description:
      'Looks at manage.py, settings, requirements, Procfile and URLs, says what it found and ' +
      'where, and writes djdev.yaml and, when agreed, a Dockerfile, .dockerignore and ' +
      '.env.example. A file that is there is never changed.',
    examples: [
      { line: 'djdev init --dry-run', does: 'show what would be written' },
      { line: 'djdev init', does: 'write it, asking about each file' },
      { line: 'djdev init --from compose.yaml', does: 'take services and commands over' },
      { line: 'djdev init --yes', does: 'without questions' },
      { line: 'djdev init --ci', does: 'a job that rehearses pull requests too' },
      { line: 'djdev init --health-patch | git apply', does: 'add a health URL' },
    ],
    options: ['cwd', 'from', 'ci', 'health-patch', 'dry-run', 'yes', ...resultOptions],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'new',
    summary: 'Begin a project',
    description:
      'Writes a complete Django project: Dockerfile first, settings for development and ' +
      'production, tests, a manifest. Without a name: the presets there are.',
    examples: [
      { line: 'djdev new', does: 'the presets' },
      { line: 'djdev new shop', does: 'the preset minimal' },
      { line: 'djdev new shop --preset api', does: 'another one' },
      { line: 'djdev new shop --preset ./ours', does: 'a preset of your own' },
    ],
    arguments: { form: '[name]' },
    options: ['cwd', 'preset', 'dry-run', 'color', 'debug'],
    load: () => import('./commands/new.ts'),
  },
  {
    name: 'rehearse',
    summary: 'Know whether this tree would deploy',
    description:
      'Builds the production image and deploys it to a scratch environment: release commands, ' +
      'static files, boot, smoke requests, shutdown. Nothing is left behind.\n\n' +
      `Steps: ${stepIds.join(', ')}.`,
    examples: [
      { line: 'djdev rehearse', does: 'everything, about as long as a deploy' },
      { line: 'djdev rehearse --quick', does: 'before a push, in seconds' },
      { line: 'djdev rehearse --plan', does: 'what would be done' },
      { line: 'djdev rehearse --only build,settings', does: 'two steps and what they need' },
      { line: 'djdev rehearse --json | tail -n 1', does: 'the report for a program' },
      { line: 'djdev rehearse --report out', does: 'for CI: a page, JUnit, SARIF, logs' },
      { line: 'djdev rehearse --write-baseline', does: 'start with an old project as it is' },
      { line: 'djdev rehearse --previous v1.4.0', does: 'while that release serves' },
      { line: 'djdev rehearse --keep', does: 'leave the application running to look at it' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'plan',
      'only',
      'skip',
      'quick',
      'repro',
      'fail-on',
      'baseline',
      'write-baseline',
      'report',
      'history',
      'previous',
      'no-data',
      'renew-data',
      'keep',
      ...progressOptions,
      ...resultOptions,
    ],
    load: () => import('./commands/rehearse.ts'),
  },
  {
    name: 'smoke',
    summary: 'Send the smoke requests to what runs already',
    description:
      'Sends the requests of rehearse.smoke to the running djdev up, or with --url to any ' +
      'deployment, which needs no Docker. What has to look into the container (users, setup ' +
      'commands, queries) is left out with its reason where only a URL is known.',
    examples: [
      { line: 'djdev smoke', does: 'the running djdev up' },
      { line: 'djdev smoke --url https://www.example.com', does: 'after a deployment' },
      { line: 'djdev smoke --url https://staging.example.com --json', does: 'for a program' },
      { line: 'djdev smoke --report out', does: 'for CI: JUnit and more' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'url',
      'fail-on',
      'report',
      ...progressOptions,
      ...resultOptions,
    ],
    load: () => import('./commands/smoke.ts'),
  },
  {
    name: 'migrations',
    summary: 'Know what migrations do to a database in use',
    description:
      'check applies pending migrations on a scratch Postgres with made-up rows, and says which ' +
      'locks they held, what they did under them, and what they take from the release that is ' +
      'running: safe, caution, unsafe or fails, with what to do instead. Pending are those that the ' +
      'development database lacks, those that are named, or with --since those that a git ref ' +
      'lacks. list has their names, show prints the SQL of one, trace does the same for any script ' +
      'of SQL. Exit code 1 for unsafe and fails.',
    examples: [
      { line: 'djdev migrations check', does: 'what the development database lacks' },
      { line: 'djdev migrations check --since main', does: 'what this branch adds' },
      { line: 'djdev migrations show shop.0007', does: 'its SQL, and what it does' },
      {
        line: 'djdev migrations trace --sql change.sql --setup schema.sql --json',
        does: 'a script, for a program',
      },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'all',
      'since',
      'sql',
      'setup',
      'atomic',
      'verbose',
      'quiet',
      ...resultOptions,
    ],
    arguments: { form: '<action> [name...]' },
    load: () => import('./commands/migrations.ts'),
  },
  {
    name: 'explain',
    summary: 'Say what a code means',
    arguments: { form: '[code]' },
    description:
      'What a finding code or an error code stands for, and how a team gives a finding another ' +
      'level. Without a code: all of them.',
    examples: [
      { line: 'djdev explain image-runs-as-root', does: 'a finding' },
      { line: 'djdev explain DJ-PORT-TAKEN', does: 'an error' },
      { line: 'djdev explain', does: 'all codes' },
    ],
    options: [...resultOptions],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'report',
    summary: 'Look at what rehearsals found out',
    arguments: { form: '[show|open|compare] [report...]' },
    description:
      'Shows a report that was kept: as text, as a page in the browser, or what changed from one ' +
      'to another. The last ten reports of a checkout are kept; a report of --report is named by ' +
      'its directory.',
    examples: [
      { line: 'djdev report open', does: 'the page of the last rehearsal' },
      { line: 'djdev report show', does: 'its text once more' },
      { line: 'djdev report compare', does: 'what changed since the one before' },
      { line: 'djdev report compare main/ branch/', does: 'two reports of --report' },
    ],
    options: [...projectOptions, 'verbose', ...resultOptions],
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'build',
    summary: 'Build the production image',
    description:
      'Builds the production image as rehearse does and prints its reference. An unchanged tree ' +
      'is not built again.',
    examples: [
      { line: 'djdev build', does: 'build, and print repository:tag' },
      { line: 'docker run --rm -it "$(djdev build -q)" sh', does: 'a shell in the image' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'no-cache',
      ...progressOptions,
      ...resultOptions,
    ],
    load: () => import('./commands/build.ts'),
  },
  {
    name: 'config',
    summary: 'Show the project as djdev understands it',
    description:
      'Prints the resolved project: every value with where it comes from. Secrets are redacted.',
    examples: [
      { line: 'djdev config', does: 'for people' },
      { line: 'djdev config --json', does: 'for programs' },
    ],
    options: [...projectOptions, ...resultOptions],
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'fix',
    summary: 'Write the keys of the manifest as djdev knows them',
    description:
      'Finds keys of djdev.yaml and djdev.local.yaml that this version does not know, and writes ' +
      'those that were most likely meant, after a question. Comments and everything else stay. ' +
      'Exit code 1 when something could be put right and was not.',
    examples: [
      { line: 'djdev fix --dry-run', does: 'what would be written' },
      { line: 'djdev fix', does: 'write it, after a question' },
    ],
    options: ['cwd', 'file', 'dry-run', 'yes', 'color', 'debug'],
    load: () => import('./commands/fix.ts'),
  },
  {
    name: 'env',
    summary: 'Show every variable, who gives it and who reads it',
    description:
      'list shows what the code asks for, what production is given, and where both stand. check ' +
      'fails when code needs a variable that nothing gives. example completes .env.example.',
    examples: [
      { line: 'djdev env', does: 'every variable with its readers' },
      { line: 'djdev env check', does: 'for CI: do code, manifest and example agree?' },
      { line: 'djdev env example', does: 'add what is missing to .env.example' },
    ],
    arguments: { form: '[list|check|example]' },
    options: [...projectOptions, 'dry-run', ...resultOptions],
    load: () => import('./commands/env.ts'),
  },
  {
    name: 'export',
    summary: 'Write the stack as a Compose file',
    description:
      'Prints the stack of development for Docker Compose: the same image, services, addresses ' +
      'and commands. Secrets are not in it; Compose reads them from .env.',
    examples: [{ line: 'djdev export compose > compose.yaml', does: 'a file for docker compose' }],
    arguments: { form: '[compose]' },
    options: [...projectOptions, 'color', 'debug'],
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'mcp',
    summary: 'Serve editors and agents over the Model Context Protocol',
    description:
      'Speaks the Model Context Protocol on stdin and stdout: tools that show what runs, its logs, ' +
      'what the last rehearsal found, and what a code means. Nothing is changed unless ' +
      '--allow-changes says that it may.',
    examples: [
      { line: 'djdev mcp', does: 'status, logs, findings, explain' },
      { line: 'djdev mcp --allow-changes', does: 'reload, smoke and rehearse too' },
      { line: 'djdev mcp -C ~/src/shop', does: 'of that project' },
    ],
    options: [...projectOptions, 'host', 'context', 'allow-changes', 'color', 'debug'],
    load: () => import('./commands/mcp.ts'),
  },
  {
    name: 'completion',
    summary: 'Complete commands, options and names in a shell',
    description:
      'Prints the script that makes a shell complete djdev: commands, options, processes and ' +
      'services of the project, and commands of manage.py.',
    examples: [
      { line: 'source <(djdev completion bash)', does: 'in ~/.bashrc' },
      { line: 'djdev completion zsh > "${fpath[1]}/_djdev"', does: 'for zsh' },
      { line: 'djdev completion fish | source', does: 'in config.fish' },
    ],
    arguments: { form: '<shell...>', handsOn: 'rest' },
    options: [...projectOptions, 'debug'],
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'doctor',
    summary: 'Check that this machine can do the work',
    description:
      'Checks the Docker engine, the builder, disk space, limits and the manifest, and says how ' +
      'to mend what is broken. --full tries it too: a small image is built and run, and its port, ' +
      'files, clock and network are looked at.',
    examples: [
      { line: 'djdev doctor', does: 'look at everything' },
      { line: 'djdev doctor --full', does: 'and try it: some seconds' },
      { line: 'djdev doctor --fix', does: 'mend what can be mended from here' },
      { line: 'djdev doctor --full --bundle help.tar.gz', does: 'something to share' },
      { line: 'djdev doctor --context colima', does: 'check another engine' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'full',
      'fix',
      'yes',
      'bundle',
      ...resultOptions,
    ],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'down',
    summary: 'Remove what djdev made for this project',
    description:
      'Removes the containers and networks of this checkout, and says what it keeps. Data is ' +
      'only removed with --volumes. A checkout whose directory was deleted is named with ' +
      '--worktree, as djdev ps of another checkout and docker ps show it.',
    examples: [
      { line: 'djdev down', does: 'containers and networks' },
      { line: 'djdev down --dry-run', does: 'what would be removed' },
      { line: 'djdev down -v --rmi', does: 'volumes and images too' },
      { line: 'djdev down --worktree shop-3f9a1c', does: 'of a checkout that is no more' },
    ],
    options: [
      ...projectOptions,
      ...engineOptions,
      'volumes',
      'rmi',
      'worktree',
      'dry-run',
      'yes',
      ...resultOptions,
    ],
    load: () => import('./commands/down.ts'),
  },
];

export type Command = CommandSpec;

/** The command of this name, or `undefined`. */
export function findCommand(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
