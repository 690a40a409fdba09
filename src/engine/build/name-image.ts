import type { Engine } from '../engine.ts';

/**
 * Gives a built image its name and returns the id of the image that has it in the end.
 *
 * Another djdev may have built the same inputs meanwhile and be about to start its image, so that
 * one keeps the name and ours goes, unless `replace` asks for the new one.
 */
export async function nameImage(
  engine: Engine,
  image: { readonly id: string; readonly reference: string; readonly replace: boolean },
  signal: AbortSignal,
): Promise<string> {
  const { id, reference, replace } = image;
  const earlier = await engine.inspectImage(reference, signal);
  if (earlier?.id === id) return id;
  if (earlier && !replace) {
    await engine.removeImage(id, signal);
    return earlier.id;
  }
  await engine.tagImage(id, reference, signal);
  // Without a name it would stay for good; one that a container uses does stay.
  if (earlier) await engine.removeImage(earlier.id, signal);
  return id;
}
