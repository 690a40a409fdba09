/** An image's reference without the host that may be left away and with its tag, for comparing. */
export function shortReference(image: string): string {
  const short = image.replace(/^(docker-image:\/\/)?(docker\.io\/)?(library\/)?/, '');
  return /[@:][^/]*$/.test(short) ? short : `${short}:latest`;
}
