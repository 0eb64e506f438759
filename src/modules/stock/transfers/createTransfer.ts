import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { indexSearch } from '../../../core/search.ts'
import { t } from '../../../core/t.ts'
import { addDays } from '../../sites/index.ts'
import { refuseKits } from '../kits.ts'
import {
  DEFAULT_PRIORITY,
  findableOf,
  type LineAsked,
  lineRows,
  TransferLineInput,
  type Way,
  wayBetween,
} from './lines.ts'

export const TransferHead = t.object({ id: t.id('transfer_order'), number: t.text(), lines: t.int() })

export const createTransfer = command({
  title: 'Enter a transfer between sites',
  route: 'POST /stock/transfers',
  permission: 'stock.transfer',
  admits: { fromSiteId: 'site', toSiteId: 'site', 'lines.itemId': 'item' },
  emits: ['transfer.created'],
  input: t.object({
    fromSiteId: t.id('site'),
    toSiteId: t.id('site'),
    /** The day on which it is wanted at the other site's door; left out: as soon as can be. */
    requestedOn: t.optional(t.date()),
    reference: t.optional(t.code({ max: 60 })),
    /** 0 is served first; customers have 0 to 9. Left out: after all customers. */
    priority: t.optional(t.int({ min: 0, max: 99 })),
    lines: t.list(TransferLineInput, { min: 1, max: 2_000 }),
  }),
  output: TransferHead,
  lines: ({ lines }) => lines.length,
  async run(input, ctx, call) {
    const way = await wayBetween(ctx, input.fromSiteId, input.toSiteId)
    const made = (await makeDraft(ctx, way, input))!
    ctx.emit(call, 'transfer.created', { id: made.id, siteId: way.fromSiteId, otherSiteId: way.toSiteId })
    return { id: made.id, number: made.number, lines: input.lines.length }
  },
})

interface Draft {
  readonly requestedOn?: string | undefined
  readonly reference?: string | undefined
  readonly priority?: number | undefined
  readonly lines: readonly LineAsked[]
  readonly proposal?: { readonly key: string; readonly made: object }
}

/** A draft with its lines. With a proposal's key that another has used meanwhile nothing is made: null. */
export const makeDraft = async (ctx: Ctx, way: Way, draft: Draft): Promise<{ id: string; number: string } | null> => {
  const { sql, company, now } = ctx
  const { fromSiteId, toSiteId, fromCode, toCode, entityId, lane, today } = way
  const id = ctx.id()
  await refuseKits(
    ctx,
    draft.lines.map((line) => line.itemId),
  )
  const [lines, [number]] = await Promise.all([
    lineRows(ctx, { id, fromSiteId, toSiteId }, draft.lines),
    ctx.numbers(entityId, 'transfer', 1),
  ])
  const head = {
    companyId: company,
    id,
    number: number!,
    entityId,
    fromSiteId,
    toSiteId,
    fromCode,
    toCode,
    state: 'draft',
    orderedOn: today,
    requestedOn: draft.requestedOn ?? addDays(today, lane.days),
    laneDays: lane.days,
    priority: draft.priority ?? DEFAULT_PRIORITY,
    reference: draft.reference ?? null,
    proposalKey: draft.proposal?.key ?? null,
    proposal: draft.proposal?.made ?? null,
    recordedAt: now,
    confirmedAt: null,
    releasedAt: null,
    cancelledAt: null,
    cancelReason: null,
    lineCount: lines.length,
    version: 1,
  }
  const made = await sql`
    insert into transfer_order
    select * from json_populate_recordset(null::transfer_order, ${rowsJson([head])}::text::json)
    on conflict (company_id, proposal_key) where proposal_key is not null and cancelled_at is null do nothing
    returning 1 as made`
  if (made.length === 0) return null
  await sql`
    insert into transfer_line
    select * from json_populate_recordset(null::transfer_line, ${rowsJson(lines)}::text::json)`
  await indexSearch(ctx, [findableOf(head)], { fresh: true })
  return { id, number: number! }
}
