import type { Catalog } from '../database/observe/catalog.ts';

interface KnownRelation {
  /** As it was called when it was first seen: what the old release knows. */
  readonly name: string;
  readonly file: number | undefined;
  /** Of an index: its table. */
  readonly indexed: number | undefined;
}

/**
 * Tables and indexes by oid, kept from before a transaction on: whatever is dropped or renamed in
 * it can still be named.
 */
export type KnownRelations = ReadonlyMap<number, KnownRelation>;

/** All relations of a catalog. */
export function listRelations(catalog: Catalog): KnownRelations {
  const relations = new Map<number, KnownRelation>();
  for (const { oid, name, file } of catalog.tables)
    relations.set(oid, { name, file, indexed: undefined });
  for (const { oid, name, table, file } of catalog.indexes)
    relations.set(oid, { name, file, indexed: table });
  return relations;
}

/** The relations after a catalog was read again: files are new, names stay the first ones. */
export function updateRelations(known: KnownRelations, catalog: Catalog): KnownRelations {
  const update = new Map(known);
  for (const [oid, relation] of listRelations(catalog)) {
    update.set(oid, { ...relation, name: known.get(oid)?.name ?? relation.name });
  }
  return update;
}

/** The table that a name in a report stands for. */
export function tableName(known: KnownRelations, oid: number): string {
  return known.get(oid)?.name ?? `relation ${oid}`;
}
