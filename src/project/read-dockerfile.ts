import { readFile } from 'node:fs/promises';
import { DjdevError, type SourceLocation } from '../errors/djdev-error.ts';
import type { Dockerfile } from './dockerfile.ts';
import { parseDockerfile } from './parse-dockerfile.ts';

/**
 * Reads a Dockerfile by its absolute path. Throws `DJ-DOCKERFILE-NOT-FOUND`, and
 * `DJ-DOCKERFILE-SYNTAX` with every problem at once. `namedAt` is where somebody wrote the path.
 */
export async function readDockerfile(file: string, namedAt?: SourceLocation): Promise<Dockerfile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DjdevError('DJ-DOCKERFILE-NOT-FOUND', {
      message: `There is no readable Dockerfile at ${file}.`,
      hint: namedAt
        ? 'Correct the path, which starts at the directory of djdev.yaml.'
        : 'Name the file with app.build.dockerfile in djdev.yaml.',
      location: namedAt ?? { file },
      cause,
    });
  }
  return parseDockerfile(text, file);
}
