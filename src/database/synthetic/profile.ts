/** What `djdev db profile` takes from a database: numbers, and no value of any row. */
export interface StatisticsProfile {
  /** Of this shape; a change that breaks readers raises it. */
  readonly version: 1;
  /** By name with schema: `public.shop_order`. */
  readonly tables: Readonly<Record<string, TableProfile>>;
}

export interface TableProfile {
  /** As the server estimates it. */
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnProfile>>;
}

export interface ColumnProfile {
  /** Between 0 and 1. */
  readonly nullFraction: number;
  /** As Postgres counts it: different values, or when negative, their share of the rows. */
  readonly distinct: number;
  /** Average width in bytes. */
  readonly averageBytes: number;
}

/** Rows of each table in production, by name with schema. */
export function countProfiledRows({ tables }: StatisticsProfile): ReadonlyMap<string, number> {
  return new Map(Object.entries(tables).map(([table, { rows }]) => [table, rows]));
}
