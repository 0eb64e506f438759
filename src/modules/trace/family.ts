import type { Ctx } from '../../core/ctx.ts'
import { t } from '../../core/t.ts'
import { MAKING, OUTSIDE } from './steps.ts'

export const Kin = t.object({
  id: t.id('lot'),
  code: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  madeOn: t.nullable(t.date()),
  expiresOn: t.nullable(t.date()),
  origin: t.nullable(t.text()),
  held: t.bool(),
  holdReason: t.nullable(t.text({ max: 400 })),
  /** 0: the lot asked for. −1: went into it, −2: into that … 1: was made from it, 2: from that … */
  level: t.int(),
})
export interface KinRow {
  id: string
  code: string
  itemId: string
  sku: string
  description: string
  uom: string
  madeOn: string | null
  expiresOn: string | null
  origin: string | null
  held: boolean
  holdReason: string | null
  level: number
}
/** Levels looked through: a product of products of products … beyond this is a circle. */
const MOST_LEVELS = 12

/**
 * The lots that went into these and those that were made from them, over all levels: what one document of making used
 * and what it made belong together. A lot met on several ways counts on the nearest.
 */
export const familyOf = ({ sql, company }: Ctx, lotIds: readonly string[]): PromiseLike<KinRow[]> => sql<KinRow[]>`
  with recursive down (lot_id, level) as (
    select id, 0
      from unnest(${lotIds as string[]}::uuid[]) as root (id)
     union
    select made.lot_id, down.level + 1
      from down
     -- Fenced (offset 0): each lot's few documents are looked up by key, however large the ledger beside them.
     cross join lateral (
           select distinct used.cause_kind, used.cause_id
             from stock_move used
             join location went on went.company_id = ${company} and went.id = used.to_location_id and went.kind = any (${OUTSIDE})
            where used.company_id = ${company} and used.lot_id = down.lot_id and used.lot_id <> '00000000-0000-0000-0000-000000000000' and used.cause_kind = any (${MAKING as string[]})
           offset 0) used
     cross join lateral (
           select distinct made.lot_id
             from stock_move made
             join location came on came.company_id = ${company} and came.id = made.from_location_id and came.kind = any (${OUTSIDE})
            where made.company_id = ${company} and made.cause_id = used.cause_id and made.cause_kind = used.cause_kind and made.lot_id <> '00000000-0000-0000-0000-000000000000' and made.lot_id <> down.lot_id
           offset 0) made
     where down.level < ${MOST_LEVELS}
  ), up (lot_id, level) as (
    select id, 0
      from unnest(${lotIds as string[]}::uuid[]) as root (id)
     union
    select used.lot_id, up.level - 1
      from up
     cross join lateral (
           select distinct made.cause_kind, made.cause_id
             from stock_move made
             join location came on came.company_id = ${company} and came.id = made.from_location_id and came.kind = any (${OUTSIDE})
            where made.company_id = ${company} and made.lot_id = up.lot_id and made.lot_id <> '00000000-0000-0000-0000-000000000000' and made.cause_kind = any (${MAKING as string[]})
           offset 0) made
     cross join lateral (
           select distinct used.lot_id
             from stock_move used
             join location went on went.company_id = ${company} and went.id = used.to_location_id and went.kind = any (${OUTSIDE})
            where used.company_id = ${company} and used.cause_id = made.cause_id and used.cause_kind = made.cause_kind and used.lot_id <> '00000000-0000-0000-0000-000000000000' and used.lot_id <> up.lot_id
           offset 0) used
     where up.level > ${-MOST_LEVELS}
  ), nearest as (
    select distinct on (lot_id) lot_id, level
      from (select * from down union all select * from up) met
     order by lot_id, abs(level)
  )
  select lot.id, lot.code, lot.item_id, item.sku, item.name as description, item.base_uom as uom, lot.made_on, lot.expires_on, lot.origin, lot.held, lot.hold_reason, nearest.level
    from nearest
    join lot on lot.company_id = ${company} and lot.id = nearest.lot_id
    join item on item.company_id = ${company} and item.id = lot.item_id
   order by nearest.level, item.sku, lot.code
   limit 1000`

export const Link = t.object({
  fromLotId: t.id('lot'),
  toLotId: t.id('lot'),
  document: t.object({ kind: t.text(), id: t.text() }),
  at: t.moment(),
  /** Units of the first that this document used, and of the second that it made. */
  used: t.qty(),
  made: t.qty(),
})
export interface LinkRow {
  fromLotId: string
  toLotId: string
  causeKind: string
  causeId: string
  at: string
  used: number
  made: number
}

/** The documents between lots of a family: how much of one went into how much of the other. */
export const linksOf = ({ sql, company }: Ctx, lotIds: readonly string[]): PromiseLike<LinkRow[]> => sql<LinkRow[]>`
  with leg as (
    select move.lot_id, move.cause_kind, move.cause_id, min(move.effective_at) as at,
           sum(move.qty) filter (where went.kind = any (${OUTSIDE}))::int8 as used, sum(move.qty) filter (where came.kind = any (${OUTSIDE}))::int8 as made
      from stock_move move
      join location came on came.company_id = ${company} and came.id = move.from_location_id
      join location went on went.company_id = ${company} and went.id = move.to_location_id
     where move.company_id = ${company} and move.lot_id = any (${lotIds as string[]}) and move.lot_id <> '00000000-0000-0000-0000-000000000000' and move.cause_kind = any (${MAKING as string[]})
     group by move.lot_id, move.cause_kind, move.cause_id
  )
  select used.lot_id as from_lot_id, made.lot_id as to_lot_id, used.cause_kind, used.cause_id, made.at, used.used, made.made
    from leg used
    join leg made on made.cause_id = used.cause_id and made.lot_id <> used.lot_id
   where used.used > 0 and made.made > 0
   order by made.at
   limit 5000`
