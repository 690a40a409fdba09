import type { GenericSchema } from 'valibot';
import { closestName } from './closest-name.ts';
import type { KeyPath } from './manifest-file.ts';
import { componentName } from './manifest-values.ts';

/** A key or a mapping that the schema does not know; the value without it can be validated on. */
export interface ShapeIssue {
  readonly path: KeyPath;
  readonly message: string;
  readonly hint?: string;
  /** The key that was most likely meant. */
  readonly meant?: string;
}

/** The parts of valibot's schemas that a walk needs. */
interface AnySchema {
  readonly type: string;
  readonly wrapped?: AnySchema;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly key?: AnySchema;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly AnySchema[];
  readonly message?: unknown;
}

/**
 * Finds every unknown key (valibot stops at the first of each mapping) and every place where a
 * mapping is wanted and something else stands. Returns the value without unknown keys and without
 * `x-` keys, which are the user's own everywhere; an empty section reads as an empty mapping.
 */
export function checkShape(
  schema: GenericSchema,
  value: unknown,
): { readonly value: unknown; readonly issues: readonly ShapeIssue[] } {
  const issues: ShapeIssue[] = [];
  const cleaned = walk(schema, value, [], issues);
  return { value: cleaned, issues };
}

function walk(schema: AnySchema, value: unknown, path: KeyPath, issues: ShapeIssue[]): unknown {
  const inner = unwrap(schema, value);
  if (inner === undefined) return rejectList(schema, value, path, issues);
  if (inner.type === 'array') {
    const item = inner.item;
    return Array.isArray(value) && item
      ? value.map((entry, index) => walk(item, entry, [...path, index], issues))
      : value;
  }
  if (inner.type !== 'strict_object' && inner.type !== 'record') return value;
  if (value === null) return {};
  if (!isMapping(value)) {
    issues.push({ path, message: `must be a mapping, not ${describeValue(value, path)}.` });
    return {};
  }
  return inner.type === 'record'
    ? walkRecord(inner, value, path, issues)
    : walkObject(inner.entries ?? {}, value, path, issues);
}

/** valibot takes a list for a mapping with numbers as keys; a person does not. */
function rejectList(
  schema: AnySchema,
  value: unknown,
  path: KeyPath,
  issues: ShapeIssue[],
): unknown {
  const union = schema.wrapped ?? schema;
  if (!Array.isArray(value) || union.type !== 'union') return value;
  // Where no member is a mapping, valibot itself says the same.
  if (unwrap(schema, {}) === undefined) return value;
  issues.push({ path, message: `must be ${String(union.message)}, not a list.` });
  return {};
}

function walkObject(
  entries: Readonly<Record<string, AnySchema>>,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
  issues: ShapeIssue[],
): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const schema = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (schema) kept[key] = walk(schema, item, [...path, key], issues);
    else if (!key.startsWith('x-')) {
      issues.push({ path: [...path, key], ...explainUnknownKey(key, Object.keys(entries)) });
    }
  }
  return kept;
}

function walkRecord(
  { key: keySchema, value: itemSchema }: AnySchema,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
  issues: ShapeIssue[],
): Readonly<Record<string, unknown>> {
  const isExtensible = keySchema === componentName;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isExtensible && key.startsWith('x-')))
      .map(([key, item]) => [
        key,
        itemSchema ? walk(itemSchema, item, [...path, key], issues) : item,
      ]),
  );
}

function explainUnknownKey(key: string, known: readonly string[]): Omit<ShapeIssue, 'path'> {
  const [method, ...rest] = key.trim().split(/\s+/);
  if (method !== undefined && rest.length === 1 && known.includes('get')) {
    return explainMethod(method, rest[0] ?? '');
  }
  const meant = closestName(key, known);
  return {
    message: 'is not a key djdev knows.',
    hint: meant
      ? `Did you mean “${meant}”?`
      : `Known here: ${known.join(', ')}. Keys of your own begin with “x-”.`,
    ...(meant !== undefined && { meant }),
  };
}

/** A request in short: `GTE / : 200`. */
function explainMethod(method: string, path: string): Omit<ShapeIssue, 'path'> {
  const meant = closestName(method, ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
  return {
    message: 'is no request djdev can send.',
    hint: meant ? `Did you mean “${meant} ${path}”?` : `Write “GET ${path} : 200”.`,
  };
}

/** Goes through optional values, and chooses the member of a union that `value` means. */
function unwrap(schema: AnySchema, value: unknown): AnySchema | undefined {
  if (schema.wrapped) {
    return value === null && schema.type === 'nullable' ? undefined : unwrap(schema.wrapped, value);
  }
  if (schema.type !== 'union') return schema;
  const members = (schema.options ?? []).map((option) => unwrap(option, value));
  const isWanted = (type: string): boolean => {
    if (Array.isArray(value)) return type === 'array';
    return isMapping(value) || value === null ? /^(strict_object|record)$/.test(type) : false;
  };
  return members.find((member) => member !== undefined && isWanted(member.type));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A value as a person would name it: `the number 5`, `the text “web”`, `a list`. Texts of
 * variables and build secrets may be secrets and are not shown.
 */
export function describeValue(value: unknown, path: KeyPath): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  const mayBeSecret =
    (path[0] === 'app' && path[1] !== 'settings') || (path[0] === 'services' && path[2] === 'env');
  switch (typeof value) {
    case 'string':
      if (value === '') return 'an empty text';
      return mayBeSecret ? 'a text' : `the text “${value}”`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a mapping';
  }
}
