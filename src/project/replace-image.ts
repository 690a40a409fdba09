/**
 * The reference to take for an image: what `images` of the manifest has for it, else itself. The
 * host and the tag that Docker lets people leave away make no difference.
 */
export function replaceImage(image: string, images: Readonly<Record<string, string>>): string {
  const wanted = fullReference(image);
  const found = Object.keys(images).find((name) => fullReference(name) === wanted);
  return found === undefined ? image : (images[found] ?? image);
}

function fullReference(image: string): string {
  const short = image.replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  return /[@:][^/]*$/.test(short) ? short : `${short}:latest`;
}
