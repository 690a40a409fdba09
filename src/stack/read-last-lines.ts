import type { StackContext } from './stack-context.ts';

const shownLines = 20;

/** The last lines of a container's output, for the error that it is the reason of. */
export async function readLastLines(
  { engine, signal }: Pick<StackContext, 'engine' | 'signal'>,
  id: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text } of engine.logs(id, { follow: false, tail: shownLines }, signal)) {
    lines.push(text);
  }
  return lines;
}
