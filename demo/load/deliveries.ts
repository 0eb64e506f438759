/** Orders of the morning from customers whom a van reaches in a day: released, to be put on routes. */
import { type Sql, wholeCompany } from '../../src/core/database/pool.ts'
import { addDays } from '../calendar.ts'
import { dice } from '../dice.ts'
import { SEED } from '../master.ts'
import { each, type Hands } from './hands.ts'
import type { Ids } from './masters.ts'

const ORDERS = 36

/** @param today the day on which the demo is loaded: they are wanted on the next one, so vans leave by then. */
export async function ordersToDeliver(h: Hands, { siteId }: Ids, today: string): Promise<void> {
  const { company } = h
  const { doors, items } = await h.kernel.pool.transaction(
    wholeCompany(company),
    30_000,
    async (sql: Sql) => ({
      // About 200 km around the distribution centre; who orders most comes first.
      doors: [
        ...(await sql<{ partyId: string; addressId: string; code: string }[]>`
          select party.id as party_id, address.id as address_id, party.code
            from party
            join address on address.company_id = party.company_id and address.party_id = party.id and address.country = 'GB'
             and address.lat_e7 between 505000000 and 533000000 and address.lon_e7 > -30000000
           where party.company_id = ${company} and party.is_customer and party.active
           order by (select count(*) from sales_order o where o.company_id = party.company_id and o.party_id = party.id) desc, party.code, address.id
           limit ${ORDERS}`),
      ],
      items: [
        ...(await sql<{ id: string; uom: string }[]>`
          select item.id, item.base_uom as uom
            from item
            join (select item_id, sum(on_hand - allocated - held)::int8 as free
                    from stock_pool
                   where company_id = ${company} and site_id = ${siteId} and status = 'available'
                   group by item_id) pool on pool.item_id = item.id
            left join promise_position position on position.company_id = item.company_id and position.site_id = ${siteId} and position.item_id = item.id
           where item.company_id = ${company} and item.kind = 'goods' and item.active and item.tracking = 'none' and pool.free - coalesce(position.promised, 0) >= 300
           order by pool.free - coalesce(position.promised, 0) desc, item.sku
           limit 60`),
      ],
    }),
    'read only',
  )
  if (items.length === 0) return
  await each(doors, 6, async ({ partyId, addressId, code }) => {
    const roll = dice(SEED, 'deliver', code)
    const chosen = new Set(Array.from({ length: roll.int(2, 5) }, () => items[roll.int(0, items.length - 1)]!))
    const lines = [...chosen].map(({ id: itemId, uom }) => ({ itemId, uom, uomQty: 12 * roll.int(1, 4) }))
    const head = {
      partyId,
      siteId,
      shipToId: addressId,
      source: 'portal',
      requestedOn: addDays(today, 1),
      customerPo: `MORNING-${code}`,
    }
    const order = await h.tried('sales_desk', 'sales.createOrder', { ...head, lines }, `deliver:${code}`)
    if (!order) return
    const orderId = order.id as string
    await h.tried('sales_desk', 'sales.confirm', { orderId }, `deliver:${code}:confirm`)
    await h.tried('sales_desk', 'sales.release', { orderId }, `deliver:${code}:release`)
  })
}
