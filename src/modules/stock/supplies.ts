import { command } from '../../core/capability.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'

const SupplyInput = t.object({
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

/**
 * Dated expected receipts, many at once: what purchasing, transfers and 3PL feed write, and what promises are pegged to.
 * A supply never shrinks below what is promised from it and stays at its site, of its item. What waits for the item is
 * planned anew by the promise module, which hears `supply.saved`.
 */
export const saveSupplies = command({
  title: 'Save expected receipts',
  route: 'POST /stock/supplies',
  permission: 'stock.supply',
  admits: {
    'supplies.id': 'supply',
    'supplies.siteId': 'site',
    'supplies.itemId': 'item',
    'supplies.partyId': 'party',
  },
  input: t.object({ supplies: t.list(SupplyInput, { min: 1, max: 2_000 }) }),
  output: t.object({ ids: t.list(t.id('supply'), { max: 2_000 }) }),
  emits: ['supply.saved'],
  lines: (input) => input.supplies.length,
  async run({ supplies }, ctx, call) {
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
    refuseTwice(
      'supplies',
      supplies.map((s) => s.id),
    )
    const saved = await ctx.sql<{ id: string; siteId: string }[]>`
      insert into supply as old
      select * from json_populate_recordset(null::supply, ${rowsJson(rows)}::text::json) as given
       order by given.id
      on conflict (company_id, id) do update
         set due_on = excluded.due_on, expected = excluded.expected, reference = excluded.reference, version = old.version + 1
       where old.site_id = excluded.site_id and old.item_id = excluded.item_id
      returning id, site_id`.catch((error: { code?: string }) => {
      if (error.code === '23514')
        throw new Refusal(
          'supply_promised',
          'More is already received or promised from one of these supplies than the new quantity.',
        )
      throw error
    })
    if (saved.length < rows.length)
      throw new Refusal('supply_fixed', 'A supply keeps its site and its item; save another for the other one.')
    for (const row of saved) ctx.emit(call, 'supply.saved', row)
    return { ids: rows.map((row) => row.id) }
  },
})
