import type { Mention } from '../../django/find-mentions.ts';
import type { StaticFacts } from '../../django/django-facts.ts';
import { managementCommandOf } from '../../django/manage-command.ts';

/**
 * Where production runs collectstatic. `remote`: the storage is none of the container's
 * directories. `none`: there is nothing to collect.
 */
export type StaticPlace = 'build' | 'release' | 'start' | 'nowhere' | 'remote' | 'none';

/** What the decision is made from. */
export interface StaticEvidence {
  readonly facts: StaticFacts;
  /** Files in the image before anything ran. */
  readonly release: readonly (readonly string[])[];
  /** The production command with its entrypoint. */
  readonly start: readonly string[];
  /** Lines that name collectstatic in the scripts the production command runs. */
  readonly startMentions: readonly Mention[];
}

/**
 * Decides where production collects. A release command is declared, so it is believed first; files
 * in the image prove that the build collected; the start is last, as it often collects again.
 */
export function decideStaticPlace(evidence: StaticEvidence): StaticPlace {
  const { facts, release, start, startMentions } = evidence;
  if (facts.storage === null) return 'none';
  if (!facts.local) return 'remote';
  if (release.some(isCollectstatic)) return 'release';
  if (facts.files > 0) return 'build';
  if (startMentions.length > 0 || start.some(mentionsCollectstatic)) return 'start';
  return facts.root === null ? 'none' : 'nowhere';
}

/** A command line that is `manage.py collectstatic` or has it somewhere inside. */
export function isCollectstatic(command: readonly string[]): boolean {
  return managementCommandOf(command) === 'collectstatic' || command.some(mentionsCollectstatic);
}

function mentionsCollectstatic(word: string): boolean {
  return /\bcollectstatic\b/u.test(word);
}
