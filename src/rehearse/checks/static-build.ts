import type { StaticFacts } from '../../django/django-facts.ts';
import type { Finding } from '../../report/finding.ts';
import { describeFiles, nothingCollected, staticCollected } from './static-collected.ts';

type LocalStatic = Extract<StaticFacts, { readonly storage: string }>;

/**
 * Judges files that were collected while the image was built: the storage of production must find
 * what it needs among them. They are not collected again, which a user without rights could not.
 */
export function checkBuiltStatic(facts: LocalStatic): readonly Finding[] {
  const { manifest } = facts;
  if (manifest && !manifest.exists) return [withoutManifest(facts, manifest.name)];
  if (manifest && manifest.goneCount > 0) return [brokenManifest(facts, manifest)];
  if (facts.expected === 0 && manifest?.entries === 0) return [nothingCollected()];
  const complete = manifest ? `; all ${manifest.entries} entries of its manifest are there` : '';
  const collected = `${describeFiles(facts)} were collected into the image${complete}.`;
  return [
    staticCollected(collected, facts),
    ...(facts.missingCount > 0 ? [incomplete(facts)] : []),
  ];
}

function brokenManifest(
  { root }: LocalStatic,
  { gone, goneCount }: { readonly gone: readonly string[]; readonly goneCount: number },
): Finding {
  return {
    code: 'static-collect-failed',
    level: 'fail',
    step: 'static',
    title: `The manifest names ${goneCount} files that are not in the image.`,
    detail: listFiles(gone, goneCount),
    hint: `Something removes files from ${root ?? 'STATIC_ROOT'} after collectstatic.`,
  };
}

function withoutManifest({ files, root, storage }: LocalStatic, name: string): Finding {
  return {
    code: 'static-collect-failed',
    level: 'fail',
    step: 'static',
    title: `The image has static files, but no ${name}, which production’s storage needs.`,
    detail:
      `${files} files lie in ${root ?? 'STATIC_ROOT'}, and production uses ${storage}: without its ` +
      'manifest, pages that use {% static %} answer with an error.',
    hint:
      'They were collected with other settings. Run collectstatic in the Dockerfile with ' +
      'DJANGO_SETTINGS_MODULE set to the production settings.',
  };
}

function incomplete({ missing, missingCount, expected }: LocalStatic): Finding {
  return {
    code: 'static-collect-failed',
    level: 'warn',
    step: 'static',
    title: `${missingCount} of the project’s ${expected} static files were not collected into the image.`,
    detail: listFiles(missing, missingCount),
    hint:
      'Run collectstatic in the Dockerfile after every COPY that brings static files. ' +
      'Files that are left out on purpose (--ignore) are fine.',
  };
}

function listFiles(names: readonly string[], count: number): string {
  const more = count > names.length ? [`… and ${count - names.length} more`] : [];
  return [...names, ...more].join('\n');
}
