import type { Ctx } from '../../core/ctx.ts'
import { t } from '../../core/t.ts'
import { MAKING, OUTSIDE } from './steps.ts'

/** All units of a lot that ever came and went, and what is left: came − went = on hand, exactly. */
export const Sums = t.object({
  lotId: t.id('lot'),
  received: t.qty(),
  returned: t.qty(),
  found: t.qty(),
  made: t.qty(),
  shipped: t.qty(),
  sentBack: t.qty(),
  scrapped: t.qty(),
  lost: t.qty(),
  used: t.qty(),
  /** To and from sites that the asking person does not see; nil for who sees all. */
  elsewhere: t.int(),
  onHand: t.int(),
  difference: t.int(),
})
export interface SumsRow {
  lotId: string
  received: number
  returned: number
  found: number
  made: number
  shipped: number
  sentBack: number
  scrapped: number
  lost: number
  used: number
  elsewhere: number
  onHand: number
  difference: number
}

/** From the ledger on one side and the bins on the other. */
export const sumsOf = ({ sql, company }: Ctx, lotIds: readonly string[]): PromiseLike<SumsRow[]> => sql<SumsRow[]>`
  with flow as (
    select move.lot_id,
           coalesce(sum(move.qty) filter (where came.kind = 'supplier'), 0)::int8 as received,
           coalesce(sum(move.qty) filter (where came.kind = 'customer'), 0)::int8 as returned,
           coalesce(sum(move.qty) filter (where came.kind in ('adjust', 'scrap') and move.cause_kind <> all (${MAKING as string[]})), 0)::int8 as found,
           coalesce(sum(move.qty) filter (where came.kind in ('adjust', 'scrap', 'production') and move.cause_kind = any (${MAKING as string[]})), 0)::int8 as made,
           coalesce(sum(move.qty) filter (where went.kind = 'customer'), 0)::int8 as shipped,
           coalesce(sum(move.qty) filter (where went.kind = 'supplier'), 0)::int8 as sent_back,
           coalesce(sum(move.qty) filter (where went.kind = 'scrap'), 0)::int8 as scrapped,
           coalesce(sum(move.qty) filter (where went.kind = 'adjust' and move.cause_kind <> all (${MAKING as string[]})), 0)::int8 as lost,
           coalesce(sum(move.qty) filter (where went.kind in ('adjust', 'production') and move.cause_kind = any (${MAKING as string[]})), 0)::int8 as used,
           coalesce(sum(case when came.id is null then move.qty else 0 end - case when went.id is null then move.qty else 0 end), 0)::int8 as elsewhere
      from stock_move move
      left join location came on came.company_id = ${company} and came.id = move.from_location_id
      left join location went on went.company_id = ${company} and went.id = move.to_location_id
     where move.company_id = ${company} and move.lot_id = any (${lotIds as string[]}) and move.lot_id <> '00000000-0000-0000-0000-000000000000'
       and (came.kind is null or went.kind is null or came.kind = any (${OUTSIDE}) or went.kind = any (${OUTSIDE}))
     group by move.lot_id
  ), standing as (
    select bin.lot_id, sum(bin.on_hand)::int8 as on_hand
      from lot
      join stock_balance bin on bin.company_id = ${company} and bin.item_id = lot.item_id and bin.lot_id = lot.id
     where lot.company_id = ${company} and lot.id = any (${lotIds as string[]})
     group by bin.lot_id
  )
  select lot.id as lot_id, coalesce(received, 0) as received, coalesce(returned, 0) as returned, coalesce(found, 0) as found, coalesce(made, 0) as made,
         coalesce(shipped, 0) as shipped, coalesce(sent_back, 0) as sent_back, coalesce(scrapped, 0) as scrapped, coalesce(lost, 0) as lost, coalesce(used, 0) as used,
         coalesce(elsewhere, 0) as elsewhere, coalesce(standing.on_hand, 0) as on_hand,
         coalesce(received + returned + found + made + elsewhere - shipped - sent_back - scrapped - lost - used, 0) - coalesce(standing.on_hand, 0) as difference
    from lot
    left join flow on flow.lot_id = lot.id
    left join standing on standing.lot_id = lot.id
   where lot.company_id = ${company} and lot.id = any (${lotIds as string[]})
   order by lot.id`
