import { DockerfileParser, type Instruction, type ModifiableInstruction } from 'dockerfile-ast';
import { DjdevError, type SourceLocation } from '../errors/djdev-error.ts';
import type {
  Dockerfile,
  DockerfileFlag,
  DockerfileInstruction,
  DockerfileStage,
} from './dockerfile.ts';
import { findDockerfileProblems, findDockerfileWarnings } from './dockerfile-problems.ts';

/**
 * Reads the text of a Dockerfile. Throws `DJ-DOCKERFILE-SYNTAX` with every problem at once.
 * `file` is the absolute path that locations name.
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const tree = DockerfileParser.parse(text);
  const instructions = tree.getInstructions().map((item) => readInstruction(item, file));
  const syntax = tree.getDirectives().find((item) => item.getName().toLowerCase() === 'syntax');
  const problems = findDockerfileProblems(instructions, file);
  const [first] = problems;
  if (first) {
    throw new DjdevError('DJ-DOCKERFILE-SYNTAX', {
      message:
        problems.length === 1
          ? first.message
          : `The Dockerfile has ${problems.length} problems. The first: ${first.message}`,
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      location: first.location,
      issues: problems,
    });
  }
  return {
    file,
    text,
    syntax: syntax?.getValue(),
    stages: splitStages(instructions),
    warnings: findDockerfileWarnings(instructions),
  };
}

function readInstruction(item: Instruction, file: string): DockerfileInstruction {
  const at = (position: { line: number; character: number }): SourceLocation => ({
    file,
    line: position.line + 1,
    column: position.character + 1,
  });
  const flags: DockerfileFlag[] = !hasFlags(item)
    ? []
    : item.getFlags().map((flag) => ({
        name: flag.getName(),
        value: flag.getValue() ?? undefined,
        location: at(flag.getRange().start),
      }));
  const raw = item.getArgumentsContent() ?? '';
  const hasHeredoc = /^(RUN|COPY|ADD)$/.test(item.getKeyword()) && /(^|\s)<<-?["']?\w/.test(raw);
  const text = hasHeredoc ? raw : withoutComments(raw);
  const array = parseJsonArray(text);
  const firstLine = hasHeredoc ? (text.split('\n', 1)[0] ?? '') : text;
  return {
    keyword: item.getKeyword(),
    flags,
    text,
    words: array ?? firstLine.split(/\s+/).filter((word) => word !== ''),
    isExecForm: array !== undefined,
    hasHeredoc,
    location: at(item.getInstructionRange().start),
  };
}

/** The parser's classes for these are types only. */
function hasFlags(item: Instruction): item is ModifiableInstruction {
  return 'getFlags' in item;
}

/** Comments may stand between continued lines; the parser leaves them, and only there a new line. */
function withoutComments(text: string): string {
  return text.replace(/(^|\s)#[^\n]*\n/g, ' ').trim();
}

function parseJsonArray(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

function splitStages(instructions: readonly DockerfileInstruction[]): readonly DockerfileStage[] {
  const stages: { from: DockerfileInstruction; body: DockerfileInstruction[] }[] = [];
  const globals = new Map<string, string>();
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') stages.push({ from: instruction, body: [instruction] });
    else if (stages.length > 0) stages.at(-1)?.body.push(instruction);
    else for (const word of instruction.words) rememberArg(globals, word);
  }
  return stages.map(({ from, body }, index) => ({
    index,
    name: /^as$/i.test(from.words[1] ?? '') ? from.words[2] : undefined,
    base: fillIn(from.words[0] ?? '', globals),
    location: from.location,
    instructions: body,
  }));
}

function rememberArg(globals: Map<string, string>, word: string): void {
  const [, name, value] = /^(\w+)=["']?(.*?)["']?$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined) globals.set(name, fillIn(value, globals));
}

function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (whole, plain: string | undefined, braced: string | undefined, fallback: string | undefined) =>
      values.get(plain ?? braced ?? '') ?? fallback ?? whole,
  );
}
