import type { Catalog, TypeFacts } from './catalog.ts';
import { quoteText } from './quote-text.ts';

/** A type as a column has it, and what is wanted of its values. */
export interface ValueRequest {
  readonly type: number;
  /** `character varying(20)`. */
  readonly declaration: string;
  /** Begins texts where there is room: the column's name. */
  readonly label: string;
  /** Characters or bytes that a text has at least. */
  readonly leastLength?: number;
}

/**
 * An SQL expression that gives another value for each value of `index`, an SQL expression that
 * counts from 1, and that grows with it where the type has an order. `undefined` for types that
 * nobody knows.
 */
export function describeValue(
  { types }: Pick<Catalog, 'types'>,
  request: ValueRequest,
  index: string,
): string | undefined {
  const type = types.get(request.type);
  const bare = type && describeBare({ types }, type, request, index);
  return bare === undefined ? undefined : `CAST(${bare} AS ${request.declaration})`;
}

/** How many different values `describeValue` can give; `undefined` for more than rows need. */
export function countValues(
  { types }: Pick<Catalog, 'types'>,
  { type: oid, declaration }: Pick<ValueRequest, 'type' | 'declaration'>,
): number | undefined {
  const type = types.get(oid);
  if (type?.kind === 'domain' && type.inner) {
    return countValues({ types }, { type: type.inner.oid, declaration: type.inner.declaration });
  }
  if (type?.kind === 'enum') return Math.max(1, type.labels.length);
  if (type?.name === 'bool') return 2;
  const length = lengthOf(declaration);
  if (textTypes.has(type?.name ?? '') && length !== undefined && length < 3) return 36 ** length;
  if (bitTypes.has(type?.name ?? '') && (length ?? 1) < 10) return 2 ** (length ?? 1);
  return undefined;
}

const textTypes = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
const bitTypes = new Set(['bit', 'varbit']);

function describeBare(
  catalog: Pick<Catalog, 'types'>,
  type: TypeFacts,
  request: ValueRequest,
  i: string,
): string | undefined {
  const { inner } = type;
  if (textTypes.has(type.name))
    return describeText(request, type.name === 'name' ? 63 : undefined, i);
  if (type.kind === 'enum') {
    const labels = type.labels.map(quoteText).join(', ');
    return `(ARRAY[${labels}]::text[])[((${i} - 1) % ${type.labels.length})::int + 1]`;
  }
  if (type.kind === 'composite') return describeComposite(catalog, type, request, i);
  if (inner === undefined) return describeByName(type.name, request, i);
  const innerRequest = { ...request, type: inner.oid, declaration: inner.declaration };
  if (type.isArray) {
    const declaration = request.declaration.replace(/(\[\])+$/u, '');
    const element = describeValue(catalog, { ...innerRequest, declaration }, i);
    return element && `ARRAY[${element}]`;
  }
  if (type.kind === 'domain') return describeValue(catalog, innerRequest, i);
  if (type.kind === 'multirange') {
    const range = describeValue(catalog, innerRequest, i);
    return range && `${type.quoted}(${range})`;
  }
  // Ranges that follow one another: they do not overlap, as exclusion constraints like it.
  const from = describeValue(catalog, innerRequest, `(2 * ${i})`);
  const until = describeValue(catalog, innerRequest, `(2 * ${i} + 1)`);
  return from && until && `${type.quoted}(${from}, ${until})`;
}

function describeComposite(
  catalog: Pick<Catalog, 'types'>,
  type: TypeFacts,
  request: ValueRequest,
  i: string,
): string {
  const values = type.attributes.map(
    (attribute) => describeValue(catalog, { ...request, ...attribute }, i) ?? 'NULL',
  );
  return `ROW(${values.join(', ')})`;
}

const digits = "'abcdefghijklmnopqrstuvwxyz0123456789'";

/** Short columns get digits of base 36, longer ones their own name and a number. */
function describeText(request: ValueRequest, most: number | undefined, i: string): string {
  const length = lengthOf(request.declaration) ?? most;
  const { label, leastLength = 0 } = request;
  if (length !== undefined && length < 9) {
    const places = Array.from({ length }, (_, place) => length - 1 - place);
    const one = (place: number): string =>
      `substr(${digits}, (((${i} - 1) / ${36 ** Math.min(place, 8)}) % 36)::int + 1, 1)`;
    return length === 0 ? "''" : places.map(one).join(' || ');
  }
  const room = (length ?? 200) - 10;
  const shaped =
    /email/u.test(label) && room > 18 ? `'person' || ${i} || '@example.com'` : undefined;
  const address = /url|website|link/u.test(label) && room > 22;
  const text =
    shaped ??
    (address
      ? `'https://example.com/' || ${i}`
      : `${quoteText(label.slice(0, Math.max(0, Math.min(room, 30))))} || ${i}`);
  if (leastLength === 0) return text;
  const wanted = Math.min(leastLength, length ?? leastLength);
  // A text that is longer already is not cut: what tells it from others stands at its end.
  return `rpad(${text} || ' ', GREATEST(${wanted}, length(${text})), ${filler(wanted, i)})`;
}

/** Text that does not compress away. */
function filler(characters: number, i: string): string {
  const parts = Math.min(64, Math.ceil(characters / 32));
  return Array.from({ length: parts }, (_, part) => `md5(${i} || '-${part}')`).join(' || ');
}

const start = "timestamptz '2024-01-01 00:00:00+00'";

/** Expressions by the type's name; `i` counts from 1. */
const expressions: Readonly<Record<string, (i: string, request: ValueRequest) => string>> = {
  bool: (i) => `${i} % 2 = 1`,
  int2: (i) => `(${i} - 1) % 32767 + 1`,
  int4: (i) => `(${i} - 1) % 2147483647 + 1`,
  int8: (i) => i,
  oid: (i) => i,
  float4: (i) => i,
  float8: (i) => i,
  numeric: describeNumeric,
  money: (i) => `(${i})::numeric`,
  uuid: (i, { label }) => `md5(${quoteText(label)} || ${i})`,
  date: (i) => `date '2024-01-01' + ((${i} - 1) % 2900000)::int`,
  timestamptz: (i) => `${start} + ${i} * interval '1 minute'`,
  timestamp: (i) => `(${start} AT TIME ZONE 'UTC') + ${i} * interval '1 minute'`,
  time: (i) => `time '00:00' + ${i} * interval '1 second'`,
  timetz: (i) => `timetz '00:00+00' + ${i} * interval '1 second'`,
  interval: (i) => `${i} * interval '1 minute'`,
  json: (i, request) => describeJson(i, request),
  jsonb: (i, request) => describeJson(i, request),
  jsonpath: (i) => `'$.n' || ${i}`,
  bytea: (i, { leastLength = 0 }) => `decode(${filler(Math.max(32, 2 * leastLength), i)}, 'hex')`,
  inet: (i) => `inet '10.0.0.0' + ${i}`,
  cidr: (i) => `host(inet '10.0.0.0' + ${i}) || '/32'`,
  macaddr: (i) => `lpad(to_hex(${i}), 12, '0')`,
  macaddr8: (i) => `lpad(to_hex(${i}), 16, '0')`,
  bit: describeBits,
  varbit: describeBits,
  tsvector: (i) => `to_tsvector('simple', 'word ' || ${i})`,
  tsquery: (i) => `to_tsquery('simple', 'word' || ${i})`,
  point: (i) => `point(${i}, ${i})`,
  lseg: (i) => `lseg(point(0, 0), point(${i}, 1))`,
  line: (i) => `line(point(0, 0), point(${i}, 1))`,
  box: (i) => `box(point(2 * ${i}, 0), point(2 * ${i} + 1, 1))`,
  circle: (i) => `circle(point(3 * ${i}, 0), 1)`,
  path: (i) => `'((0,0),(' || ${i} || ',1))'`,
  polygon: (i) => `polygon(box(point(2 * ${i}, 0), point(2 * ${i} + 1, 1)))`,
  xml: (i) => `'<row>' || ${i} || '</row>'`,
  hstore: (i) => `'n=>' || ${i}`,
  ltree: (i) => `'top.n' || ${i}`,
  pg_lsn: (i) => `pg_lsn '0/0' + (${i})::numeric`,
  vector: describeVector,
  halfvec: describeVector,
  geometry: describeGeometry,
  geography: describeGeometry,
};

function describeByName(name: string, request: ValueRequest, i: string): string | undefined {
  return expressions[name]?.(i, request);
}

/** As many digits as the type has room for, so that values stay apart. */
function describeNumeric(i: string, { declaration }: ValueRequest): string {
  const [, precision, scale] = /\((\d+),(-?\d+)\)/u.exec(declaration) ?? [];
  if (precision === undefined) return i;
  const whole = Number(precision) - Number(scale);
  if (whole >= 6) return `${i} % 1e${whole}`;
  return `(${i} % 1e${precision}) / 1e${scale}`;
}

function describeJson(i: string, { leastLength = 0 }: ValueRequest): string {
  const padding = leastLength > 20 ? `, 'text', ${filler(leastLength - 20, i)}` : '';
  return `jsonb_build_object('n', ${i}${padding})`;
}

function describeBits(i: string, { declaration }: ValueRequest): string {
  const length = lengthOf(declaration) ?? 1;
  const binary = `(${i})::bit(${Math.min(length, 64)})::text`;
  return length > 64 ? `lpad(${binary}, ${length}, '0')` : binary;
}

function describeVector(i: string, { declaration }: ValueRequest): string {
  const dimensions = lengthOf(declaration) ?? 3;
  return `array_fill((${i} % 1000) / 1000.0, ARRAY[${dimensions}])::float4[]`;
}

const wellKnownText: Readonly<Record<string, (i: string) => string>> = {
  linestring: (i) => `'LINESTRING(0 0, ' || ${degrees(i)} || ' 1)'`,
  polygon: (i) => `'POLYGON((0 0, 0 1, ' || ${degrees(i)} || ' 1, 0 0))'`,
  multipoint: (i) => `'MULTIPOINT((0 0), (' || ${degrees(i)} || ' 1))'`,
  multilinestring: (i) => `'MULTILINESTRING((0 0, ' || ${degrees(i)} || ' 1))'`,
  multipolygon: (i) => `'MULTIPOLYGON(((0 0, 0 1, ' || ${degrees(i)} || ' 1, 0 0)))'`,
  geometrycollection: (i) => `'GEOMETRYCOLLECTION(POINT(' || ${degrees(i)} || ' 1))'`,
};

/** PostGIS: `geometry(Point,4326)`. */
function describeGeometry(i: string, { declaration }: ValueRequest): string {
  const [, shape = 'point', srid] = /\((\w+)(?:,(\d+))?\)/u.exec(declaration) ?? [];
  const text = wellKnownText[shape.toLowerCase()]?.(i) ?? `'POINT(' || ${degrees(i)} || ' 1)'`;
  return srid === undefined ? text : `'SRID=${srid};' || ${text}`;
}

function degrees(i: string): string {
  return `(1 + (${i} % 80000) / 1000.0)::text`;
}

/** The number in parentheses: characters, bits, dimensions. */
function lengthOf(declaration: string): number | undefined {
  const [, length] = /\((\d+)\)/u.exec(declaration) ?? [];
  if (length !== undefined) return Number(length);
  return /^"?(?:char|character|bit)"?$/u.test(declaration) ? 1 : undefined;
}
