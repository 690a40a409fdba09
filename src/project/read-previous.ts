import type { Manifest } from './manifest.ts';
import type { OriginMap } from './origin-map.ts';
import type { PreviousDefinition } from './project.ts';

const keys = ['rehearse', 'previous'];

/** The old release, when the manifest names one; notes one that is named twice or not at all. */
export function readPrevious(
  manifest: Manifest,
  origins: OriginMap,
): PreviousDefinition | undefined {
  const declared = manifest.content.rehearse?.previous;
  if (declared === undefined) return undefined;
  const { git, image } = declared;
  if ((git === undefined) === (image === undefined)) {
    manifest.report(
      keys,
      `needs one of git and image, and has ${git === undefined ? 'none' : 'both'}.`,
      'Write “previous: { git: v1.4.0 }”.',
    );
    return undefined;
  }
  origins.set('rehearse.previous', manifest.originOf(keys));
  return git === undefined
    ? { kind: 'image', reference: image ?? '', location: manifest.locate([...keys, 'image']) }
    : { kind: 'git', reference: git, location: manifest.locate([...keys, 'git']) };
}

/**
 * What `--previous` names: an image when it has a tag, a digest or a registry's port, which no git
 * ref has; `git:` and `image:` in front say it outright.
 */
export function parsePrevious(text: string): PreviousDefinition {
  const [, kind, rest] = /^(git|image):(.+)$/u.exec(text) ?? [];
  if (rest !== undefined) {
    return { kind: kind === 'git' ? 'git' : 'image', reference: rest, location: undefined };
  }
  return { kind: text.includes(':') ? 'image' : 'git', reference: text, location: undefined };
}
