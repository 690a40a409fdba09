import path from 'node:path';
import type { EnvironmentSources } from './environment-sources.ts';
import type { Manifest } from './manifest.ts';
import type { SmokeRequest } from './project.ts';
import { checkLanguages } from './check-smoke-languages.ts';
import { readImport } from './import-smoke.ts';
import { type DeclaredEntry, readSmokeCheck } from './read-smoke-check.ts';
import { readSmokeUser } from './read-smoke-user.ts';
import { readSmokeVariables } from './read-smoke-variables.ts';
import { findReferences, listTexts } from './smoke-references.ts';
import type { HurlFile, SmokeCheck, SmokeTest } from './smoke.ts';

/** All of `rehearse.smoke`. */
export interface ReadSmoke {
  /** The requests that stand on their own: those that anybody can send, again and again. */
  readonly smoke: readonly SmokeRequest[];
  readonly smokeTests: readonly SmokeTest[];
  readonly hurlFiles: readonly HurlFile[];
}

interface Reading {
  readonly manifest: Manifest;
  /** Absolute path that imports are relative to when the manifest's own is not known. */
  readonly root: string;
  readonly lookup: EnvironmentSources['lookup'];
}

/**
 * The smoke tests with their defaults, and those of the files that they import. Notes requests
 * that cannot be sent and expectations that cannot be read.
 */
export async function readSmoke({ manifest, root, lookup }: Reading): Promise<ReadSmoke> {
  const smokeTests: SmokeTest[] = [];
  const hurlFiles: HurlFile[] = [];
  // Entries without steps are one visitor's, and hand on what they capture.
  const captured = new Set<string>();
  for (const [index, declared] of (manifest.content.rehearse?.smoke ?? []).entries()) {
    const keys = ['rehearse', 'smoke', index];
    if (declared.import !== undefined) {
      checkAlone(declared, manifest, keys);
      const file = manifest.locate(keys)?.file;
      const directory = file === undefined ? root : path.dirname(file);
      const imported = await readImport(declared, { manifest, directory, keys });
      smokeTests.push(...imported.tests);
      hurlFiles.push(...imported.hurlFiles);
      continue;
    }
    const test = await readTest(declared, { manifest, keys, lookup, captured });
    if (test !== undefined) smokeTests.push(test);
  }
  return { smoke: smokeTests.flatMap(plainRequest), smokeTests, hurlFiles };
}

async function readTest(
  declared: DeclaredEntry,
  {
    manifest,
    keys,
    lookup,
    captured,
  }: Pick<Reading, 'manifest' | 'lookup'> & {
    readonly keys: (string | number)[];
    readonly captured: Set<string>;
  },
): Promise<SmokeTest | undefined> {
  const { steps, as, warn, import: _, ...request } = declared;
  const stepKeys = (index: number) => [...keys, 'steps', index];
  const isScenario = steps !== undefined;
  if (isScenario) checkScenario(declared, manifest, keys);
  const checks = isScenario
    ? steps.map((step, index) => readSmokeCheck(step, manifest, stepKeys(index)))
    : [readSmokeCheck(request, manifest, keys)];
  const read = checks.filter((check) => check !== undefined);
  if (read.length === 0 || read.length < checks.length) return undefined;
  const placed = read.map((check, index) => ({
    check,
    keys: isScenario ? stepKeys(index) : keys,
  }));
  for (const one of placed) await checkLanguages(one.check, manifest, one.keys);
  return {
    name: declared.name,
    checks: read,
    isScenario,
    user: readSmokeUser(as),
    isWarning: warn ?? false,
    ...readSmokeVariables(placed, {
      manifest,
      lookup,
      captured: isScenario || declared.as !== undefined ? new Set() : captured,
    }),
    location: manifest.locate(keys),
  };
}

/** What is said of one request has no meaning beside several. */
function checkScenario(
  declared: DeclaredEntry,
  manifest: Manifest,
  keys: readonly (string | number)[],
): void {
  const { steps = [], name: _, as: __, warn: ___, ...others } = declared;
  const [beside] = Object.keys(others);
  if (beside !== undefined) {
    manifest.report(
      [...keys, beside],
      'stands beside steps, and only name, as and warn can.',
      'Write it within the step that it is about.',
    );
  }
  if (steps.length === 0) manifest.report([...keys, 'steps'], 'has no request.');
}

function checkAlone(
  declared: DeclaredEntry,
  manifest: Manifest,
  keys: readonly (string | number)[],
): void {
  const { import: _, warn: __, ...others } = declared;
  const [beside] = Object.keys(others);
  if (beside === undefined) return;
  manifest.report(
    [...keys, beside],
    'stands beside import, and only warn can.',
    'Write it as an entry of its own.',
  );
}

/** A request that needs neither a user, a captured value nor a variable. */
function plainRequest(test: SmokeTest): readonly SmokeRequest[] {
  const [check] = test.checks;
  const isPlain =
    !test.isScenario &&
    test.user === undefined &&
    test.checks.flatMap(listTexts).flatMap(findReferences).length === 0;
  return isPlain && check !== undefined ? [toRequest(check)] : [];
}

function toRequest({ method, path, headers, form, json, expect, location }: SmokeCheck) {
  const { status } = expect;
  const texts = (list: readonly SmokeTest['checks'][number]['expect']['contains'][number][]) =>
    list.flatMap((one) => (one.kind === 'contains' ? [one.text] : []));
  return {
    method,
    path,
    headers,
    form,
    json,
    expect: {
      status: status.kind === 'between' ? (status.min ?? 200) : statusOf(status),
      contains: texts(expect.contains),
      absent: texts(expect.absent),
      headers: Object.fromEntries(
        Object.entries(expect.headers).flatMap(([name, one]) =>
          one.kind === 'contains' ? [[name, one.text]] : [],
        ),
      ),
    },
    location,
  };
}

function statusOf(status: SmokeCheck['expect']['status']): number {
  return status.kind === 'equals' && typeof status.value === 'number' ? status.value : 200;
}
