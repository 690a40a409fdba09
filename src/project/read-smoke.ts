import type { Manifest } from './manifest.ts';
import type { ManifestContent } from './manifest-schema.ts';
import type { SmokeRequest } from './project.ts';

type Declared = NonNullable<NonNullable<ManifestContent['rehearse']>['smoke']>[number];

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** The smoke requests with their defaults; notes those that name no path, two, or two bodies. */
export function readSmoke(manifest: Manifest): readonly SmokeRequest[] {
  return (manifest.content.rehearse?.smoke ?? []).flatMap((declared, index) => {
    const keys = ['rehearse', 'smoke', index];
    const used = methods.filter((method) => declared[method] !== undefined);
    const [method] = used;
    if (method === undefined || used.length > 1) {
      const found = used.length === 0 ? 'none' : used.join(' and ');
      manifest.report(
        keys,
        `needs one of ${methods.join(', ')}, and has ${found}.`,
        'Write “get: /path”.',
      );
      return [];
    }
    const hasBody = declared.form !== undefined || declared.json !== undefined;
    if (declared.form !== undefined && declared.json !== undefined) {
      manifest.report([...keys, 'json'], 'stands beside form, and a request has one body.');
    } else if (hasBody && (method === 'get' || method === 'head')) {
      manifest.report(keys, `sends a body with ${method}.`, 'Use post, put, patch or delete.');
    }
    return [readRequest(declared, method, manifest, index)];
  });
}

function readRequest(
  declared: Declared,
  method: (typeof methods)[number],
  manifest: Manifest,
  index: number,
): SmokeRequest {
  return {
    method: method.toUpperCase(),
    path: declared[method] ?? '/',
    headers: readFields(declared.send),
    form: declared.form && readFields(declared.form),
    json: declared.json,
    expect: {
      status: declared.status ?? 200,
      contains: readList(declared.contains),
      absent: readList(declared.absent),
      headers: Object.fromEntries(
        Object.entries(readFields(declared.headers)).map(([name, value]) => [
          name.toLowerCase(),
          value,
        ]),
      ),
    },
    location: manifest.locate(['rehearse', 'smoke', index]),
  };
}

function readFields(
  fields: Readonly<Record<string, string | number | boolean>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

function readList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
