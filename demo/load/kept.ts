/** What is kept at the end of the demo: some of the web's part of what sells best, some units by the sales desk, and rules about lots. */
import { wholeCompany } from '../../src/core/database/pool.ts'
import type { Hands } from './hands.ts'
import type { Ids } from './masters.ts'

type Item = { id: string; lots: boolean; free: number }

export async function keepStock(h: Hands, { siteId }: Ids): Promise<void> {
  const { company } = h
  const found = await h.kernel.pool.transaction(
    wholeCompany(company),
    30_000,
    async (sql) => {
      const items = await sql<Item[]>`
        select item.id, item.tracking = 'lot' as lots, (pool.free - coalesce(position.promised, 0))::int8 as free
          from item
          join (select item_id, sum(on_hand - allocated - held)::int8 as free
                  from stock_pool
                 where company_id = ${company} and site_id = ${siteId} and status = 'available'
                 group by item_id) pool on pool.item_id = item.id
          left join promise_position position on position.company_id = item.company_id and position.site_id = ${siteId} and position.item_id = item.id
         where item.company_id = ${company} and pool.free - coalesce(position.promised, 0) >= 40
         order by free desc, item.sku
         limit 200`
      const customers = await sql<{ id: string }[]>`
        select party.id
          from party
          join sales_order o on o.company_id = party.company_id and o.party_id = party.id
         where party.company_id = ${company} and party.is_customer
         group by party.id, party.code
         order by count(*) desc, party.code
         limit 6`
      const [web] = await sql<{ id: string }[]>`select id from channel where company_id = ${company} and code = 'WEB'`
      const [desk] = await sql<
        { id: string }[]
      >`select id from role where company_id = ${company} and code = 'sales_desk'`
      return { items: [...items], customers: [...customers], web: web?.id, desk: desk?.id }
    },
    'read only',
  )
  const { items, customers, web, desk } = found
  const limit = { maxHolds: 40, maxQty: 5_000, maxValueMinor: null, currency: null, maxHours: 24 * 60 }
  if (desk) await h.tried('sales_desk', 'promise.saveHoldLimits', { roleId: desk, ...limit }, 'hold-limit')
  const strict = customers.slice(0, 2).map(({ id }) => id)
  const said = { lotOrder: null, minShelfDays: null, maxLots: 2, neverOlder: true }
  await h.tried(
    'sales_desk',
    'promise.saveLotRules',
    { rules: strict.map((partyId) => ({ partyId, ...said })) },
    'lot-rules',
  )
  if (web) {
    const fences = items.slice(0, 5).map(({ id }) => ({ channelId: web, siteId, itemId: id, percentPpm: 200_000 }))
    await h.tried('sales_desk', 'promise.saveFences', { fences }, 'fences')
  }
  for (const [n, { id: itemId, free }] of items.slice(5, 9).entries()) {
    const partyId = customers[n % customers.length]?.id
    const hold = {
      siteId,
      itemId,
      partyId,
      qty: Math.min(24, Math.floor(free / 2)),
      hours: 24 * 60,
      note: 'Catalogue order to come',
    }
    if (partyId) await h.tried('sales_desk', 'promise.hold', hold, `hold:${n}`)
  }
}
