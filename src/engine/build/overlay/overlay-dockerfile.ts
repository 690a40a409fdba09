import type { Dockerfile, DockerfileInstruction } from '../../../project/dockerfile.ts';
import { replaceImage } from '../../../project/replace-image.ts';

/** What a build gets that its Dockerfile does not say. */
export interface DockerfileOverlay {
  /** Images to take instead of those that are named. */
  readonly images: Readonly<Record<string, string>>;
  /** Words of ARG, declared in every stage: `NAME`, or `NAME=default`. */
  readonly arguments: readonly string[];
  /** Flags for every RUN. */
  readonly runFlags: readonly string[];
}

/**
 * The text that the builder reads instead of the Dockerfile. ARG values are in the environment of
 * RUN alone, and an ENV of the Dockerfile wins over them, so the image's configuration stays as it
 * is. No instruction gets another number among those that the builder counts.
 */
export function overlayDockerfile(dockerfile: Dockerfile, overlay: DockerfileOverlay): string {
  const lines = dockerfile.text.split('\n');
  const stageNames = new Set(dockerfile.stages.map(({ name }) => name?.toLowerCase()));
  // From the end, so that places before it stay where they are.
  for (const stage of dockerfile.stages.toReversed()) {
    for (const instruction of stage.instructions.toReversed()) {
      const edit = (change: (text: string) => string): void => editFrom(lines, instruction, change);
      if (instruction.keyword === 'RUN' && overlay.runFlags.length > 0) {
        edit((text) => text.replace(/^RUN/i, (word) => [word, ...overlay.runFlags].join(' ')));
      }
      for (const image of imagesOf(instruction)) {
        const isFrom = instruction.keyword === 'FROM';
        const named = isFrom ? stage.base : image;
        if (stageNames.has(named.toLowerCase())) continue;
        const taken = replaceImage(named, overlay.images);
        if (taken !== named) edit((text) => replaceWord(text, image, taken));
      }
      if (instruction.keyword === 'FROM' && overlay.arguments.length > 0) {
        const end = lastLineOf(lines, instruction);
        lines.splice(end + 1, 0, `ARG ${overlay.arguments.join(' ')}`);
      }
    }
  }
  return lines.join('\n');
}

/** As written: the image of FROM, and those of `--from` and of mounts. */
function imagesOf({ keyword, words, flags }: DockerfileInstruction): readonly string[] {
  if (keyword === 'FROM') return words.slice(0, 1);
  return flags.flatMap(({ name, value = '' }) => {
    if (name === 'from') return [value];
    const from = name === 'mount' ? /(?:^|,)from=([^,]+)/.exec(value)?.[1] : undefined;
    return from === undefined ? [] : [from];
  });
}

/** Changes the text of the instruction; what it begins with stands at its location. */
function editFrom(
  lines: string[],
  { location }: DockerfileInstruction,
  change: (text: string) => string,
): void {
  const { line = 1, column = 1 } = location;
  const text = lines.slice(line - 1).join('\n');
  const head = text.slice(0, column - 1);
  lines.splice(line - 1, lines.length, ...(head + change(text.slice(column - 1))).split('\n'));
}

/** Only the first one after white space or an equals sign: a name may be part of another. */
function replaceWord(text: string, word: string, replacement: string): string {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`([\\s=])${escaped}(?=[\\s,]|$)`);
  return text.replace(pattern, (_, before: string) => before + replacement);
}

/** FROM may be continued on further lines. */
function lastLineOf(lines: readonly string[], { location }: DockerfileInstruction): number {
  let end = (location.line ?? 1) - 1;
  while (/[\\`]\s*$/.test(lines[end] ?? '') && end < lines.length - 1) end += 1;
  return end;
}
