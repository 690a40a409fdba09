import type { Mention } from '../../django/find-mentions.ts';
import type { StaticFacts } from '../../django/django-facts.ts';
import { managementCommandOf } from '../../django/manage-command.ts';

type LocalStatic = Extract<StaticFacts, { readonly storage: string }>;

/**
 * Where production runs collectstatic. `remote`: the storage is none of the container's
 * directories. `none`: there is nothing to collect.
 */
export type StaticPlace = 'build' | 'release' | 'start' | 'nowhere' | 'remote' | 'none';

/** What the decision is made from. */
export interface StaticEvidence {
  readonly facts: StaticFacts;
  readonly release: readonly (readonly string[])[];
  /** The production command with its entrypoint. */
  readonly start: readonly string[];
  /** Lines that name collectstatic in the scripts that release and start commands run. */
  readonly mentions: { readonly release: readonly Mention[]; readonly start: readonly Mention[] };
}

/**
 * Decides where production collects. A release command is declared, so it is believed first; files
 * in the image prove that the build collected; the start is last, as it often collects again.
 */
export function decideStaticPlace(evidence: StaticEvidence): StaticPlace {
  const { facts, release, start, mentions } = evidence;
  if (facts.storage === null) return 'none';
  if (!facts.local) return 'remote';
  if (release.some(mentionsCollectstatic)) return 'release';
  if (isInImage(facts)) return 'build';
  if (mentions.release.length > 0) return 'release';
  if (mentions.start.length > 0 || mentionsCollectstatic(start)) return 'start';
  return facts.root === null ? 'none' : 'nowhere';
}

/** Any file would prove little: STATIC_ROOT may hold something that was never collected. */
function isInImage({ files, expected, missingCount }: LocalStatic): boolean {
  return files > 0 && (expected === 0 || missingCount < expected);
}

/**
 * Whether collectstatic may run beside the other release commands: it is a command of its own, and
 * after it nothing but migrations come, which do not look at what it collected.
 */
export function canCollectBeside(release: readonly (readonly string[])[]): boolean {
  const first = release.findIndex(mentionsCollectstatic);
  return release
    .slice(Math.max(first, 0))
    .every((command) => isCollectstatic(command) || managementCommandOf(command) === 'migrate');
}

/** `manage.py collectstatic`, and nothing besides. */
export function isCollectstatic(command: readonly string[]): boolean {
  return managementCommandOf(command) === 'collectstatic';
}

function mentionsCollectstatic(command: readonly string[]): boolean {
  return command.some((word) => /\bcollectstatic\b/u.test(word));
}
