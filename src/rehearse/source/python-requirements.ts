/** A requirement whose version tomorrow’s build may choose anew. */
interface LooseRequirement {
  /** As it is written: `Django>=4`. */
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

/** What one requirements file asks for, and which others it brings in. */
export interface Requirements {
  readonly loose: readonly LooseRequirement[];
  /** Paths after -r, relative to the file. */
  readonly includes: readonly string[];
  /** Versions are fixed elsewhere: -c, or hashes that only one file has. */
  readonly isConstrained: boolean;
}

/** Reads the format of pip’s requirements files. */
export function readRequirements(text: string): Requirements {
  const loose: LooseRequirement[] = [];
  const includes: string[] = [];
  let isConstrained = false;
  let line = 0;
  let start = 0;
  let joined = '';
  for (const raw of text.split('\n')) {
    line += 1;
    if (joined === '') start = line;
    if (raw.trimEnd().endsWith('\\')) {
      joined += `${raw.trimEnd().slice(0, -1)} `;
      continue;
    }
    const written = (joined + raw).replace(/(^|\s)#.*$/u, '').trim();
    joined = '';
    const include = /^(?:-r|--requirement)[\s=]*(\S+)/u.exec(written)?.[1];
    if (include !== undefined) includes.push(include);
    else if (/^(?:-c|--constraint)\b/u.test(written)) isConstrained = true;
    else if (isLoose(written)) loose.push({ text: written.split(/\s;|;/u)[0] ?? '', line: start });
  }
  return { loose, includes, isConstrained };
}

/** Tools that only install: which version does that changes nothing in the result. */
const installers =
  /^(?:pip|setuptools|wheel|uv|poetry(?:-core)?|pipenv|pip-tools|pdm|hatch(?:ling)?)$/iu;

/** A name without an exact version; paths, archives, addresses and options are something else. */
export function isLoose(requirement: string): boolean {
  const [, name, rest = ''] =
    /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(.*)$/u.exec(requirement.split(/\s;|;/u)[0] ?? '') ??
    [];
  if (name === undefined || installers.test(name)) return false;
  if (/[/\\$*]|\.(?:whl|zip|gz|txt|toml)$/u.test(name + rest.replaceAll('*', ''))) return false;
  if (rest.startsWith('@') || /--hash/u.test(rest)) return false;
  return !/^={2,3}\s*[^*]+$/u.test(rest.replace(/\s.*$/u, ''));
}

/** What `pip install` and its like are given in the text of a RUN. */
export interface PipInstall {
  readonly packages: readonly string[];
  readonly files: readonly string[];
  readonly isConstrained: boolean;
}

/** Every `pip install` of a RUN’s text, also through `python -m` and uv. */
export function findPipInstalls(text: string): readonly PipInstall[] {
  const commands = text.replaceAll('\\\n', ' ').split(/&&|\|\||;|\n/u);
  return commands.flatMap((command) => {
    const rest = /\bpip3?\s+(?:install|wheel)\s+(.*)$/u.exec(command)?.[1];
    if (rest === undefined) return [];
    const words = [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(
      ([, double, single, bare]) => double ?? single ?? bare ?? '',
    );
    return [readWords(words)];
  });
}

const optionsWithValue =
  /^(?:-[ciftd]|--(?:index-url|extra-index-url|find-links|target|trusted-host|cache-dir|wheel-dir|prefix|root|python|timeout|retries|platform|no-binary|only-binary))$/u;

function readWords(words: readonly string[]): PipInstall {
  const packages: string[] = [];
  const files: string[] = [];
  let isConstrained = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [, glued] = /^(?:-r|--requirement=)(.+)$/u.exec(word) ?? [];
    if (word === '-c' || word.startsWith('--constraint') || word === '--require-hashes') {
      isConstrained = true;
      if (word === '-c' || word === '--constraint') at += 1;
    } else if (word === '-r' || word === '--requirement') {
      files.push(words[at + 1] ?? '');
      at += 1;
    } else if (glued !== undefined) files.push(glued);
    else if (word === '-e' || word === '--editable' || optionsWithValue.test(word)) at += 1;
    else if (!word.startsWith('-') && isLoose(word)) packages.push(word);
  }
  return { packages, files, isConstrained };
}
