/** One line of a Procfile. */
export interface ProcfileEntry {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

/** The process types of a Procfile, as Heroku and Dokku read it. */
export function readProcfile(text: string): readonly ProcfileEntry[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /^([A-Za-z0-9_-]+):\s*(\S.*)$/u.exec(line.trimEnd());
    if (match === null) return [];
    const [, name = '', command = ''] = match;
    return [{ name: name.toLowerCase().replaceAll('_', '-'), command, line: index + 1 }];
  });
}
