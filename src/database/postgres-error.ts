/** What the server said about a statement that failed, in the server's own words. */
export interface PostgresFailure {
  /** SQLSTATE, for example `42P01`; absent when the connection itself failed. */
  readonly sqlState: string | undefined;
  /** One line. */
  readonly message: string;
}

/** Reads an error of the `pg` client. */
export function readPostgresFailure(error: unknown): PostgresFailure {
  const code = property(error, 'code');
  const message = error instanceof Error ? error.message : String(error);
  const detail = property(error, 'detail');
  const isSqlState = /^[0-9A-Z]{5}$/u.test(code ?? '');
  return {
    sqlState: isSqlState ? code : undefined,
    message: [message || code || 'unknown error', detail]
      .filter(Boolean)
      .join(' – ')
      .split('\n')
      .join(' '),
  };
}

function property(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
