import { errorCodes } from '../../errors/codes.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import { docsAddress } from '../../report/docs-address.ts';
import { type FindingCode, findingCodes } from '../../report/finding-codes.ts';
import { findingGuides } from '../../report/finding-guides/finding-guides.ts';
import { indentText } from '../../report/formats/wrap-text.ts';
import type { Invocation } from '../command.ts';

interface Explanation {
  readonly code: string;
  readonly kind: 'finding' | 'error';
  readonly summary: string;
  readonly why?: string;
  readonly fix?: string;
  readonly exitCode?: number;
  readonly docs: string;
}

/** `djdev explain`: what a code stands for. Throws `DJ-USAGE` for one that does not exist. */
export async function run({ args, options, io }: Invocation): Promise<number> {
  const [word] = args;
  const columns = Math.min(io.stdout.columns ?? 80, 100);
  const explained = word === undefined ? allCodes() : [findCode(word)];
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(word === undefined ? explained : explained[0])}\n`);
  } else if (word === undefined) {
    for (const { code, summary } of explained) {
      io.stdout.write(`${code}\n${indentText(summary, columns, '    ').join('\n')}\n`);
    }
  } else {
    for (const explanation of explained) io.stdout.write(format(explanation, columns));
  }
  return 0;
}

function allCodes(): Explanation[] {
  const findings = Object.keys(findingCodes) as FindingCode[];
  const errors = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
  return [...findings.map(explainFinding), ...errors.map(explainError)];
}

function findCode(word: string): Explanation {
  const all = allCodes();
  const found = all.find(({ code }) => code.toLowerCase() === word.toLowerCase());
  if (found) return found;
  const codes = all.map(({ code }) => code);
  const meant = closestName(word.toLowerCase(), codes) ?? closestName(word.toUpperCase(), codes);
  throw new DjdevError('DJ-USAGE', {
    message: `There is no code “${word}”.`,
    hint: meant ? `Did you mean “${meant}”?` : '“djdev explain” lists them all.',
  });
}

function explainFinding(code: FindingCode): Explanation {
  return {
    code,
    kind: 'finding',
    summary: findingCodes[code],
    ...findingGuides[code],
    docs: docsAddress('findings', code),
  };
}

function explainError(code: keyof typeof errorCodes): Explanation {
  const { summary, exitCode } = errorCodes[code];
  return { code, kind: 'error', summary, exitCode, docs: docsAddress('errors', code) };
}

function format(explanation: Explanation, columns: number): string {
  const { code, kind, summary, why, fix, exitCode, docs } = explanation;
  const level = `another level, with a reason: rehearse.checks.${code} in djdev.yaml`;
  const blocks = [
    [code, ...indentText(summary, columns, '  ')],
    why === undefined ? [] : indentText(why, columns, '  '),
    fix === undefined ? [] : indentText(fix, columns, '    ', '  → '),
    kind === 'finding' ? indentText(level, columns, '  ') : [`  exit code ${exitCode}`],
    [`  ${docs}`],
  ];
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
