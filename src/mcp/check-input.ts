import type { CheckedInput, ToolInput, ToolProperty } from './mcp-tool.ts';

/** Reads a tool's input by its schema; a text says what is wrong with it. */
export function checkInput(schema: ToolInput, given: unknown): CheckedInput | string {
  const input = given ?? {};
  if (typeof input !== 'object' || Array.isArray(input)) return 'The input must be an object.';
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(schema.properties, name)) return `There is no input “${name}”.`;
  }
  const checked: Record<string, string | number> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = (input as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) {
      if (schema.required?.includes(name) === true) return `“${name}” is missing.`;
      continue;
    }
    const problem = checkValue(property, value);
    if (problem !== undefined) return `“${name}” ${problem}.`;
    checked[name] = value as string | number;
  }
  return checked;
}

function checkValue(property: ToolProperty, value: unknown): string | undefined {
  const { type, pattern, minimum = 0, maximum = Infinity, maxLength = 200 } = property;
  if (type === 'integer') {
    if (typeof value !== 'number' || !Number.isInteger(value)) return 'must be a whole number';
    return value < minimum || value > maximum ? `must be from ${minimum} to ${maximum}` : undefined;
  }
  if (typeof value !== 'string') return 'must be a text';
  if (property.enum !== undefined && !property.enum.includes(value)) {
    return `must be one of ${property.enum.join(', ')}`;
  }
  if (value.length > maxLength) return `must not be longer than ${maxLength} characters`;
  const fits = pattern === undefined || new RegExp(pattern, 'u').test(value);
  return fits ? undefined : `does not fit ${pattern}`;
}
