import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'
import type { SiteItem } from '../offers.ts'

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

/**
 * Demand lines of both sites in one order of ids: the transfer's own, and all that wait for its items at either end. Two
 * transfers that go opposite ways of the same items would else lock each other's lines.
 */
export const lockBothSides = (
  { sql, company }: Ctx,
  lineIds: readonly string[],
  waitingFor: readonly SiteItem[],
) => sql`
  select 1 as locked
    from demand_line line
   where line.company_id = ${company}
     and (line.id = any (${lineIds as string[]})
          or line.site_id = any (${waitingFor.map((w) => w.siteId)}::uuid[]) and line.item_id = any (${waitingFor.map((w) => w.itemId)}::uuid[])
             and (line.backordered > 0 or line.promised > 0)
             and (line.site_id, line.item_id) in (select * from unnest(${waitingFor.map((w) => w.siteId)}::uuid[], ${waitingFor.map((w) => w.itemId)}::uuid[])))
   order by line.id
     for update`
