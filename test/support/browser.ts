import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The Chromium of this machine: `CHROMIUM`, or the first on the path; `undefined` without one. */
function findChromium(): string | undefined {
  const wanted = process.env['CHROMIUM'] ?? '';
  if (wanted !== '') return wanted;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless Chromium. Chromium's sandbox needs what containers and root do not have. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/**
 * Tests that look at a page. Without a Chromium they are skipped, loudly; with
 * `DJDEV_REQUIRE_BROWSER=1` they fail.
 */
export function describeWithBrowser(name: string, define: () => void): void {
  const missing = findChromium() === undefined;
  if (missing && process.env['DJDEV_REQUIRE_BROWSER'] !== '1') {
    process.stderr.write(`SKIPPED: ${name}: no Chromium here. bin/browser installs it.\n`);
    describe.skip(name, define);
  } else {
    describe(name, define);
  }
}
