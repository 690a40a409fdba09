import type { Context } from '../../context/context.ts';
import type { MigrationsReport } from '../../report/migration-report.ts';

/** Remembers, on the way through `emit`, what was last seen of the migrations. */
export function watchMigrations(emit: Context['emit']): {
  readonly emit: Context['emit'];
  readonly latest: () => MigrationsReport | undefined;
} {
  let latest: MigrationsReport | undefined;
  return {
    latest: () => latest,
    emit: (event) => {
      if (event.type === 'migrations-observed') latest = event.migrations;
      emit(event);
    },
  };
}
