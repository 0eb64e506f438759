import type { OneConnection } from '../../src/core/database/roles.ts'
import { say } from './report.ts'

/** Where PostgreSQL's time goes (`--statements`): it costs some CPU itself, so the figures of such a run are not kept. */
export const watchStatements = async (sql: OneConnection): Promise<void> => {
  await sql`create extension if not exists pg_stat_statements`
  await sql`select pg_stat_statements_reset()`
}

export const tellStatements = async (sql: OneConnection, per: number, what: string): Promise<void> => {
  const rows = await sql<{ ms: number; calls: number; rows: number; buffers: number; query: string }[]>`
    select total_exec_time::float8 as ms, calls::int as calls, rows::int as rows, (shared_blks_hit + shared_blks_read)::int as buffers,
           left(regexp_replace(query, '\\s+', ' ', 'g'), 150) as query
      from pg_stat_statements
     order by total_exec_time desc
     limit 25`
  for (const { ms, calls, rows: n, buffers, query } of rows)
    say(
      `  ${(ms / per).toFixed(3)} ms/${what}  ${(ms / calls).toFixed(2)} ms × ${calls}, ${n} rows, ${(buffers / calls).toFixed(0)} pages each  ${query}`,
    )
  await sql`select pg_stat_statements_reset()`
}
