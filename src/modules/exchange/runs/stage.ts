/** Staged rows in and out of the database. */
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { notFound } from '../../../core/refusal.ts'
import type { RunRow, Stager } from '../profiles/profile.ts'

export type StagedRow = {
  rowNo: number
  /** null: set aside */
  chunk: number | null
  document: string | null
  fate: string
  action: 'create' | 'change' | 'same' | 'set_aside' | 'refused'
  message: string | null
  changes: object | null
  value: object
  refId: string | null
}

/** 2,000 rows a statement: 1,000 cost a tenth more, 10,000 hold 8 MB of text at once. */
const BATCH = 2000

export const stager = (ctx: Ctx, importId: string): Stager => ({
  id: () => ctx.id(),
  async add(rows) {
    for (let at = 0; at < rows.length; at += BATCH) {
      const batch = rows.slice(at, at + BATCH).map((row) => ({ companyId: ctx.company, importId, ...row }))
      await ctx.sql`
        insert into import_row
        select * from json_populate_recordset(null::import_row, ${rowsJson(batch)}::text::json)`
    }
  },
})

/** The run, locked: checks and chunks of one run wait for each other. */
export async function lockRun({ sql, company }: Ctx, importId: string): Promise<RunRow> {
  const [run] = await sql<RunRow[]>`
    select id, profile, file_id, file_name, state, options, chunk_count, next_chunk
      from import_run
     where company_id = ${company} and id = ${importId}
       for update`
  if (!run) throw notFound('import')
  return run
}

export const rowsOfChunk = <V>(
  { sql, company }: Ctx,
  importId: string,
  chunk: number,
): Promise<{ rowNo: number; value: V; refId: string | null }[]> =>
  sql<{ rowNo: number; value: V; refId: string | null }[]>`
    select row_no, value, ref_id
      from import_row
     where company_id = ${company} and import_id = ${importId} and chunk = ${chunk}
     order by row_no`

/**
 * Rows that were right when checked and refused when applied; the rest of the chunk is done. Rows that went well are not
 * touched: that they are applied is told by the run's `next_chunk`, which saves rewriting every staged row.
 */
export async function markRefused(
  ctx: Ctx,
  importId: string,
  refused: { rowNo: number; message: string }[],
): Promise<void> {
  if (refused.length === 0) return
  await ctx.sql`
    update import_row
       set action = 'refused', message = late.message
      from unnest(${refused.map((row) => row.rowNo)}::int4[], ${refused.map((row) => row.message)}::text[]) as late (row_no, message)
     where company_id = ${ctx.company} and import_id = ${importId} and import_row.row_no = late.row_no`
  await ctx.sql`
    update import_run
       set error_count = error_count + ${refused.length}
     where company_id = ${ctx.company} and id = ${importId}`
}
