import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Settings of pip that say where packages come from. */
export type PipSettings = Readonly<
  Partial<Record<'index-url' | 'extra-index-url' | 'trusted-host', string>>
>;

/**
 * Sections [global] and [install] of pip's configuration files, later ones winning, as
 * https://pip.pypa.io/en/stable/topics/configuration/ lists them. Values over several lines are
 * joined with spaces.
 */
export async function readPipSettings(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<PipSettings> {
  const files = [
    '/etc/pip.conf',
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip/pip.conf'),
    join(home, 'Library/Application Support/pip/pip.conf'),
    join(home, '.pip/pip.conf'),
    ...(env.PIP_CONFIG_FILE === undefined ? [] : [env.PIP_CONFIG_FILE]),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return Object.assign({}, ...texts.map(parsePipSettings));
}

function parsePipSettings(text: string): PipSettings {
  const settings: Record<string, string> = {};
  let isRead = false;
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    const [, key, value = ''] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      isRead = /^(?:global|install)$/.test(section.trim());
      last = undefined;
    } else if (key !== undefined) {
      last = isRead && /^(?:extra-)?index-url$|^trusted-host$/.test(key) ? key : undefined;
      if (last !== undefined) settings[last] = value.trim();
    } else if (last !== undefined && /^\s+\S/.test(line)) {
      settings[last] = `${settings[last] ?? ''} ${line.trim()}`.trim();
    }
  }
  return settings;
}
