import { readFileSync } from 'node:fs';

/** djdev's own version, from the package it was installed with. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
