import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { type Static, t } from '../../core/t.ts'
import { refuseKits } from './kits.ts'

export const SupplyInput = t.object({
  /** Left out: a new supply. Given: its date and quantity change; its site and item do not. */
  id: t.optional(t.id('supply')),
  siteId: t.id('site'),
  itemId: t.id('item'),
  kind: t.oneOf(['purchase', 'transfer', 'assembly', 'return']),
  reference: t.code({ max: 60 }),
  partyId: t.optional(t.id('party')),
  dueOn: t.date(),
  expected: t.qty(),
})
export type SupplyToSave = Static<typeof SupplyInput> & {
  /** Of a purchase order: only its document changes it. */
  readonly purchaseLineId?: string
}

/**
 * Dated expected receipts as rows, nothing promised from them yet. Whoever brings supply goes through the promise module
 * (`changeSupplies`), which pegs promises to it.
 */
export const insertSupplies = async (ctx: Ctx, supplies: readonly SupplyToSave[]): Promise<{ id: string }[]> => {
  const rows = supplies.map((s) => ({
    companyId: ctx.company,
    id: ctx.id(),
    siteId: s.siteId,
    itemId: s.itemId,
    kind: s.kind,
    reference: s.reference,
    partyId: s.partyId ?? null,
    dueOn: s.dueOn,
    expected: s.expected,
    received: 0,
    promised: 0,
    version: 1,
    recordedAt: ctx.now,
    purchaseLineId: s.purchaseLineId ?? null,
  }))
  await refuseKits(
    ctx,
    supplies.map((s) => s.itemId),
  )
  if (rows.length > 0)
    await ctx.sql`
      insert into supply
      select * from json_populate_recordset(null::supply, ${rowsJson(rows)}::text::json)`
  return rows
}
