import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import type { PromisedDemand } from '../../promise/index.ts'
import type { OrderTerms } from './demand.ts'

type Order = Pick<OrderTerms, 'id' | 'siteId' | 'partyId'> & {
  readonly number: string
  readonly shipToId: string | null
}

/**
 * Sites other than an order's own that send a part of it get its number and its door: who works there alone does not see the order
 * itself (docs/decisions/0019). Nothing is asked where no order has such a site.
 */
export const tellOtherSites = async (
  { sql, company }: Ctx,
  orders: readonly { readonly order: Order }[],
  promised: ReadonlyMap<string, PromisedDemand>,
): Promise<void> => {
  const byId = new Map(orders.map(({ order }) => [order.id, order]))
  const rows = new Map<string, object>()
  for (const { demand } of promised.values()) {
    const order = byId.get(demand.orderId)!
    if (demand.siteId === order.siteId) continue
    const { id, partyId, number, shipToId } = order
    rows.set(`${id} ${demand.siteId}`, { companyId: company, id, siteId: demand.siteId, partyId, number, shipToId })
  }
  if (rows.size === 0) return
  await sql`
    insert into order_site
    select * from json_populate_recordset(null::order_site, ${rowsJson([...rows.values()])}::text::json)`
}
