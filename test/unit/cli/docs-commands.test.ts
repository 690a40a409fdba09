import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';
import { splitCommand } from '../../../src/project/split-command.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pages = globSync(['*.md', 'docs/*.md', 'examples/*/README.md', 'presets/*/files/README.md'], {
  cwd: root,
});

interface Shown {
  /** `docs/up.md: djdev up -d`, for a failure. */
  readonly place: string;
  readonly line: string;
}

/** What stands between the backquotes of a line, and code lines as a whole. */
function findCommands(page: string): readonly Shown[] {
  const text = readFileSync(`${root}/${page}`, 'utf8');
  const blocks = text.split('\n').flatMap((line) => {
    const shown =
      /^(?: {4,}|\t| *- run: |\$ )(?:\$ )?((?:[A-Z_]+=\S+ )*(?:npx )?djdev [^`]*)$/.exec(line);
    return shown?.[1] === undefined ? [] : [shown[1]];
  });
  const inline = [...text.matchAll(/`((?:[A-Z_]+=\S+ )*djdev [^`\n]+)`/g)].map(
    ([, line = '']) => line,
  );
  return [...blocks, ...inline].map((line) => ({ place: `${page}: ${line}`, line }));
}

/** The words that djdev is given; `undefined` for a form with placeholders, or a part of one. */
function wordsOf(line: string): readonly string[] | undefined {
  // A description stands two spaces behind; pipes and redirections belong to the shell.
  const [command = ''] = line.split(/ {2,}|\s[|&;>#]|\s\d?>/);
  if (/[<…[\]{}]|\.\.\.|\|/.test(command)) return undefined;
  const split = splitCommand(command.replace(/^(?:[A-Z_]+=\S+ )*(?:npx )?djdev /, ''));
  if (!('words' in split)) return undefined;
  return split.words.every((word) => !/^[A-Z_]{3,}$/.test(word)) ? split.words : undefined;
}

test('every command line in the documentation is one that djdev understands', () => {
  const shown = pages.flatMap(findCommands);
  const read = shown.flatMap(({ place, line }) => {
    const words = wordsOf(line);
    return words === undefined ? [] : [{ place, words }];
  });
  const wrong = read.flatMap(({ place, words }) => {
    try {
      parseArguments(words, {}, '0.0.0');
      return [];
    } catch (error) {
      // A command that is only spoken of stands without what it needs.
      return /argument/.test(String(error)) ? [] : [`${place} (${String(error)})`];
    }
  });
  expect(wrong).toEqual([]);
  expect(read.length).toBeGreaterThan(100);
});
