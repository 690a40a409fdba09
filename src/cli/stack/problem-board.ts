import type { StackEvent } from '../../report/stack-event.ts';
import { createPinnedBlock } from '../../terminal/pinned-block.ts';
import { formatProblems } from '../../terminal/problem-view.ts';
import { findMended, foldProblems, type Problem } from '../../up/problems.ts';
import type { Invocation } from '../command.ts';
import { styleOf } from './open-stack-command.ts';

/** What is wrong with a stack, kept before a person's eyes until it is mended. */
export interface ProblemBoard {
  /** The command, writing above the block that stays at the bottom of a terminal. */
  readonly invocation: Invocation;
  /** To be told of every event after it has been shown. */
  readonly take: (event: StackEvent) => void;
  /** Takes the block off the screen until `show`. */
  readonly hide: () => void;
  readonly show: () => void;
}

/**
 * On a terminal problems stay at its bottom; elsewhere each is printed where it happens. In both
 * cases it is said when one is mended.
 */
export function createProblemBoard(invocation: Invocation): ProblemBoard {
  const { io, options, redactor } = invocation;
  const style = styleOf(invocation, io.stderr);
  const canPin =
    io.stderr.isTTY === true && io.environment['TERM'] !== 'dumb' && options.quiet !== true;
  const block = canPin ? createPinnedBlock(io.stderr) : undefined;
  const stderr = block?.wrap(io.stderr) ?? io.stderr;
  const stdout = io.stdout.isTTY === true ? (block?.wrap(io.stdout) ?? io.stdout) : io.stdout;
  let problems: readonly Problem[] = [];
  let isHidden = false;
  const draw = (): void => {
    if (isHidden) return;
    const { columns = 80 } = io.stderr;
    const size = { columns, rows: process.stderr.rows ?? 24 };
    block?.pin(formatProblems(problems, style, size).map(redactor.redact));
  };
  return {
    invocation: { ...invocation, io: { ...io, stdout, stderr } },
    take(event) {
      const before = problems;
      problems = foldProblems(before, event);
      if (problems === before) return;
      draw();
      if (options.quiet !== true) {
        for (const { roles, message } of findMended(before, problems)) {
          const who = roles.length === 0 ? '' : `${roles.join(', ')}: `;
          const [first] = message.split('\n');
          stderr.write(redactor.redact(`${style.green('✓')} ${who}recovered: ${first}\n`));
        }
      }
    },
    hide() {
      isHidden = true;
      block?.hide();
    },
    show() {
      isHidden = false;
      draw();
    },
  };
}
