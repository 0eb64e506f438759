import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'

export const PriceFrom = t.object({
  /** Base units from which this price holds for the whole line. */
  from: t.qty({ min: 1 }),
  priceMicro: t.priceMicro(),
})
const ItemSupplier = t.object({
  itemId: t.id('item'),
  partyId: t.id('party'),
  /** 1 is asked first. */
  rank: t.optional(t.int({ min: 1, max: 20 })),
  /** All quantities in base units. */
  moq: t.optional(t.qty({ min: 1 })),
  packQty: t.optional(t.qty({ min: 1 })),
  palletQty: t.optional(t.nullable(t.qty({ min: 1 }))),
  palletSavingMinor: t.optional(t.amount({ min: 0 })),
  leadDays: t.optional(t.nullable(t.int({ min: 1, max: 365 }))),
  prices: t.list(PriceFrom, { min: 1, max: 20 }),
  active: t.optional(t.bool()),
  assumed: t.optional(t.list(t.text({ max: 40 }), { max: 20 })),
})
type Row = Static<typeof ItemSupplier>

/** From whom each item is bought: least quantity, pack, pallet, price breaks, lead time. */
export const saveItemSuppliers = command({
  title: 'Save from whom items are bought',
  route: 'POST /purchasing/item-suppliers',
  permission: 'purchasing.terms',
  admits: { 'rows.itemId': 'item', 'rows.partyId': 'party' },
  emits: ['supplier.saved'],
  input: t.object({ rows: t.list(ItemSupplier, { min: 1, max: 2_000 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ rows }) => rows.length,
  async run({ rows }, ctx, call) {
    const { sql, company, now } = ctx
    refuseTwice(
      'rows',
      rows.map((row) => `${row.itemId} ${row.partyId}`),
    )
    const partyIds = [...new Set(rows.map((row) => row.partyId))]
    const known = await sql<{ partyId: string }[]>`
      select party_id
        from supplier_term
       where company_id = ${company} and party_id = any (${partyIds})`
    const withTerms = new Set(known.map((row) => row.partyId))
    const errors = rows.flatMap((row, at) => problems(row, at, withTerms))
    if (errors.length > 0) throw new Refusal('terms_errors', errors[0]!.message, 422, errors.slice(0, 100))
    const given = rows.map((row) => ({
      companyId: company,
      itemId: row.itemId,
      partyId: row.partyId,
      rank: row.rank ?? 1,
      moq: row.moq ?? 1,
      packQty: row.packQty ?? 1,
      palletQty: row.palletQty ?? null,
      palletSaving: row.palletSavingMinor ?? 0,
      leadDays: row.leadDays ?? null,
      prices: row.prices,
      active: row.active ?? true,
      assumed: row.assumed ?? [],
      recordedAt: now,
    }))
    await sql`
      insert into item_supplier
      select * from json_populate_recordset(null::item_supplier, ${rowsJson(given)}::text::json) as given
       order by given.item_id, given.party_id
      on conflict (company_id, item_id, party_id) do update
         set rank = excluded.rank, moq = excluded.moq, pack_qty = excluded.pack_qty, pallet_qty = excluded.pallet_qty,
             pallet_saving = excluded.pallet_saving, lead_days = excluded.lead_days, prices = excluded.prices, active = excluded.active,
             assumed = excluded.assumed, recorded_at = excluded.recorded_at`
    for (const partyId of partyIds) ctx.emit(call, 'supplier.saved', { id: partyId, partyId })
    return { saved: rows.length }
  },
})

const problems = ({ partyId, prices }: Row, at: number, withTerms: ReadonlySet<string>) => {
  const out: { path: string; message: string }[] = []
  if (!withTerms.has(partyId))
    out.push({ path: `rows.${at}.partyId`, message: 'Save this supplier’s terms (lead time, least order) first.' })
  if (prices[0]!.from !== 1) out.push({ path: `rows.${at}.prices.0.from`, message: 'The first price holds from 1 on.' })
  for (const [n, one] of prices.entries()) {
    const before = prices[n - 1]
    if (before && one.from <= before.from)
      out.push({
        path: `rows.${at}.prices.${n}.from`,
        message: `Quantities rise: ${one.from} stands after ${before.from}.`,
      })
    if (before && one.priceMicro >= before.priceMicro)
      out.push({ path: `rows.${at}.prices.${n}.priceMicro`, message: 'A price from a larger quantity is lower.' })
  }
  return out
}
