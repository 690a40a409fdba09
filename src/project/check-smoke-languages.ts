import type { Manifest } from './manifest.ts';
import type { KeyPath } from './manifest-file.ts';
import type { SmokeCheck } from './smoke.ts';

/** Notes CSS selectors and JSON paths that nothing can read; the parsers are loaded only for them. */
export async function checkLanguages(
  check: SmokeCheck,
  manifest: Manifest,
  keys: KeyPath,
): Promise<void> {
  const { select, jsonPath } = check.expect;
  for (const selector of Object.keys(select)) {
    await checkSelector(selector, manifest, [...keys, 'select', selector]);
  }
  for (const path of Object.keys(jsonPath)) {
    await checkPath(path, manifest, [...keys, 'jsonpath', path]);
  }
  for (const [name, source] of Object.entries(check.capture)) {
    const place = [...keys, 'capture', name];
    if (source.kind === 'css') await checkSelector(source.selector, manifest, place);
    if (source.kind === 'json') await checkPath(source.path, manifest, place);
  }
}

async function checkSelector(selector: string, manifest: Manifest, keys: KeyPath): Promise<void> {
  const { compile } = await import('css-select');
  const problem = findProblem(() => compile(selector));
  if (problem === undefined) return;
  const hint = 'Write a selector such as “h1” or “form[method=post] input[name=q]”.';
  manifest.report(keys, `is no CSS selector: ${problem}.`, hint);
}

async function checkPath(path: string, manifest: Manifest, keys: KeyPath): Promise<void> {
  const { compile } = await import('json-p3');
  const problem = findProblem(() => compile(path));
  if (problem === undefined) return;
  const hint = 'Write a path such as “$.results[0].id” or “$..id”.';
  manifest.report(keys, `is no JSON path: ${problem}.`, hint);
}

function findProblem(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  }
}
