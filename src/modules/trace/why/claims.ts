import type { Ctx } from '../../../core/ctx.ts'
import type { Asked, PieceRow } from './why.ts'

type Told = Omit<PieceRow, 'document'> & { causeKind: string | null; causeId: string | null; number: string | null }
const piece = ({ causeKind, causeId, number, ...row }: Told): PieceRow => ({
  ...row,
  document: causeKind === null ? null : { kind: causeKind, id: causeId!, number },
})

/** What claims an item's stock, or will bring some: the number as pools, positions and supplies have it, and its rows. */
export const claimsOf = async (
  ctx: Ctx,
  of: 'allocated' | 'held' | 'promised' | 'inbound',
  asked: Asked,
): Promise<{ number: number; pieces: PieceRow[] }> => {
  const [[row], rows] = await Promise.all([numberOf(ctx, of, asked), rowsOf[of](ctx, asked)])
  return { number: row!.qty, pieces: rows.map(piece) }
}

const numberOf = ({ sql, company, now }: Ctx, of: string, { itemId, siteId, lotId, status }: Asked) => sql<
  { qty: number }[]
>`
  select case ${of}::text
           when 'promised' then (
             select coalesce(sum(position.promised), 0)
                    - (select coalesce(sum(hold.left_qty), 0) from stock_hold hold
                        where hold.company_id = ${company} and hold.item_id = ${itemId} and (${siteId}::uuid is null or hold.site_id = ${siteId}) and hold.ended_at is null and hold.expires_at <= ${now})
               from promise_position position
              where position.company_id = ${company} and position.item_id = ${itemId} and (${siteId}::uuid is null or position.site_id = ${siteId}))
           when 'inbound' then (
             select coalesce(sum(greatest(expected - received, 0)), 0)
               from supply
              where company_id = ${company} and item_id = ${itemId} and (${siteId}::uuid is null or site_id = ${siteId}))
           else (
             select coalesce(sum(case ${of}::text when 'held' then held else allocated end), 0)
               from stock_pool
              where company_id = ${company} and item_id = ${itemId} and (${siteId}::uuid is null or site_id = ${siteId})
                and (${lotId}::uuid is null or lot_id = ${lotId}) and (${status}::text is null or status = ${status}))
         end::int8 as qty`

const allocated = ({ sql, company }: Ctx, { itemId, siteId, lotId }: Asked) => sql<Told[]>`
  select 'allocation' as kind,
         case when sum(a.picked - a.shipped) = sum(a.qty - a.shipped - a.dropped) then 'picked' when sum(a.tasked) > 0 then 'being picked' else 'allocated' end as word,
         min(a.made_at)::text as at, sum(a.qty - a.shipped - a.dropped)::int8 as qty, case line.kind when 'sales' then 'sales_order' when 'transfer' then 'transfer_order' else line.kind end as cause_kind,
         line.ref_id as cause_id, coalesce(min(sales_order.number), min(part.number), min(transfer_order.number)) as number, min(party.name) as party
    from allocation a
    join demand_line line on line.company_id = ${company} and line.id = a.demand_line_id
    left join sales_order on sales_order.company_id = ${company} and sales_order.id = line.ref_id
    left join order_site part on part.company_id = ${company} and part.id = line.ref_id and part.site_id = line.site_id
    left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = line.ref_id
    left join party on party.company_id = ${company} and party.id = line.party_id
   where a.company_id = ${company} and a.item_id = ${itemId} and a.qty > a.shipped + a.dropped
     and (${siteId}::uuid is null or a.site_id = ${siteId}) and (${lotId}::uuid is null or a.lot_id = ${lotId})
   group by line.kind, line.ref_id
   order by at, line.ref_id`

const held = ({ sql, company }: Ctx, { itemId, siteId, lotId }: Asked) => sql<Told[]>`
  select 'count' as kind, 'not found by a picker, to be counted' as word, task.recorded_at::text as at, task.short_qty as qty, 'task' as cause_kind, task.id as cause_id, task.number, null as party
    from task
   where task.company_id = ${company} and task.item_id = ${itemId} and task.kind = 'count' and task.ended_at is null and task.short_qty > 0
     and (${siteId}::uuid is null or task.site_id = ${siteId}) and (${lotId}::uuid is null or task.lot_id = ${lotId})
   order by task.id`

const promised = ({ sql, company, now }: Ctx, { itemId, siteId }: Asked) => sql<Told[]>`
  select 'promise' as kind, 'promised' as word, min(promise.due_on)::text as at, sum(promise.qty)::int8 as qty, case line.kind when 'sales' then 'sales_order' when 'transfer' then 'transfer_order' else line.kind end as cause_kind,
         line.ref_id as cause_id, coalesce(min(sales_order.number), min(part.number), min(transfer_order.number)) as number, min(party.name) as party
    from demand_line line
    join promise on promise.company_id = ${company} and promise.demand_line_id = line.id and promise.supply_id is null and promise.qty > 0
    left join sales_order on sales_order.company_id = ${company} and sales_order.id = line.ref_id
    left join order_site part on part.company_id = ${company} and part.id = line.ref_id and part.site_id = line.site_id
    left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = line.ref_id
    left join party on party.company_id = ${company} and party.id = line.party_id
   where line.company_id = ${company} and line.item_id = ${itemId} and line.promised > 0 and (${siteId}::uuid is null or line.site_id = ${siteId})
   group by line.kind, line.ref_id
   union all
  select 'kept', 'kept by ' || hold.user_name, hold.expires_at::text, hold.left_qty, null, null, null, party.name
    from stock_hold hold
    left join party on party.company_id = ${company} and party.id = hold.party_id
   where hold.company_id = ${company} and hold.item_id = ${itemId} and hold.ended_at is null and hold.expires_at > ${now} and (${siteId}::uuid is null or hold.site_id = ${siteId})
   order by at`

const inbound = ({ sql, company }: Ctx, { itemId, siteId }: Asked) => sql<Told[]>`
  select 'supply' as kind, supply.kind as word, supply.due_on::text as at, supply.expected - supply.received as qty, 'supply' as cause_kind, supply.id as cause_id, supply.reference as number, party.name as party
    from supply
    left join party on party.company_id = ${company} and party.id = supply.party_id
   where supply.company_id = ${company} and supply.item_id = ${itemId} and supply.expected > supply.received and (${siteId}::uuid is null or supply.site_id = ${siteId})
   order by supply.due_on, supply.id`

const rowsOf = { allocated, held, promised, inbound }
