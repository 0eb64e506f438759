import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../core/refusal.ts'
import { type Static, t } from '../../core/t.ts'
import { refuseKits } from './kits.ts'

export const SupplyInput = t.object({
  /** Left out: a new supply. Given: its date and quantity change. */
  id: t.optional(t.id('supply')),
  siteId: t.id('site'),
  itemId: t.id('item'),
  kind: t.oneOf(['purchase', 'transfer', 'assembly', 'return']),
  reference: t.code({ max: 60 }),
  partyId: t.optional(t.id('party')),
  dueOn: t.date(),
  expected: t.qty(),
})
export type SupplyToSave = Static<typeof SupplyInput>

/**
 * Dated expected receipts, many at once, as rows. Whoever brings supply (purchasing, transfers, 3PL feed) goes through the
 * promise module, which pegs promises to it: a supply keeps its site and its item.
 * @returns the saved rows, in the order given.
 */
export const writeSupplies = async (
  ctx: Ctx,
  supplies: readonly SupplyToSave[],
): Promise<{ id: string; siteId: string; itemId: string }[]> => {
  const rows = supplies.map((s) => ({
    companyId: ctx.company,
    id: s.id ?? ctx.id(),
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
  }))
  await refuseKits(
    ctx,
    supplies.map((s) => s.itemId),
  )
  refuseTwice(
    'supplies',
    supplies.map((s) => s.id),
  )
  const saved = await ctx.sql<{ id: string }[]>`
    insert into supply as old
    select * from json_populate_recordset(null::supply, ${rowsJson(rows)}::text::json) as given
     order by given.id
    on conflict (company_id, id) do update
       set due_on = excluded.due_on, expected = excluded.expected, reference = excluded.reference, version = old.version + 1
     where old.site_id = excluded.site_id and old.item_id = excluded.item_id and old.transfer_line_id is null
    returning id`.catch((error: { code?: string }) => {
    if (error.code === '23514')
      throw new Refusal(
        'supply_promised',
        'More is already received or promised from one of these supplies than the new quantity.',
      )
    throw error
  })
  if (saved.length < rows.length)
    throw new Refusal(
      'supply_fixed',
      'A supply keeps its site and its item, and a transfer’s is kept by its transfer; save another for the other one.',
    )
  return rows
}
