import type { Finding } from '../../report/finding.ts';

/** What git does not hold itself is missing from an exported commit. */
export function previousIncomplete(
  label: string,
  missing: { readonly submodules: readonly string[]; readonly pointers: readonly string[] },
): readonly Finding[] {
  const { submodules, pointers } = missing;
  if (submodules.length === 0 && pointers.length === 0) return [];
  const parts = [
    ...(submodules.length === 0 ? [] : [`Submodules, left out: ${submodules.join(', ')}.`]),
    ...(pointers.length === 0
      ? []
      : [`Files of Git LFS, only their pointers: ${pointers.slice(0, 10).join(', ')}.`]),
  ];
  return [
    {
      code: 'previous-incomplete',
      level: 'warn',
      step: 'previous',
      title: `The previous release ${label} was built without all of its files.`,
      detail: parts.join('\n'),
      hint: 'Where the image needs them, name the released image: rehearse.previous: { image: … }.',
    },
  ];
}
