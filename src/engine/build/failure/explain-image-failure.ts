import { DjdevError, type SourceLocation } from '../../../errors/djdev-error.ts';
import type { Dockerfile } from '../../../project/dockerfile.ts';
import type { FailedStep } from '../progress/track-build.ts';
import { shortReference } from '../../../project/short-reference.ts';

const unreachable =
  /no such host|dial tcp|i\/o timeout|TLS handshake|connection refused|network is unreachable|proxyconnect|certificate|server misbehaving/i;

/**
 * Explains a step that failed to find an image; `undefined` for other steps. Throws
 * `DJ-IMAGE-NOT-FOUND` when no registry could be asked: that says nothing about the project.
 */
export function explainImageFailure(
  step: FailedStep,
  dockerfile: Dockerfile,
  location: SourceLocation | undefined,
): { message: string; hint: string; location: SourceLocation | undefined } | undefined {
  const name =
    /^(?:\[internal\] load metadata for|resolve image config for) (\S+)/.exec(step.name)?.[1] ??
    (/^\[[^\]]*\] FROM (\S+)/.exec(step.name)?.[1] || undefined);
  if (name === undefined) return undefined;
  const image = shortReference(name);
  const isFrontend = dockerfile.syntax !== undefined && shortReference(dockerfile.syntax) === image;
  const place = isFrontend ? locateSyntaxLine(dockerfile) : location;
  const remedy = isFrontend
    ? 'Remove the “# syntax=” line if the engine’s own builder knows everything the Dockerfile uses.'
    : 'Check the name and the tag in that line. If the image is private, log in with `docker login`.';
  if (!unreachable.test(step.error)) {
    return {
      message: `The image ${image} does not exist, or may not be read: ${step.error}`,
      hint: remedy,
      location: place,
    };
  }
  throw new DjdevError('DJ-IMAGE-NOT-FOUND', {
    message: `The image ${image} is not on the engine, and its registry cannot be reached: ${step.error}.`,
    hint: isFrontend
      ? remedy
      : `Check the engine’s connection, or bring the image to it first: \`docker pull ${image}\`.`,
    ...(place ? { location: place } : {}),
  });
}

function locateSyntaxLine({ file, text }: Dockerfile): SourceLocation {
  const index = text.split('\n').findIndex((line) => /^#\s*syntax\s*=/i.test(line));
  return { file, line: index + 1 };
}
