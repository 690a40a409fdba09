import type { YAMLParseError } from 'yaml';
import { DjdevError, type ErrorIssue, type SourceLocation } from '../errors/djdev-error.ts';

type Explanation = Pick<ErrorIssue, 'message' | 'hint'>;

/** The parser's codes in words that need no knowledge of its grammar. */
const explanations: Partial<Record<YAMLParseError['code'], Explanation>> = {
  BAD_INDENT: {
    message: 'The line before opens something that this line does not continue.',
    hint: 'Close the bracket, or indent this line to belong to it.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A mapping begins in the middle of a value.',
    hint: 'Put quotes around a value that contains “: ”, and check the indentation of this line.',
  },
  DUPLICATE_KEY: {
    message: 'This key stands twice in the same mapping.',
    hint: 'Remove one of the two.',
  },
  MULTIPLE_DOCS: {
    message: 'The file holds more than one YAML document.',
    hint: 'Remove the “---” that begins the second.',
  },
  TAB_AS_INDENT: {
    message: 'The line is indented with a tab, which YAML does not allow.',
    hint: 'Indent with spaces.',
  },
  UNEXPECTED_TOKEN: {
    message: 'Something here ends the value before it is complete.',
    hint: 'Inside { } and [ ], put quotes around a value with brackets: "${VAR}".',
  },
};

/**
 * A `DJ-MANIFEST-SYNTAX` error for what the parser found. Only the first is sure to be real: what
 * follows it may be its consequence.
 */
export function explainYamlErrors(
  errors: readonly YAMLParseError[],
  at: (offset: number) => SourceLocation,
): DjdevError {
  const duplicates = errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const shown = duplicates.length === errors.length ? duplicates : errors.slice(0, 1);
  const issues = shown.map((error): ErrorIssue => {
    const known = explanations[error.code] ?? explainMissingCharacter(error);
    return {
      message: known?.message ?? `This is not valid YAML: ${error.message}.`,
      ...(known?.hint === undefined ? {} : { hint: known.hint }),
      location: at(error.pos[0]),
    };
  });
  const [first] = issues;
  return new DjdevError('DJ-MANIFEST-SYNTAX', {
    message: first?.message ?? 'The manifest is not valid YAML.',
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
    ...(first === undefined ? {} : { location: first.location }),
    issues,
    cause: errors[0],
  });
}

function explainMissingCharacter({ code, message }: YAMLParseError): Explanation | undefined {
  if (code !== 'MISSING_CHAR') return undefined;
  return message.includes('quote')
    ? { message: 'A quote is opened and never closed.', hint: 'Close it on its line.' }
    : { message: 'This line is neither a key nor a value.', hint: 'Write “key: value”.' };
}

/** A `DJ-MANIFEST-SYNTAX` error for an alias that cannot be read as the value it stands for. */
export function explainAliasError(cause: unknown, text: string, file: string): DjdevError {
  const name = /Unresolved alias .*: (\S+)$/.exec(String(cause))?.[1];
  const before = name === undefined ? '' : text.slice(0, text.indexOf(`*${name}`));
  return new DjdevError('DJ-MANIFEST-SYNTAX', {
    message:
      name === undefined
        ? 'The aliases of this file unfold to more than djdev reads.'
        : `The alias *${name} has no anchor above it.`,
    hint: name === undefined ? 'Write the values out.' : `Put &${name} before the value it names.`,
    location: {
      file,
      line: before.split('\n').length,
      column: (before.split('\n').at(-1)?.length ?? 0) + 1,
    },
    cause,
  });
}
