/** `5.2.1` as [5, 2]; `undefined` for what is no version. */
export function readDjangoVersion(text: string): readonly [number, number] | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/u.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}
