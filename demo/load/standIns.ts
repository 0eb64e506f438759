/** At the end of the demo: substitutes for what sells best, an item given up for its successor, and gift sets made to stock. */
import { wholeCompany } from '../../src/core/database/pool.ts'
import type { Hands } from './hands.ts'
import type { Ids } from './masters.ts'

type Item = { id: string; sku: string; category: string; free: number }

export async function standIns(h: Hands, { siteId }: Ids): Promise<void> {
  const { company } = h
  const { items, customers } = await h.kernel.pool.transaction(
    wholeCompany(company),
    30_000,
    async (sql) => ({
      items: [
        ...(await sql<Item[]>`
          select item.id, item.sku, item.category, (pool.free - coalesce(position.promised, 0))::int8 as free
            from item
            join (select item_id, sum(on_hand - allocated - held)::int8 as free
                    from stock_pool
                   where company_id = ${company} and site_id = ${siteId} and status = 'available'
                   group by item_id) pool on pool.item_id = item.id
            left join promise_position position on position.company_id = item.company_id and position.site_id = ${siteId} and position.item_id = item.id
           where item.company_id = ${company} and item.kind = 'goods' and item.active and item.tracking = 'none' and pool.free - coalesce(position.promised, 0) >= 12
           order by item.sku
           limit 400`),
      ],
      customers: [
        ...(await sql<{ code: string }[]>`
          select party.code
            from party
            join sales_order o on o.company_id = party.company_id and o.party_id = party.id
           where party.company_id = ${company} and party.is_customer
           group by party.code
           order by count(*) desc, party.code
           limit 9`),
      ],
    }),
    'read only',
  )
  const parties = customers.map(({ code }, n) => ({
    code,
    substitutes: n % 3 === 0 ? 'accepted' : 'ask',
    ...(n % 3 === 0 && { successors: 'accepted' }),
  }))
  if (parties.length > 0) await h.tried('sales_desk', 'parties.saveParties', { parties }, 'consents')
  // Two of one kind of goods, as far as their category says.
  const pairs = [...Map.groupBy(items, (item) => item.category).values()]
    .flatMap((alike) => (alike.length > 1 ? [[alike[0]!, alike[1]!] as const] : []))
    .slice(0, 6)
  const substitutes = pairs.map(([item, other]) => ({
    itemId: item.id,
    kind: 'substitute',
    links: [{ otherId: other.id, mutual: true }],
  }))
  if (substitutes.length > 0) await h.tried('buyer', 'promise.saveItemLinks', { sets: substitutes }, 'substitutes')
  const [old, next, first, second] = items.slice(-4)
  if (!old || !next || !first || !second) return
  await h.tried(
    'buyer',
    'promise.saveItemLinks',
    { sets: [{ itemId: old.id, kind: 'successor', links: [{ otherId: next.id }] }] },
    'successor',
  )
  const set = { sku: 'GIFTSET', name: 'GIFT SET, MADE HERE', category: first.category, assumed: ['name', 'category'] }
  const made = await h.tried('buyer', 'catalog.saveItems', { items: [set] }, 'gift-set')
  if (!made) return
  const itemId = made.items[0].id
  const links = [{ otherId: first.id }, { otherId: second.id, num: 2 }]
  await h.tried('buyer', 'promise.saveItemLinks', { sets: [{ itemId, kind: 'assembly', links }] }, 'gift-set-list')
  // A few more than there are components for, where these are few: some are done, the rest waits.
  const open = { siteId, itemId, qty: Math.min(24, Math.min(first.free, Math.floor(second.free / 2)) + 3) }
  const assembly = await h.tried('warehouse_lead', 'warehouse.openAssembly', open, 'assembly')
  const makes = Math.min(5, assembly?.expected ?? 0)
  if (makes > 0)
    await h.tried(
      'warehouse_lead',
      'warehouse.reportAssembly',
      { assemblyId: assembly.id, qty: makes },
      'assembly-done',
    )
}
