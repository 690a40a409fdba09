import type { Recipe } from '../../report/migration-report.ts';
import {
  addGeneratedColumn,
  addSerialColumn,
  addVolatileDefault,
  changeTypeByCopy,
} from './recipes/column-recipes.ts';
import {
  addCheckInSteps,
  addForeignKeyInSteps,
  attachCheckedPartition,
  setNotNullInSteps,
  validateSeparately,
} from './recipes/constraint-recipes.ts';
import {
  attachPrimaryKey,
  buildIndexConcurrently,
  buildUniqueConcurrently,
  dropIndexConcurrently,
  reindexConcurrently,
  swapTables,
} from './recipes/index-recipes.ts';
import { detachConcurrently } from './recipes/lock-recipes.ts';
import type { RecipeSubject } from './recipes/recipe-subject.ts';
import { deleteInBatches, repackTable, separateRows } from './recipes/row-recipes.ts';
import type { StatementKind } from './statement-facts.ts';

const recipes: Readonly<Record<StatementKind, ((subject: RecipeSubject) => Recipe) | undefined>> = {
  data: separateRows,
  truncate: deleteInBatches,
  'add-column': addVolatileDefault,
  'add-generated': addGeneratedColumn,
  'add-serial': addSerialColumn,
  'alter-type': changeTypeByCopy,
  'set-not-null': setNotNullInSteps,
  'add-check': addCheckInSteps,
  'add-foreign-key': addForeignKeyInSteps,
  'add-column-foreign-key': addForeignKeyInSteps,
  'add-unique': buildUniqueConcurrently,
  'add-primary-key': attachPrimaryKey,
  'primary-key-using-index': attachPrimaryKey,
  'add-exclusion': swapTables,
  validate: validateSeparately,
  'create-index': buildIndexConcurrently,
  'create-unique-index': buildUniqueConcurrently,
  'drop-index': dropIndexConcurrently,
  reindex: reindexConcurrently,
  'attach-partition': attachCheckedPartition,
  'detach-partition': detachConcurrently,
  vacuum: repackTable,
  other: undefined,
};

/** What to do instead of a statement that keeps users waiting; some need none. */
export function chooseRecipe(kind: StatementKind, subject: RecipeSubject): Recipe | undefined {
  return recipes[kind]?.(subject);
}
