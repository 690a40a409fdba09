import type { CaptureSource } from '../../project/smoke.ts';
import type { HttpResponse } from '../http/send-request.ts';
import { readJsonValue } from './judge-json.ts';
import { readElement } from './judge-page.ts';

/** Where captured values are looked for. */
interface Captured {
  readonly response: Pick<HttpResponse, 'headers' | 'body'>;
  readonly cookie: (name: string) => string | undefined;
}

/** The values that later requests use, and a line for each that is not there. Pure. */
export function captureValues(
  wanted: Readonly<Record<string, CaptureSource>>,
  captured: Captured,
): { readonly values: ReadonlyMap<string, string>; readonly differences: readonly string[] } {
  const values = new Map<string, string>();
  const differences: string[] = [];
  for (const [name, source] of Object.entries(wanted)) {
    const value = readValue(source, captured);
    if (value === undefined) {
      differences.push(`Expected ${describeSource(source)} to capture ${name} from, got nothing.`);
    } else values.set(name, value);
  }
  return { values, differences };
}

function readValue(source: CaptureSource, { response, cookie }: Captured): string | undefined {
  const body = (): string => response.body.toString('utf8');
  switch (source.kind) {
    case 'json':
      return readJsonValue(body(), source.path);
    case 'css':
      return readElement(body(), source.selector, source.attribute);
    case 'header':
      return response.headers[source.name];
    case 'cookie':
      return cookie(source.name);
    case 'matches': {
      const [whole, group] = new RegExp(source.pattern, source.flags).exec(body()) ?? [];
      return group ?? whole;
    }
    default:
      return source satisfies never;
  }
}

function describeSource(source: CaptureSource): string {
  switch (source.kind) {
    case 'json':
      return `a value at ${source.path}`;
    case 'css':
      return `an element ${source.selector}${source.attribute === undefined ? '' : ` with ${source.attribute}`}`;
    case 'header':
      return `the header ${source.name}`;
    case 'cookie':
      return `the cookie ${source.name}`;
    case 'matches':
      return `a text like /${source.pattern}/`;
    default:
      return source satisfies never;
  }
}
