import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'

/** A confirmed order, locked: the first lock of every change of it. */
export interface Binding {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly siteId: string
  readonly partyId: string
  readonly entityId: string
  readonly creditOpen: number
  readonly today: string
}

export const lockBinding = async ({ sql, company, now }: Ctx, orderId: string): Promise<Binding> => {
  const [order] = await sql<Binding[]>`
    select o.id, o.number, o.state, o.site_id, o.party_id, o.entity_id, o.credit_open, (${now}::timestamptz at time zone site.zone)::date as today
      from sales_order o
      join site on site.company_id = o.company_id and site.id = o.site_id
     where o.company_id = ${company} and o.id = ${orderId}
       for update of o`
  if (order!.state !== 'confirmed')
    throw new Refusal(
      'not_confirmed',
      order!.state === 'draft'
        ? `Order ${order!.number} is a draft: amend it.`
        : `Order ${order!.number} is ${order!.state}.`,
    )
  return order!
}

/** An order of which nothing is left and nothing has left is cancelled; what was shipped in part stays sold. */
export const closeIfEmpty = async ({ sql, company, now }: Ctx, orderId: string, reason: string): Promise<boolean> => {
  const closed = await sql`
    update sales_order
       set state = 'cancelled', cancelled_at = ${now}, cancel_reason = ${reason}, version = version + 1
     where company_id = ${company} and id = ${orderId}
       and exists (select 1 from demand_line line where line.company_id = ${company} and line.ref_id = sales_order.id)
       and not exists (select 1 from demand_line line where line.company_id = ${company} and line.ref_id = sales_order.id and line.cancelled < line.qty)
    returning id`
  return closed.length > 0
}
