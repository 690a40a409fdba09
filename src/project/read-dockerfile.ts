import { readFile } from 'node:fs/promises';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Dockerfile } from './dockerfile.ts';
import { parseDockerfile } from './parse-dockerfile.ts';

/**
 * Reads a Dockerfile by its absolute path. Throws `DJ-DOCKERFILE-NOT-FOUND`, and
 * `DJ-DOCKERFILE-SYNTAX` with every problem at once.
 */
export async function readDockerfile(file: string): Promise<Dockerfile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DjdevError('DJ-DOCKERFILE-NOT-FOUND', {
      message: `There is no readable Dockerfile at ${file}.`,
      hint: 'Name the file with app.build.dockerfile in djdev.yaml.',
      location: { file },
      cause,
    });
  }
  return parseDockerfile(text, file);
}
