import { posix } from 'node:path';
import type { ContextEntry } from './scan-context.ts';

/** BuildKit gives up after as many links. */
const maxLinks = 255;

/**
 * The entries that patterns reach: each match, everything below it and the directories above it.
 * Patterns are those of COPY and of BuildKit's file requests (`*`, `?`, `[a-z]`, `**`); a symlink
 * on the way is selected together with what it points at. No patterns select nothing.
 */
export function selectEntries(
  entries: readonly ContextEntry[],
  patterns: readonly string[],
): readonly ContextEntry[] {
  const cleaned = patterns.map(cleanPattern);
  if (cleaned.includes('')) return entries;
  const links = entries.filter((entry) => entry.type === 'symlink');
  const matchers = followLinks(cleaned, links).map(compilePattern);
  const chosen = new Set<string>();
  const selected = entries.filter((entry) => {
    // The parent comes first in the list, so what it decided holds for all below it.
    const parent = posix.dirname(entry.path);
    const isChosen = chosen.has(parent) || matchers.some((pattern) => pattern.test(entry.path));
    if (isChosen && entry.type === 'directory') chosen.add(entry.path);
    return isChosen;
  });
  return addParents(entries, selected);
}

/** Relative to the context's root, without `.`, leading or trailing slashes; the root itself is ''. */
function cleanPattern(pattern: string): string {
  return posix.normalize(`/${pattern}`).replace(/^\/+|\/+$/g, '');
}

function addParents(
  entries: readonly ContextEntry[],
  selected: readonly ContextEntry[],
): readonly ContextEntry[] {
  const wanted = new Set<string>();
  for (const entry of selected) {
    let path = entry.path;
    while (path !== '.' && !wanted.has(path)) {
      wanted.add(path);
      path = posix.dirname(path);
    }
  }
  return entries.filter((entry) => wanted.has(entry.path));
}

function followLinks(
  patterns: readonly string[],
  links: readonly ContextEntry[],
): readonly string[] {
  const found = new Set(patterns);
  // A set grows while it is walked: what a link points at is followed in its turn.
  for (const pattern of found) {
    if (found.size > patterns.length + maxLinks) break;
    const parts = pattern.split('/');
    for (const link of links) {
      const depth = link.path.split('/').length;
      const head = parts.slice(0, depth).join('/');
      if (parts.length < depth || !compilePattern(head).test(link.path)) continue;
      const target = link.linkTarget ?? '';
      const base = target.startsWith('/') ? '' : posix.dirname(link.path);
      found.add(link.path);
      found.add(cleanPattern(posix.join(base, target, ...parts.slice(depth))));
    }
  }
  return [...found];
}

/** A pattern as Go's `filepath.Match` reads it, and `**` for any number of directories. */
export function compilePattern(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (pattern.startsWith('**', index)) {
      const hasSlash = pattern.charAt(index + 2) === '/';
      source += hasSlash ? '(?:.*/)?' : '.*';
      index += hasSlash ? 2 : 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[' && pattern.indexOf(']', index + 1) > index + 1) {
      const end = pattern.indexOf(']', index + 1);
      source += `[${pattern.slice(index + 1, end).replaceAll('[', String.raw`\[`)}]`;
      index = end;
    } else {
      if (character === '\\' && index + 1 < pattern.length) index += 1;
      source += pattern.charAt(index).replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
    }
  }
  return new RegExp(`^${source}$`, 's');
}
