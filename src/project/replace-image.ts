import { shortReference } from './short-reference.ts';

/**
 * The reference to take for an image: what `images` of the manifest has for it, else itself. The
 * host and the tag that Docker lets people leave away make no difference.
 */
export function replaceImage(image: string, images: Readonly<Record<string, string>>): string {
  const wanted = shortReference(image);
  const found = Object.keys(images).find((name) => shortReference(name) === wanted);
  return found === undefined ? image : (images[found] ?? image);
}
