import type { ImageFacts } from '../../engine/engine.ts';

/** Where projects commonly answer health checks, the likeliest first, then pages all have. */
const usualPaths = [
  '/healthz/',
  '/up/',
  '/health/',
  '/ht/',
  '/__heartbeat__',
  '/api/v3/status/',
  '/',
  '/admin/login/',
];

/** Paths worth asking, in order. A declared health URL is the only one. */
export function healthPaths(
  declared: string | undefined,
  image: Pick<ImageFacts, 'healthcheck'>,
): readonly string[] {
  if (declared !== undefined) return [declared];
  const ownPath = pathOfHealthcheck(image.healthcheck ?? []);
  return [...new Set([...(ownPath === undefined ? [] : [ownPath]), ...usualPaths])];
}

/** The path that the image's HEALTHCHECK asks for, whatever program it asks with. */
function pathOfHealthcheck(command: readonly string[]): string | undefined {
  return /https?:\/\/[^/\s"'|;)]+(\/[^\s"'|;)]*)/.exec(command.join(' '))?.[1];
}
