import type { PostgresQuery, PostgresRow } from '../postgres-session.ts';
import type {
  Catalog,
  CheckFacts,
  ColumnFacts,
  ForeignKeyFacts,
  TableFacts,
  TypeFacts,
} from './catalog.ts';

/** Relations of people: not those of Postgres, nor those that belong to an extension. */
const ownTables = `
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                        AND d.objid = c.oid AND d.deptype = 'e')`;

const tablesQuery = `
  SELECT c.oid::int8::float8 AS oid,
         format('%I.%I', n.nspname, c.relname) AS name,
         c.relkind = 'p' AS partitioned,
         CASE WHEN c.relispartition THEN
           (SELECT a.relid::oid::int8::float8 FROM pg_partition_ancestors(c.oid) a
             WHERE NOT EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = a.relid))
         END AS root,
         CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END AS bounds
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid IN (${ownTables}) ORDER BY name`;

const columnsQuery = `
  SELECT a.attrelid::int8::float8 AS "table", a.attnum AS number, a.attname AS name,
         quote_ident(a.attname) AS quoted, a.atttypid::int8::float8 AS type,
         format_type(a.atttypid, a.atttypmod) AS declaration,
         a.attnotnull OR t.typnotnull AS "notNull",
         a.attidentity <> '' OR a.attgenerated <> '' AS filled,
         pg_get_expr(d.adbin, d.adrelid) AS "default"
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (${ownTables})
   ORDER BY a.attrelid, a.attnum`;

const constraintsQuery = `
  SELECT conrelid::int8::float8 AS "table", conname AS name, contype AS kind, conkey AS columns,
         confrelid::int8::float8 AS target, confkey AS "targetColumns", condeferrable AS deferrable,
         CASE WHEN contype = 'c' THEN pg_get_expr(conbin, conrelid) END AS expression
    FROM pg_constraint
   WHERE (contype IN ('c', 'f') OR condeferrable) AND conrelid IN (${ownTables})
   ORDER BY conrelid, conname`;

const uniqueQuery = `
  SELECT indrelid::int8::float8 AS "table", indkey::int2[] AS columns
    FROM pg_index WHERE indisunique AND indrelid IN (${ownTables})`;

/** The types of the columns, and the types that those are made of. */
const typesQuery = `
  WITH RECURSIVE ranges AS (
    -- Multiranges came with Postgres 14.
    SELECT rngtypid, rngsubtype, (to_jsonb(pg_range)->>'rngmultitypid')::oid AS rngmultitypid
      FROM pg_range
  ), used(oid) AS (
    SELECT atttypid FROM pg_attribute
     WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (${ownTables})
    UNION
    SELECT part.oid FROM used JOIN pg_type t ON t.oid = used.oid
      LEFT JOIN ranges r ON t.oid IN (r.rngtypid, r.rngmultitypid)
     CROSS JOIN LATERAL (
       SELECT t.typbasetype UNION ALL
       SELECT t.typelem WHERE t.typcategory = 'A' UNION ALL
       SELECT r.rngsubtype UNION ALL
       SELECT r.rngtypid WHERE t.oid = r.rngmultitypid UNION ALL
       SELECT atttypid FROM pg_attribute WHERE attrelid = t.typrelid AND t.typrelid <> 0 AND attnum > 0
     ) part(oid)
     WHERE part.oid <> 0
  )
  SELECT t.oid::int8::float8 AS oid, t.typname AS name, format_type(t.oid, NULL) AS quoted,
         t.typtype AS kind, t.typcategory = 'A' AND t.typelem <> 0 AS array,
         inside.oid::int8::float8 AS inner, format_type(inside.oid, t.typtypmod) AS "innerDeclaration",
         ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
           AS labels,
         ARRAY(SELECT pg_get_expr(conbin, 0) FROM pg_constraint
                WHERE contypid = t.oid AND contype = 'c') AS checks,
         ARRAY(SELECT atttypid::int8::float8 FROM pg_attribute WHERE attrelid = t.typrelid
                AND t.typrelid <> 0 AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
           AS "attributeTypes",
         ARRAY(SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = t.typrelid
                AND t.typrelid <> 0 AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
           AS "attributeDeclarations"
    FROM pg_type t LEFT JOIN ranges r ON t.oid IN (r.rngtypid, r.rngmultitypid)
   CROSS JOIN LATERAL (
     SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typcategory = 'A' THEN t.typelem
                 WHEN t.oid = r.rngtypid THEN r.rngsubtype WHEN t.oid = r.rngmultitypid THEN r.rngtypid
            END AS oid) inside
   WHERE t.oid IN (SELECT oid FROM used)`;

/** Reads what the generator has to know. Throws `DJ-DATABASE-QUERY` when the server refuses. */
export async function readCatalog(query: PostgresQuery): Promise<Catalog> {
  const tables = await query(tablesQuery);
  const columns = groupByTable(await query(columnsQuery));
  const constraints = groupByTable(await query(constraintsQuery));
  const unique = groupByTable(await query(uniqueQuery));
  const types = (await query(typesQuery)).map(readType);
  return {
    tables: tables.map((row): TableFacts => {
      const oid = Number(row['oid']);
      const own = constraints.get(oid) ?? [];
      return {
        oid,
        name: String(row['name']),
        columns: (columns.get(oid) ?? []).map(readColumn),
        foreignKeys: own.filter(({ kind }) => kind === 'f').map(readForeignKey),
        checks: own.filter(({ kind }) => kind === 'c').map(readCheck),
        uniqueKeys: (unique.get(oid) ?? []).map((key) => readNumbers(key['columns'])),
        hasDeferrableKey: own.some(({ kind, deferrable }) => kind !== 'f' && deferrable === true),
        root: row['root'] === null ? undefined : Number(row['root']),
        isPartitioned: row['partitioned'] === true,
        partitionCheck: readText(row['bounds']),
      };
    }),
    types: new Map(types.map((type) => [type.oid, type])),
  };
}

function groupByTable(rows: readonly PostgresRow[]): ReadonlyMap<number, readonly PostgresRow[]> {
  return Map.groupBy(rows, ({ table }) => Number(table));
}

function readColumn(row: PostgresRow): ColumnFacts {
  return {
    number: Number(row['number']),
    name: String(row['name']),
    quoted: String(row['quoted']),
    type: Number(row['type']),
    declaration: String(row['declaration']),
    notNull: row['notNull'] === true,
    filledByServer: row['filled'] === true,
    default: readText(row['default']),
  };
}

function readForeignKey(row: PostgresRow): ForeignKeyFacts {
  return {
    name: String(row['name']),
    columns: readNumbers(row['columns']),
    target: Number(row['target']),
    targetColumns: readNumbers(row['targetColumns']),
    isDeferrable: row['deferrable'] === true,
  };
}

function readCheck(row: PostgresRow): CheckFacts {
  return {
    name: String(row['name']),
    expression: String(row['expression']),
    columns: readNumbers(row['columns']),
  };
}

const kinds: Readonly<Record<string, TypeFacts['kind']>> = {
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  r: 'range',
  m: 'multirange',
};

function readType(row: PostgresRow): TypeFacts {
  const declarations = readTexts(row['attributeDeclarations']);
  return {
    oid: Number(row['oid']),
    name: String(row['name']),
    quoted: String(row['quoted']),
    kind: kinds[String(row['kind'])] ?? 'other',
    inner:
      row['inner'] === null
        ? undefined
        : { oid: Number(row['inner']), declaration: String(row['innerDeclaration']) },
    isArray: row['array'] === true,
    labels: readTexts(row['labels']),
    checks: readTexts(row['checks']),
    attributes: readNumbers(row['attributeTypes']).map((type, index) => ({
      type,
      declaration: declarations[index] ?? '',
    })),
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function readNumbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
