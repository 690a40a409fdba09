/** A table or a partition as the catalog describes it; what rows have to respect. */
export interface TableFacts {
  readonly oid: number;
  /** Quoted where it needs to be: `public.shop_order`. */
  readonly name: string;
  readonly columns: readonly ColumnFacts[];
  readonly foreignKeys: readonly ForeignKeyFacts[];
  readonly checks: readonly CheckFacts[];
  /** Columns of each primary key, unique constraint and unique index, by number. */
  readonly uniqueKeys: readonly (readonly number[])[];
  /** One of them is checked later than at once. */
  readonly hasDeferrableKey: boolean;
  /** Of a partition: the table that people name, by its oid. */
  readonly root: number | undefined;
  /** Rows go into its partitions. */
  readonly isPartitioned: boolean;
  /** What a partition takes, as an expression over its columns. */
  readonly partitionCheck: string | undefined;
}

export interface ColumnFacts {
  readonly number: number;
  readonly name: string;
  /** Quoted where it needs to be. */
  readonly quoted: string;
  readonly type: number;
  /** Of type and column, for example `character varying(20)`. */
  readonly declaration: string;
  readonly notNull: boolean;
  /** The server fills it: identity or stored expression. */
  readonly filledByServer: boolean;
  /** As an expression; of a column that has one. */
  readonly default: string | undefined;
}

export interface ForeignKeyFacts {
  readonly name: string;
  readonly columns: readonly number[];
  readonly target: number;
  /** Numbers of the columns of `target`, in the order of `columns`. */
  readonly targetColumns: readonly number[];
  readonly isDeferrable: boolean;
}

export interface CheckFacts {
  readonly name: string;
  /** Over the columns of the table, unqualified. */
  readonly expression: string;
  readonly columns: readonly number[];
}

export interface TypeFacts {
  readonly oid: number;
  /** Without its schema: `int4`, `citext`. */
  readonly name: string;
  /** Quoted, with its schema unless that is searched. */
  readonly quoted: string;
  readonly kind: 'base' | 'composite' | 'domain' | 'enum' | 'range' | 'multirange' | 'other';
  /** Of an array its element, of a domain what it restricts, of a range its subtype. */
  readonly inner: { readonly oid: number; readonly declaration: string } | undefined;
  readonly isArray: boolean;
  /** Of an enum, in order. */
  readonly labels: readonly string[];
  /** Of a domain, over `VALUE`. */
  readonly checks: readonly string[];
  /** Of a composite, in order. */
  readonly attributes: readonly { readonly type: number; readonly declaration: string }[];
}

/** All tables of a database that can take rows, and the types of their columns. */
export interface Catalog {
  readonly tables: readonly TableFacts[];
  readonly types: ReadonlyMap<number, TypeFacts>;
}
