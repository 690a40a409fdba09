/**
 * What tools that replace a file call their copy of it for a moment: `sed -i`, and Python's and
 * Rust's `tempfile`. A file of such a name may be meant to stay, so the name alone proves nothing.
 */
const passing = /(^|\/)(sed[A-Za-z0-9]{6}|\.?tmp[A-Za-z0-9_]{6,8})$/;

/** Whether a path has a name as tools make them up for files that go at once. Pure. */
export function isPassingName(path: string): boolean {
  return passing.test(path);
}
