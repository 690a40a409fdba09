import { type PostgresAddress, withPostgresSession } from './postgres-session.ts';

/** A session that was busy when it was ended. */
export interface EndedSession {
  readonly application: string;
  /** Texts in it are left out: they may be what rows hold. */
  readonly query: string;
  /** `Lock transactionid`, as Postgres says it; absent when it was working. */
  readonly waitsFor: string | undefined;
  /** Application of the session that holds what it waits for. */
  readonly blockedBy: string | undefined;
}

/**
 * Ends the sessions whose transaction is older than `olderThanMs`, and says what all that were busy
 * were doing, djdev's own excepted. `beforeEnd` is called when they have been looked at.
 */
export async function endSessions(
  address: PostgresAddress,
  { olderThanMs, beforeEnd }: { readonly olderThanMs: number; readonly beforeEnd: () => void },
  signal: AbortSignal,
): Promise<readonly EndedSession[]> {
  return await withPostgresSession(address, signal, async (query) => {
    const rows = await query(
      `
      SELECT s.pid, now() - s.xact_start > $1 * interval '1 ms' AS old, s.application_name AS application, s.query, s.state,
             CASE WHEN s.wait_event_type = 'Lock' THEN 'Lock ' || s.wait_event END AS waits,
             (SELECT string_agg(DISTINCT coalesce(nullif(b.application_name, ''), 'session ' || b.pid) ||
                     ' (' || b.state || ')', ', ')
                FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(s.pid))) AS blockers
        FROM pg_stat_activity s
       WHERE s.datname = current_database() AND s.pid <> pg_backend_pid()
         AND s.application_name NOT LIKE 'djdev%'
       ORDER BY s.xact_start NULLS LAST`,
      [olderThanMs],
    );
    beforeEnd();
    for (const { pid } of rows.filter(({ old }) => old === true)) {
      await query('SELECT pg_terminate_backend($1)', [pid]);
    }
    return rows
      .filter(({ state }) => state !== 'idle')
      .map(({ application, query: text, waits, blockers }) => ({
        application: String(application),
        query: withoutTexts(String(text)),
        waitsFor: typeof waits === 'string' ? waits : undefined,
        blockedBy: typeof blockers === 'string' ? blockers : undefined,
      }));
  });
}

function withoutTexts(sql: string): string {
  return sql
    .replaceAll(/'(?:[^']|'')*'/gu, "'…'")
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, 200);
}
