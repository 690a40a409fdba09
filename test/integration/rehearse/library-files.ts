import { buildKioskBase } from '../../support/kiosk-base.ts';
import { readRelease } from './release-cases.ts';

/** The old release of examples/releases, on an image in which everything is installed. */
export async function libraryFiles(): Promise<Readonly<Record<string, string>>> {
  const files = await readRelease();
  const base = await buildKioskBase();
  const dockerfile = (files['Dockerfile'] ?? '')
    .split('\n')
    .filter((line) => !/requirements\.txt|pip install/.test(line))
    .join('\n')
    .replace('FROM python:3.13-slim', `FROM ${base}`);
  return { ...files, Dockerfile: dockerfile };
}
