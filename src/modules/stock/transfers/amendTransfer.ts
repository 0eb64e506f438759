import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { indexSearch } from '../../../core/search.ts'
import { t } from '../../../core/t.ts'
import { TransferHead } from './createTransfer.ts'
import { findableOf, lineRows, TransferLineInput } from './lines.ts'

interface Draft {
  id: string
  number: string
  state: string
  version: number
  fromSiteId: string
  toSiteId: string
  fromCode: string
  toCode: string
  reference: string | null
  lineCount: number
}

/** A draft changed: its day, reference, priority, and its lines as one list. What is binding is cancelled and entered again. */
export const amendTransfer = command({
  title: 'Change a draft transfer',
  route: 'POST /stock/transfers/:transferId/amend',
  permission: 'stock.transfer',
  admits: { transferId: 'transfer_order', 'lines.itemId': 'item' },
  emits: ['transfer.amended'],
  input: t.object({
    transferId: t.id('transfer_order'),
    /** As it was read; what someone else has changed since is not overwritten. */
    version: t.optional(t.int({ min: 1 })),
    requestedOn: t.optional(t.date()),
    reference: t.optional(t.nullable(t.code({ max: 60 }))),
    priority: t.optional(t.int({ min: 0, max: 99 })),
    /** All lines: what is not named is gone. Left out: the lines stay. */
    lines: t.optional(t.list(TransferLineInput, { min: 1, max: 2_000 })),
  }),
  output: TransferHead,
  lines: ({ lines }) => lines?.length ?? 1,
  async run({ transferId, version, requestedOn, reference, priority, lines }, ctx, call) {
    const { sql, company } = ctx
    const draft = await lockDraft(ctx, transferId, version)
    const rows = lines ? await lineRows(ctx, draft, lines) : null
    if (rows) {
      await sql`delete from transfer_line where company_id = ${company} and transfer_id = ${transferId}`
      await sql`
        insert into transfer_line
        select * from json_populate_recordset(null::transfer_line, ${rowsJson(rows)}::text::json)`
    }
    const count = rows?.length ?? draft.lineCount
    const named = reference === undefined ? draft.reference : reference
    await sql`
      update transfer_order
         set requested_on = coalesce(${requestedOn ?? null}::date, requested_on), reference = ${named},
             priority = coalesce(${priority ?? null}::int2, priority), line_count = ${count}, version = version + 1
       where company_id = ${company} and id = ${transferId}`
    await indexSearch(ctx, [findableOf({ ...draft, reference: named })])
    ctx.emit(call, 'transfer.amended', { id: transferId, siteId: draft.fromSiteId, otherSiteId: draft.toSiteId })
    return { id: transferId, number: draft.number, lines: count }
  },
})

const lockDraft = async ({ sql, company }: Ctx, id: string, version: number | undefined): Promise<Draft> => {
  const [draft] = await sql<Draft[]>`
    select id, number, state, version, from_site_id, to_site_id, from_code, to_code, reference, line_count
      from transfer_order
     where company_id = ${company} and id = ${id}
       for update`
  if (!draft) throw notFound('transfer')
  if (draft.state !== 'draft')
    throw new Refusal('not_a_draft', `Transfer ${draft.number} is ${draft.state}; cancel it and enter it again.`)
  if (version !== undefined && version !== draft.version)
    throw new Refusal(
      'changed_meanwhile',
      `Transfer ${draft.number} was changed by someone else since you opened it. Open it again.`,
    )
  return draft
}
