import type { Ctx } from '../../core/ctx.ts'
import { NIL, t } from '../../core/t.ts'

/** What a move was, by the places it left and reached. Moves inside one site are left out: they change no sum. */
export const Step = t.object({
  lotId: t.nullable(t.id('lot')),
  kind: t.oneOf([
    'received',
    'returned',
    'found',
    'made',
    'shipped',
    'sent_back',
    'scrapped',
    'lost',
    'used',
    'transferred',
    'moved',
  ]),
  at: t.moment(),
  qty: t.qty(),
  fromSite: t.nullable(t.text()),
  from: t.text(),
  toSite: t.nullable(t.text()),
  to: t.text(),
  document: t.object({ kind: t.text(), id: t.text(), number: t.nullable(t.text()) }),
  /** Customer or supplier. */
  partyId: t.nullable(t.id('party')),
  party: t.nullable(t.text()),
  email: t.nullable(t.text()),
  orderId: t.nullable(t.id('sales_order')),
  order: t.nullable(t.text()),
  reference: t.nullable(t.text()),
  reason: t.nullable(t.text({ max: 400 })),
})
export interface StepRow {
  lotId: string | null
  kind: string
  at: string
  qty: number
  fromSite: string | null
  from: string
  toSite: string | null
  to: string
  causeKind: string
  causeId: string
  causeNumber: string | null
  partyId: string | null
  party: string | null
  email: string | null
  orderId: string | null
  order: string | null
  reference: string | null
  reason: string | null
}
export const MOST_STEPS = 10_000

/** The documents that assemble and take apart: what one of them used and what it made belong together. */
export const MAKING: readonly string[] = ['assembly', 'disassembly']

export type Sought = { readonly lotIds: readonly string[] } | { readonly serialId: string } | { readonly lpnId: string }

/**
 * All that happened to lots, a piece, or what was on a plate, one row per document and kind, in order of time. The ledger
 * says it; documents give names. Of a piece and a plate the moves inside a site are told as well.
 */
export const stepsOf = ({ sql, company }: Ctx, sought: Sought): PromiseLike<StepRow[]> => {
  const lotIds = 'lotIds' in sought ? (sought.lotIds as string[]) : null
  const serialId = 'serialId' in sought ? sought.serialId : null
  const lpnId = 'lpnId' in sought ? sought.lpnId : null
  return sql<StepRow[]>`
    with step as (
      select nullif(move.lot_id, ${NIL}) as lot_id, move.from_location_id, move.to_location_id, move.cause_kind, move.cause_id,
             case when from_place.kind = 'supplier' then 'received'
                  when from_place.kind = 'customer' then 'returned'
                  when to_place.kind = 'customer' then 'shipped'
                  when to_place.kind = 'supplier' then 'sent_back'
                  when to_place.kind = 'scrap' then 'scrapped'
                  when from_place.kind = any (${OUTSIDE}) then case when move.cause_kind = any (${MAKING as string[]}) then 'made' else 'found' end
                  when to_place.kind = any (${OUTSIDE}) then case when move.cause_kind = any (${MAKING as string[]}) then 'used' else 'lost' end
                  when from_place.site_id <> to_place.site_id then 'transferred'
                  else 'moved' end as kind,
             min(move.effective_at) as at, sum(move.qty)::int8 as qty, min(move.reason) as reason, min(move.id::text) as first
        from (select lot_id, from_location_id, to_location_id, cause_kind, cause_id, effective_at, qty, reason, id
                from stock_move
               where company_id = ${company} and lot_id = any (${lotIds}::uuid[]) and lot_id <> '00000000-0000-0000-0000-000000000000'
               union all
              select lot_id, from_location_id, to_location_id, cause_kind, cause_id, effective_at, qty, reason, id
                from stock_move
               where company_id = ${company} and serial_id = ${serialId} and serial_id <> '00000000-0000-0000-0000-000000000000'
               union all
              select lot_id, from_location_id, to_location_id, cause_kind, cause_id, effective_at, qty, reason, id
                from stock_move
               where company_id = ${company} and lpn_id = ${lpnId} and lpn_id <> '00000000-0000-0000-0000-000000000000'
               union all
              select lot_id, from_location_id, to_location_id, cause_kind, cause_id, effective_at, qty, reason, id
                from stock_move
               where company_id = ${company} and to_lpn_id = ${lpnId} and to_lpn_id <> '00000000-0000-0000-0000-000000000000' and lpn_id <> ${lpnId}) move
        join location from_place on from_place.company_id = ${company} and from_place.id = move.from_location_id
        join location to_place on to_place.company_id = ${company} and to_place.id = move.to_location_id
       where ${lotIds === null} or from_place.site_id <> to_place.site_id or from_place.kind = any (${OUTSIDE}) or to_place.kind = any (${OUTSIDE})
       group by 1, 2, 3, 4, 5, 6
       order by at, first
       limit ${MOST_STEPS}
    )
    select step.lot_id, step.kind, step.at, step.qty, from_site.code as from_site, from_place.code as "from", to_site.code as to_site, to_place.code as "to",
           step.cause_kind, step.cause_id, coalesce(receipt.number, shipment.number, report.number, task.number) as cause_number,
           party.id as party_id, party.name as party, party.email, sales_order.id as order_id, coalesce(sales_order.number, part.number) as order, nullif(receipt.reference, '') as reference, step.reason
      from step
      join location from_place on from_place.company_id = ${company} and from_place.id = step.from_location_id
      join location to_place on to_place.company_id = ${company} and to_place.id = step.to_location_id
      left join site from_site on from_site.company_id = ${company} and from_site.id = from_place.site_id
      left join site to_site on to_site.company_id = ${company} and to_site.id = to_place.site_id
      left join receipt on receipt.company_id = ${company} and receipt.id = step.cause_id
      left join shipment on shipment.company_id = ${company} and shipment.id = step.cause_id
      left join assembly_report report on report.company_id = ${company} and report.id = step.cause_id
      left join task on task.company_id = ${company} and task.id = step.cause_id
      left join sales_order on sales_order.company_id = ${company} and sales_order.id = shipment.order_id
      left join order_site part on part.company_id = ${company} and part.id = shipment.order_id and part.site_id = shipment.site_id
      left join party on party.company_id = ${company} and party.id = coalesce(receipt.party_id, shipment.party_id)
     order by step.at, step.first`
}

/** Places outside the house: no balance is kept there. */
export const OUTSIDE: string[] = ['supplier', 'customer', 'adjust', 'scrap', 'production']

export const told = (rows: readonly StepRow[]) =>
  rows.map(({ causeKind, causeId, causeNumber, ...row }) => ({
    ...row,
    document: { kind: causeKind, id: causeId, number: causeNumber },
  }))
