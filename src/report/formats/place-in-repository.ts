/**
 * The path of a finding as a relative URI with forward slashes, when it lies in the repository;
 * `undefined` for paths of the image and for findings without a place.
 */
export function placeInRepository(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = file.replaceAll('\\', '/');
  if (path === '' || path.startsWith('/') || /^[a-z]:/i.test(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return undefined;
  return parts.map((part) => encodeURIComponent(part).replaceAll('%40', '@')).join('/');
}
