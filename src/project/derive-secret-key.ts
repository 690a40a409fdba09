import { type Derived, deriveFrom } from './derived.ts';
import type { ProjectSources } from './project-sources.ts';

/**
 * The variable that SECRET_KEY is read from, if the settings read it from one. Its value in a
 * rehearsal is made up for the run.
 */
export function deriveSecretKey(
  sources: ProjectSources,
  root: string,
): Derived<string> | undefined {
  for (const file of sources.settings) {
    const match = /^SECRET_KEY\b[^\n]*?=[^"'\n]*(?:environ\[|\()\s*["']([A-Z][A-Z0-9_]*)["']/m.exec(
      file.text,
    );
    if (match?.[1] !== undefined) return deriveFrom(match[1], file, match.index, root);
  }
  return undefined;
}
