import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';

/** A problem in the terms of the screen. */
export interface ShownProblem {
  readonly roles: readonly string[];
  readonly message: string;
  readonly detail: readonly string[];
  readonly fix: string;
}

/** A terminal's size, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** At most this part of the screen. */
const share = 1 / 3;
const leastRows = 4;

/**
 * The block of lines that stays at the bottom of a terminal: every problem with what mends it, the
 * same problem of several processes once. Lines are cut, so that each takes one row. Pure.
 */
export function formatProblems(
  problems: readonly ShownProblem[],
  style: Style,
  { columns, rows }: ScreenSize,
): readonly string[] {
  if (problems.length === 0) return [];
  const width = Math.max(10, columns - 1);
  const cut = (text: string): string => {
    const characters = Array.from(oneLine(text));
    return characters.length > width
      ? `${characters.slice(0, width - 1).join('')}…`
      : characters.join('');
  };
  const lines = mergeRoles(problems).flatMap(({ roles, message, detail, fix }) => [
    style.red(cut(`✗ ${roles.length === 0 ? '' : `${roles.join(', ')}: `}${message}`)),
    ...detail.map((line) => style.dim(cut(`  ${line}`))),
    cut(`  → ${fix}`),
  ]);
  const most = Math.max(leastRows, Math.floor(rows * share)) - 1;
  const hidden = lines.length - most;
  const shown =
    hidden > 0 ? [...lines.slice(0, most - 1), style.dim(`  and ${hidden + 1} more lines`)] : lines;
  return [style.dim('─'.repeat(width)), ...shown];
}

function mergeRoles(problems: readonly ShownProblem[]): readonly ShownProblem[] {
  const merged: ShownProblem[] = [];
  for (const problem of problems) {
    const same = merged.findIndex(
      ({ message, fix }) => message === problem.message && fix === problem.fix,
    );
    const [first] = same < 0 ? [] : merged.slice(same, same + 1);
    if (first === undefined) merged.push(problem);
    else merged[same] = { ...first, roles: [...first.roles, ...problem.roles] };
  }
  return merged;
}

function oneLine(text: string): string {
  return sanitizeText(text.replaceAll(/\s*\n\s*/gu, ' ')).trimEnd();
}
