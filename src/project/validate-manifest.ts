import * as v from 'valibot';
import type { ErrorIssue } from '../errors/djdev-error.ts';
import { checkShape, describeValue } from './check-shape.ts';
import type { KeyPath, ManifestFile } from './manifest-file.ts';
import { type ManifestContent, manifestSchema } from './manifest-schema.ts';

/** One manifest file against the schema: its content, and everything that is wrong with it. */
export interface ValidatedManifest {
  /** Only to be used when there are no issues. */
  readonly content: ManifestContent;
  readonly issues: readonly ErrorIssue[];
}

/** Finds all problems of one file, each at its line and column. */
export function validateManifest(source: ManifestFile): ValidatedManifest {
  const shape = checkShape(manifestSchema, source.value);
  const shapeIssues = shape.issues.map(({ path, message, hint }) => ({
    message: `${formatKeyPath(path)} ${message}`,
    ...(hint === undefined ? {} : { hint }),
    location: source.locateKey(path),
  }));
  const result = v.safeParse(manifestSchema, shape.value);
  const valueIssues = (result.issues ?? [])
    .flatMap((issue) => descend(issue, []))
    .map((issue) => explainIssue(issue, source));
  return {
    content: result.success ? result.output : {},
    issues: [...shapeIssues, ...valueIssues],
  };
}

/** `app.env.DEBUG`, `rehearse.smoke[0].status`. */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** A value as the schema's complaint about it, at its place in the file. */
function explainIssue({ path, issue }: DeepIssue, source: ManifestFile): ErrorIssue {
  const isKey = issue.path?.at(-1)?.origin === 'key';
  const name = formatKeyPath(path);
  return {
    message: isKey
      ? `${name}: the key must be ${issue.message}.`
      : `${name} must be ${issue.message}, not ${describeValue(issue.input, path)}.`,
    location: isKey ? source.locateKey(path) : source.locateValue(path),
  };
}

interface DeepIssue {
  readonly path: KeyPath;
  readonly issue: v.BaseIssue<unknown>;
}

/**
 * A union that fails says only that no member fits. When one member got further into the value
 * than the union itself, its complaints are those a person needs.
 */
function descend(issue: v.BaseIssue<unknown>, above: KeyPath): readonly DeepIssue[] {
  const path = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const deeper = (issue.issues ?? []).filter((inner) => (inner.path?.length ?? 0) > 0);
  return deeper.length === 0 ? [{ path, issue }] : deeper.flatMap((inner) => descend(inner, path));
}
