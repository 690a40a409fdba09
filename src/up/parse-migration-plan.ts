/** The migrations of an application in the order in which they run. */
export interface MigrationPlan {
  /** `catalog.0001_initial` */
  readonly all: readonly string[];
  readonly pending: readonly string[];
}

/** Reads what `manage.py showmigrations --plan` prints: `[X]  catalog.0001_initial`. Pure. */
export function parseMigrationPlan(lines: readonly string[]): MigrationPlan {
  const rows = lines.flatMap((line) => {
    const match = /^\[([ X-])\]\s+([\w.]+\.\w+)/u.exec(line.trim());
    const [, mark, name] = match ?? [];
    return mark !== undefined && name !== undefined ? [{ mark, name }] : [];
  });
  return {
    all: rows.map(({ name }) => name),
    pending: rows.filter(({ mark }) => mark !== 'X').map(({ name }) => name),
  };
}
