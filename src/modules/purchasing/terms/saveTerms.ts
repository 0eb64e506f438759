import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

const Terms = t.object({
  partyId: t.id('party'),
  leadDays: t.int({ min: 1, max: 365, title: 'Days from order to door' }),
  /** Left out: it is looked every day whether something is to be ordered. */
  reviewDays: t.optional(t.int({ min: 1, max: 90, title: 'Days between orders' })),
  minOrderMinor: t.optional(t.amount({ min: 0, title: 'Least order' })),
  orderCostMinor: t.optional(t.amount({ min: 0, title: 'Cost of placing an order' })),
  lineCostMinor: t.optional(t.amount({ min: 0, title: 'Cost of each line of it' })),
  assumed: t.optional(t.list(t.text({ max: 40 }), { max: 20 })),
})

/** What an order and a line of it cost, where nobody has said: figures of the field, marked as assumed. */
const ASSUMED = { orderCost: 1_500, lineCost: 250 }

export const saveTerms = command({
  title: 'Save terms of suppliers',
  route: 'POST /purchasing/terms',
  permission: 'purchasing.terms',
  admits: { 'terms.partyId': 'party' },
  emits: ['supplier.saved'],
  input: t.object({ terms: t.list(Terms, { min: 1, max: 1_000 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ terms }) => terms.length,
  async run({ terms }, ctx, call) {
    const { sql, company, now } = ctx
    const ids = terms.map((one) => one.partyId)
    refuseTwice('terms', ids)
    const parties = await sql<{ id: string; code: string; isSupplier: boolean; currency: string; own: string }[]>`
      select party.id, party.code, party.is_supplier, party.currency, company.currency as own
        from party
        join company on company.company_id = party.company_id
       where party.company_id = ${company} and party.id = any (${ids})`
    const byId = new Map(parties.map((party) => [party.id, party]))
    const errors = terms.flatMap(({ partyId }, at) => {
      const { code, isSupplier, currency, own } = byId.get(partyId)!
      const path = `terms.${at}.partyId`
      if (!isSupplier) return [{ path, message: `${code} is no supplier: mark it as one first.` }]
      // Prices are compared and added up: that takes rates of exchange, which come with the books.
      return currency === own
        ? []
        : [{ path, message: `${code} sells in ${currency}; so far only ${own} can be bought in.` }]
    })
    if (errors.length > 0) throw new Refusal('not_a_supplier', errors[0]!.message, 422, errors.slice(0, 100))
    const rows = terms.map((one) => ({
      companyId: company,
      partyId: one.partyId,
      leadDays: one.leadDays,
      reviewDays: one.reviewDays ?? 1,
      minOrder: one.minOrderMinor ?? 0,
      orderCost: one.orderCostMinor ?? ASSUMED.orderCost,
      lineCost: one.lineCostMinor ?? ASSUMED.lineCost,
      assumed: [
        ...(one.assumed ?? []),
        ...(one.orderCostMinor === undefined ? ['orderCost'] : []),
        ...(one.lineCostMinor === undefined ? ['lineCost'] : []),
      ],
      version: 1,
      recordedAt: now,
    }))
    await sql`
      insert into supplier_term as old
      select * from json_populate_recordset(null::supplier_term, ${rowsJson(rows)}::text::json) as given
       order by given.party_id
      on conflict (company_id, party_id) do update
         set lead_days = excluded.lead_days, review_days = excluded.review_days, min_order = excluded.min_order, order_cost = excluded.order_cost,
             line_cost = excluded.line_cost, assumed = excluded.assumed, version = old.version + 1, recorded_at = excluded.recorded_at`
    for (const partyId of ids) ctx.emit(call, 'supplier.saved', { id: partyId, partyId })
    return { saved: rows.length }
  },
})
