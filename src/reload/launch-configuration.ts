/** A configuration of VS Code that attaches to `djdev debug`. */
export interface LaunchConfiguration {
  readonly name: string;
  readonly type: 'debugpy';
  readonly request: 'attach';
  readonly connect: { readonly host: string; readonly port: number };
  readonly pathMappings: readonly { readonly localRoot: string; readonly remoteRoot: string }[];
  readonly justMyCode: boolean;
  /** Attaches again when an edit has replaced the process. */
  readonly restart: true;
}

/** How VS Code attaches; `remoteRoot` is where the project lies in the container. Pure. */
export function describeLaunch(
  project: string,
  process: string,
  port: number,
  remoteRoot: string,
): LaunchConfiguration {
  return {
    name: `${project} ${process} (djdev debug)`,
    type: 'debugpy',
    request: 'attach',
    connect: { host: '127.0.0.1', port },
    // oxlint-disable-next-line no-template-curly-in-string -- VS Code's own variable
    pathMappings: [{ localRoot: '${workspaceFolder}', remoteRoot }],
    justMyCode: true,
    restart: true,
  };
}

/**
 * The text of a launch.json with this configuration in the place of one of the same name, or
 * behind the others; `undefined` when the text is not plain JSON, such as one with comments. Pure.
 */
export function addLaunch(
  existing: string | undefined,
  configuration: LaunchConfiguration,
): string | undefined {
  const read = existing === undefined ? { version: '0.2.0' } : parseObject(existing);
  if (read === undefined) return undefined;
  const { configurations: found } = read as { readonly configurations?: unknown };
  const others = (
    Array.isArray(found) ? (found as readonly { readonly name?: unknown }[]) : []
  ).filter(({ name }) => name !== configuration.name);
  const whole = { ...read, configurations: [...others, configuration] };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
