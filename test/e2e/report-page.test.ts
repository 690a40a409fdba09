import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FinishedRun } from '../../src/report/finished-run.ts';
import { formatHtml } from '../../src/report/formats/html.ts';
import { describeWithBrowser, openBrowser } from '../support/browser.ts';
import { runWithFindings, sampleRuns } from '../support/sample-runs.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page, and what it did that it should not. */
interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Requests for anything but the page itself, and errors. */
  readonly faults: readonly string[];
}

describeWithBrowser('the page of a report', () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'djdev-test-page-'));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function open(
    run: FinishedRun,
    options: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<OpenedPage> {
    const { hash = '', ...contextOptions } = options;
    // Only the tools of the test are let past the page's own policy.
    const context = await browser.newContext({
      viewport: { width: 1100, height: 800 },
      ...contextOptions,
    });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(`request: ${request.url()}`);
    });
    const file = join(directory, `${crypto.randomUUID()}.html`);
    await writeFile(file, formatHtml(run));
    await page.goto(pathToFileURL(file).href + hash);
    return { page, faults, [Symbol.asyncDispose]: () => context.close() };
  }

  /** What axe finds wrong with the page, by all of its rules or by some. */
  async function findBarriers(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
    await page.evaluate(axe);
    const only = JSON.stringify(
      rules ?? ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    );
    const { violations } = await page.evaluate<AxeResults>(
      `axe.run(document, { runOnly: ${only} })`,
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  test.each(Object.entries(sampleRuns))(
    'of %s has no barriers, light, dark and on a phone',
    async (_, run) => {
      await using opened = await open(run);
      const { page, faults } = opened;
      await page.evaluate(
        'document.querySelectorAll("details").forEach((one) => { one.open = true; })',
      );
      const light = await findBarriers(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await findBarriers(page, ['color-contrast']);
      await page.setViewportSize({ width: 360, height: 740 });
      const phone = await findBarriers(page, ['scrollable-region-focusable', 'target-size']);
      expect({ light, dark, phone, faults }).toEqual({
        light: [],
        dark: [],
        phone: [],
        faults: [],
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    },
  );

  test('shows barriers to the test where there are some', async () => {
    await using opened = await open(sampleRuns.noData);
    const { page } = opened;
    await page.evaluate(`document.querySelector('main').innerHTML += '<input><img src="data:,">'`);
    const barriers = (await findBarriers(page)).map((barrier) => barrier.split(':')[0]);
    expect(barriers).toEqual(['image-alt', 'label']);
  });

  test('lets nothing run that an application wrote', async () => {
    await using opened = await open(sampleRuns.failures);
    await opened.page.locator('summary', { hasText: 'GET /basket/' }).last().click();
    expect(await opened.page.title()).toBe('shop: fail · djdev rehearse');
    expect(await opened.page.locator('img').count()).toBe(0);
    expect(opened.faults).toEqual([]);
  });

  test('finds and filters with the keyboard alone', async () => {
    await using opened = await open(sampleRuns.failures);
    const { page } = opened;
    const shown = (): Promise<readonly string[]> =>
      page.locator('.finding:visible .title').allInnerTexts();
    expect(await shown()).toHaveLength(6);
    await page.keyboard.press('/');
    await page.keyboard.type('gunicorn dockerfile');
    expect(await shown()).toEqual([expect.stringMatching(/^The production process did not end/)]);
    expect(await page.locator('#shown').innerText()).toBe('1 of 6');
    await page.keyboard.press('Escape');
    expect(await shown()).toHaveLength(6);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await shown()).toEqual([
      'The production process runs as root.',
      'SECURE_HSTS_SECONDS is not set.',
      '35 migrations were applied in 2.2 s.',
    ]);
  });

  test('leads from a fix to its evidence', async () => {
    await using opened = await open(runWithFindings(40));
    const { page } = opened;
    expect(await page.locator('.finding details[open]').count()).toBe(0);
    await page.locator('.fixes a').nth(1).click();
    const target = page.locator('#finding-2 details');
    await expect.poll(() => target.getAttribute('open')).toBe('');
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("li").id'))
      .toBe('finding-2');
  });

  test('is complete on paper: closed parts are open, the filter is gone', async () => {
    await using opened = await open(sampleRuns.failures);
    const { page } = opened;
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.finding details:not([open])').count()).toBe(0);
    expect(await page.locator('.filter').isVisible()).toBe(false);
  });

  test('says the same without its script', async () => {
    await using opened = await open(sampleRuns.failures, { javaScriptEnabled: false });
    expect(await opened.page.locator('.finding').count()).toBe(6);
    expect(await opened.page.locator('.filter').isVisible()).toBe(false);
  });

  test('shows a thousand findings and answers at once', async () => {
    await using opened = await open(runWithFindings(1000));
    const { page, faults } = opened;
    expect(await page.locator('.finding').count()).toBe(1000);
    await page.locator('#search').fill('number 999.');
    expect(await page.locator('#shown').innerText()).toBe('1 of 1000');
    expect(faults).toEqual([]);
  });

  test('draws the locks of a migration over what was felt of it', async () => {
    await using opened = await open(sampleRuns.stalled);
    const picture = opened.page.locator('.picture').first();
    expect(await picture.locator('rect.lock.reads').count()).toBe(2);
    expect(await picture.locator('rect.waited').count()).toBe(1);
    expect(await picture.locator('path.failure').count()).toBe(7);
    expect(await picture.locator('svg').getAttribute('aria-label')).toMatch(
      /The longest answer: write orders_order, 1\.7 s\. Locked: public\.orders_order/,
    );
  });
});
