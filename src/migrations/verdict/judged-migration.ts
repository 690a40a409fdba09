import type { MigrationReport } from '../../report/migration-report.ts';

/** A migration as it was observed, before anybody judged it. */
export type JudgedMigration = Omit<MigrationReport, 'verdict' | 'reasons'>;

/** What a verdict depends on beside the migration. */
export interface JudgeContext {
  readonly postgresMajor: number;
  /** [5, 2]; `undefined` for scripts of SQL: recipes are SQL then. */
  readonly django: readonly [major: number, minor: number] | undefined;
  /** What the tables held: see `MigrationsReport.data`. */
  readonly data: 'restored' | 'synthetic' | 'empty';
  /** Rows of each table that existed, when it was observed. */
  readonly rows: ReadonlyMap<string, number>;
  /** Rows of each table in production, where they are known. */
  readonly productionRows?: ReadonlyMap<string, number>;
  /** With restored data: how long users may wait. */
  readonly budgetMs?: number;
  /** When it failed: what the server said, and its SQLSTATE. */
  readonly failure?: { readonly message: string; readonly sqlState: string | undefined };
}
