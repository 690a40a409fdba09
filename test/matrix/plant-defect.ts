import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Defect, Edit } from './defect.ts';

const changes = fileURLToPath(new URL('../../examples/releases/changes', import.meta.url));

/**
 * Changes the project below `root` as the defect says. Throws when the text that is to be replaced
 * is not there exactly once.
 */
export async function plantDefect(
  root: string,
  { id, edits }: Pick<Defect, 'id' | 'edits'>,
): Promise<void> {
  for (const edit of edits) {
    if ('release' in edit) {
      await cp(path.join(changes, edit.release), root, { recursive: true });
      continue;
    }
    const file = path.join(root, edit.file);
    if ('remove' in edit) {
      await rm(file, { recursive: true });
      continue;
    }
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await changedText(file, edit, id));
  }
}

async function changedText(
  file: string,
  edit: Exclude<Edit, { readonly remove: true } | { readonly release: string }>,
  id: string,
): Promise<string> {
  if ('write' in edit) return edit.write;
  const text = await readFile(file, 'utf8');
  if ('append' in edit) return `${text}${edit.append}`;
  const [before = '', ...after] = text.split(edit.from);
  if (after.length !== 1) {
    const what = `“${edit.from}” ${after.length} times`;
    throw new Error(`The defect ${id} cannot be planted: ${edit.file} has ${what}.`);
  }
  return `${before}${edit.to}${after[0] ?? ''}`;
}

/**
 * Whether the defect can be laid over an image of the clean project: it changes nothing that an
 * earlier instruction of the Dockerfile has read.
 */
export function canBeLaidOver({ edits }: Pick<Defect, 'edits'>): boolean {
  return edits.every(
    (edit) =>
      'release' in edit || (!('remove' in edit) && /^djdev\.yaml$|\.(?:py|html)$/u.test(edit.file)),
  );
}
