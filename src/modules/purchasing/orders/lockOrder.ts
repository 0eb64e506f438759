import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'

export interface LockedOrder {
  readonly id: string
  readonly number: string
  readonly state: 'draft' | 'placed' | 'cancelled'
  readonly siteId: string
  readonly partyId: string
}
export interface LockedLine {
  readonly id: string
  readonly lineNo: number
  readonly itemId: string
  readonly sku: string
  readonly qty: number
  readonly dueOn: string
  readonly supplyId: string | null
  /** Of its supply; null while it is a draft. */
  readonly expected: number | null
  readonly received: number | null
  readonly expectedOn: string | null
}

/** The document is the first lock of all that is done to it. Its supplies are read again under the locks of their positions. */
export const lockOrder = async ({ sql, company }: Ctx, id: string): Promise<LockedOrder> => {
  const [order] = await sql<LockedOrder[]>`
    select id, number, state, site_id, party_id
      from purchase_order
     where company_id = ${company} and id = ${id}
       for update`
  if (!order) throw notFound('purchase order')
  return order
}

export const orderLines = ({ sql, company }: Ctx, orderId: string) => sql<LockedLine[]>`
  select line.id, line.line_no, line.item_id, item.sku, line.qty, line.due_on, line.supply_id, supply.expected, supply.received, supply.due_on as expected_on
    from purchase_line line
    join item on item.company_id = ${company} and item.id = line.item_id
    left join supply on supply.company_id = ${company} and supply.id = line.supply_id
   where line.company_id = ${company} and line.order_id = ${orderId}
   order by line.line_no`
