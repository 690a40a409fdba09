/** One key of the manifest with what a person should know about it. */
export interface ManifestParts {
  readonly name: string;
  readonly settings: { readonly dev?: string; readonly prod?: string };
  /** Name → YAML of the value, with a comment. */
  readonly environment: readonly {
    readonly name: string;
    readonly value: string;
    readonly why: string;
  }[];
  /** Variables that somebody has to give a value. */
  readonly open: readonly { readonly name: string; readonly why: string }[];
  readonly processes: readonly {
    readonly name: string;
    readonly command?: string;
    readonly port?: number;
    readonly health?: string;
  }[];
  /** Name → YAML of its mapping. */
  readonly services: readonly {
    readonly name: string;
    readonly value: string;
    readonly why: string;
  }[];
  readonly release: readonly string[];
  readonly host: string | undefined;
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
    ...(parts.host === undefined ? [] : [`  host: ${parts.host}`]),
    ...(parts.release.length === 0
      ? []
      : ['  release:', ...parts.release.map((command) => `    - ${quote(command)}`)]),
    '  # What must answer before a release is good; add the pages that count.',
    '  smoke:',
    '    - get: /',
    '',
  ];
  return lines.filter((line, at) => !(line === 'app:' && isEmptySection(lines[at + 1]))).join('\n');
}

function isEmptySection(next: string | undefined): boolean {
  return next === undefined || !next.startsWith(' ');
}

function renderSettings({ dev, prod }: ManifestParts['settings']): readonly string[] {
  return [
    '  settings:',
    ...(dev === undefined ? [] : [`    dev: ${dev}`]),
    ...(prod === undefined ? [] : [`    prod: ${prod}`]),
  ];
}

function renderEnvironment({ environment, open }: ManifestParts): readonly string[] {
  if (environment.length === 0 && open.length === 0) return [];
  return [
    '  env:',
    ...environment.map(({ name, value, why }) => `    ${name}: ${value}  # ${why}`),
    ...open.map(({ name, why }) => `    ${name}:  # ${why}: give it a value in .env`),
  ];
}

function renderProcesses(processes: ManifestParts['processes']): readonly string[] {
  if (processes.length === 0) return [];
  return [
    '',
    'processes:',
    ...processes.flatMap(({ name, command, port, health }) => {
      const keys = [
        ...(command === undefined ? [] : [`    command: ${quote(command)}`]),
        ...(port === undefined ? [] : [`    port: ${port}`]),
        ...(health === undefined ? [] : [`    health: ${health}`]),
      ];
      return keys.length === 0 ? [`  ${name}: {}`] : [`  ${name}:`, ...keys];
    }),
  ];
}

/** A text that YAML would read as something else is quoted. */
export function quote(value: string): string {
  const plain = /^[A-Za-z0-9_./$][^#:{}[\],&*!|>'"%@`]*$/u.test(value) && !/\s$/u.test(value);
  return plain && !/^(?:true|false|null|yes|no|on|off|\d+(?:\.\d+)?)$/iu.test(value)
    ? value
    : JSON.stringify(value);
}
