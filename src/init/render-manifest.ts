/** What stands in the manifest; every `value` and `command` is YAML. */
export interface ManifestParts {
  readonly name: string;
  /** Where the image is built from; absent keys are what djdev finds by itself. */
  readonly build: {
    readonly dockerfile?: string;
    readonly context?: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
    readonly why: string;
  };
  readonly settings: { readonly dev?: string; readonly prod?: string };
  readonly environment: readonly {
    readonly name: string;
    readonly value: string;
    readonly why: string;
  }[];
  readonly processes: readonly {
    readonly name: string;
    readonly command?: string;
    readonly port?: number;
    readonly health?: string;
  }[];
  readonly services: readonly {
    readonly name: string;
    readonly value: string;
    readonly why: string;
  }[];
  readonly release: readonly string[];
  /** The process migrates an empty database before it serves. */
  readonly migratesFirst: boolean;
  /** A path that answers for everybody: `/`, where nothing is known. */
  readonly smoke: { readonly path: string; readonly status?: number; readonly why?: string };
}

const schemaAddress = 'https://raw.githubusercontent.com/djdev/djdev/main/schema.json';

/** A small manifest with comments: what could not be derived stands in it, and why. */
export function renderManifest(parts: ManifestParts): string {
  const { settings } = parts;
  const lines = [
    `# yaml-language-server: $schema=${schemaAddress}`,
    '# What is not written here is derived from the project; `djdev config` shows all of it.',
    `name: ${parts.name}`,
    '',
    'app:',
    ...renderBuild(parts.build),
    ...(settings.dev === undefined && settings.prod === undefined ? [] : renderSettings(settings)),
    ...renderEnvironment(parts),
    ...renderProcesses(parts.processes),
    ...(parts.services.length === 0
      ? []
      : [
          '',
          'services:',
          ...parts.services.map(({ name, value, why }) => `  ${name}: ${value}  # ${why}`),
        ]),
    '',
    'rehearse:',
    ...(parts.release.length === 0
      ? []
      : ['  release:', ...parts.release.map((command) => `    - ${quoteCommand(command)}`)]),
    ...(parts.migratesFirst
      ? ['  budgets: { boot: 60s }  # it migrates an empty database before it serves']
      : []),
    '  # What must answer before a release is good; add the pages that count.',
    '  smoke:',
    ...renderSmoke(parts.smoke),
    '',
  ];
  return lines.filter((line, at) => !(line === 'app:' && isEmptySection(lines[at + 1]))).join('\n');
}

function isEmptySection(next: string | undefined): boolean {
  return next === undefined || !next.startsWith(' ');
}

function renderBuild(build: ManifestParts['build']): readonly string[] {
  const { dockerfile, context, target, args = {}, why } = build;
  const values = Object.entries(args).map(([name, value]) => `${name}: ${quote(value)}`);
  const lines = [
    ...(dockerfile === undefined ? [] : [`      dockerfile: ${quote(dockerfile)}`]),
    ...(context === undefined ? [] : [`      context: ${quote(context)}`]),
    ...(target === undefined ? [] : [`      target: ${quote(target)}`]),
    ...(values.length === 0 ? [] : [`      args: { ${values.join(', ')} }`]),
  ];
  return lines.length === 0 ? [] : [`  build:  # ${why}`, ...lines.map((line) => line.slice(2))];
}

function renderSmoke({ path, status, why }: ManifestParts['smoke']): readonly string[] {
  return [
    `    - get: ${path}${why === undefined ? '' : `  # ${why}`}`,
    ...(status === undefined ? [] : [`      status: ${status}`]),
  ];
}

/** A list is YAML already. */
function quoteCommand(command: string): string {
  return command.startsWith('["') ? command : quote(command);
}

function renderSettings({ dev, prod }: ManifestParts['settings']): readonly string[] {
  return [
    '  settings:',
    ...(dev === undefined ? [] : [`    dev: ${dev}`]),
    ...(prod === undefined ? [] : [`    prod: ${prod}`]),
  ];
}

function renderEnvironment({ environment }: ManifestParts): readonly string[] {
  if (environment.length === 0) return [];
  return [
    '  env:',
    ...environment.map(({ name, value, why }) => `    ${name}: ${value}  # ${why}`),
  ];
}

function renderProcesses(processes: ManifestParts['processes']): readonly string[] {
  if (processes.length === 0) return [];
  return [
    '',
    'processes:',
    ...processes.flatMap(({ name, command, port, health }) => {
      const keys = [
        ...(command === undefined ? [] : [`    command: ${quoteCommand(command)}`]),
        ...(port === undefined ? [] : [`    port: ${port}`]),
        ...(health === undefined ? [] : [`    health: ${health}`]),
      ];
      return keys.length === 0 ? [`  ${name}: {}`] : [`  ${name}:`, ...keys];
    }),
  ];
}

/** A text that YAML would read as something else is quoted. */
export function quote(value: string): string {
  if (/^\$\{services\.[\w-]+\.\w+\}$/u.test(value)) return value;
  const plain = /^[A-Za-z0-9_./$][^#:{}[\],&*!|>'"%@`]*$/u.test(value) && !/\s$/u.test(value);
  return plain && !/^(?:true|false|null|yes|no|on|off|\d+(?:\.\d+)?)$/iu.test(value)
    ? value
    : JSON.stringify(value);
}
