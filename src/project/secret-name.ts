/**
 * Whether a value should not be printed, by the variable's name or by a password in a URL.
 * Errs towards hiding.
 */
export function looksSecret(name: string, value: string): boolean {
  return (
    /SECRET|TOKEN|PASS|PWD|CREDENTIAL|PRIVATE|SIGNATURE|(?:^|_)(?:API_?)?KEY(?:$|_)|DSN/i.test(
      name,
    ) || /:\/\/[^/\s:@]*:[^/\s@]+@/.test(value)
  );
}
