import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'

export interface LockedTransfer {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly fromSiteId: string
  readonly toSiteId: string
  readonly orderedOn: string
  readonly requestedOn: string
  readonly laneDays: number
  readonly priority: number
}
export interface LockedLine {
  readonly id: string
  readonly lineNo: number
  readonly itemId: string
  readonly qty: number
  readonly uomQty: number
}

/** The document is the first lock of all that is done to a transfer: two receipts of it at one instant wait for each other here. */
export const lockTransfer = async ({ sql, company }: Ctx, id: string): Promise<LockedTransfer> => {
  const [transfer] = await sql<LockedTransfer[]>`
    select id, number, state, from_site_id, to_site_id, ordered_on, requested_on, lane_days, priority
      from transfer_order
     where company_id = ${company} and id = ${id}
       for update`
  if (!transfer) throw notFound('transfer')
  return transfer
}

export const transferLines = ({ sql, company }: Ctx, transferId: string) => sql<LockedLine[]>`
  select id, line_no, item_id, qty, uom_qty
    from transfer_line
   where company_id = ${company} and transfer_id = ${transferId}
   order by line_no`
