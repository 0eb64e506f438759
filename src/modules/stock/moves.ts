import { query } from '../../core/capability.ts'
import { NIL, t } from '../../core/t.ts'

const Move = t.object({
  id: t.id('stock_move'),
  effectiveAt: t.moment(),
  recordedAt: t.moment(),
  fromSite: t.text(),
  from: t.text(),
  fromKind: t.text(),
  fromStatus: t.text(),
  toSite: t.text(),
  to: t.text(),
  toKind: t.text(),
  toStatus: t.text(),
  lot: t.nullable(t.text()),
  qty: t.qty(),
  /** What moved in grams, of goods that are weighed. Quantity 0: the scale corrected what the bin was booked with. */
  weightG: t.int({ min: 0 }),
  /** What it did to stock on hand at the asked site (or at all): + in, − out, 0 within. On the road is not on hand. */
  change: t.int(),
  /** Stock on hand after this move, in the order shown. */
  after: t.int(),
  reason: t.nullable(t.text()),
  document: t.object({ kind: t.text(), id: t.text(), number: t.nullable(t.text()) }),
})

/** The other end of a move between two sites, told to people who see one of them. */
const ELSEWHERE = 'another site'

/**
 * The moves behind a number, latest first, with the stock on hand after each: what was there and how it came and went.
 * Running figures are computed on reading; no ledger row stores one, so a late entry changes no row.
 */
export const moves = query({
  title: 'Moves behind an item’s stock',
  route: 'GET /stock/items/:itemId/moves',
  permission: 'stock.read',
  plans: 'by key',
  admits: { itemId: 'item', siteId: 'site', lotId: 'lot' },
  input: t.object({
    itemId: t.id('item'),
    siteId: t.optional(t.id('site')),
    lotId: t.optional(t.id('lot')),
    before: t.optional(t.id('stock_move')),
    limit: t.optional(t.int({ min: 1, max: 200 })),
  }),
  output: t.object({ rows: t.list(Move, { max: 200 }), next: t.nullable(t.id('stock_move')), onHand: t.int() }),
  async run({ itemId, siteId, lotId, before, limit = 50 }, { sql, company }) {
    const site = siteId ?? null
    const lot = lotId ?? null
    const [held, later, rows] = await Promise.all([
      sql<{ onHand: number }[]>`
        select coalesce(sum(on_hand), 0)::int8 as on_hand
          from stock_pool
         where company_id = ${company} and item_id = ${itemId} and (${site}::uuid is null or site_id = ${site}) and (${lot}::uuid is null or lot_id = ${lot})`,
      sql<{ change: number }[]>`
        select coalesce(sum(
                 case when to_place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production', 'transit') and (${site}::uuid is null or move.to_site_id = ${site}) then move.qty else 0 end
               - case when from_place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production', 'transit') and (${site}::uuid is null or move.from_site_id = ${site}) then move.qty else 0 end), 0)::int8 as change
          from stock_move move
          left join location from_place on from_place.company_id = move.company_id and from_place.id = move.from_location_id
          left join location to_place on to_place.company_id = move.company_id and to_place.id = move.to_location_id
         where ${before ?? null}::uuid is not null and move.company_id = ${company} and move.item_id = ${itemId} and move.id >= ${before ?? NIL}
           and (${site}::uuid is null or ${site} in (move.from_site_id, move.to_site_id)) and (${lot}::uuid is null or move.lot_id = ${lot})`,
      sql`
        select move.id, move.effective_at, move.recorded_at, coalesce(from_site.code, ${ELSEWHERE}) as from_site, coalesce(from_place.code, '') as "from",
               coalesce(from_place.kind, ${ELSEWHERE}) as from_kind, move.from_status,
               coalesce(to_site.code, ${ELSEWHERE}) as to_site, coalesce(to_place.code, '') as "to", coalesce(to_place.kind, ${ELSEWHERE}) as to_kind, move.to_status, lot.code as lot, move.qty, move.weight_g, move.reason,
               case when to_place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production', 'transit') and (${site}::uuid is null or move.to_site_id = ${site}) then move.qty else 0 end
             - case when from_place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production', 'transit') and (${site}::uuid is null or move.from_site_id = ${site}) then move.qty else 0 end as change,
               move.cause_kind, move.cause_id, coalesce(task.number, shipment.number, receipt.number, transfer.number) as cause_number
          from stock_move move
          left join location from_place on from_place.company_id = move.company_id and from_place.id = move.from_location_id
          left join location to_place on to_place.company_id = move.company_id and to_place.id = move.to_location_id
          left join site from_site on from_site.company_id = move.company_id and from_site.id = move.from_site_id
          left join site to_site on to_site.company_id = move.company_id and to_site.id = move.to_site_id
          left join lot on lot.company_id = move.company_id and lot.id = move.lot_id
          left join task on task.company_id = move.company_id and task.id = move.cause_id
          left join shipment on shipment.company_id = move.company_id and shipment.id = move.cause_id
          left join receipt on receipt.company_id = move.company_id and receipt.id = move.cause_id
          left join transfer_order transfer on transfer.company_id = move.company_id and transfer.id = move.cause_id
         where move.company_id = ${company} and move.item_id = ${itemId}
           and (${before ?? null}::uuid is null or move.id < ${before ?? NIL})
           and (${site}::uuid is null or ${site} in (move.from_site_id, move.to_site_id)) and (${lot}::uuid is null or move.lot_id = ${lot})
         order by move.id desc
         limit ${limit + 1}`,
    ])
    const shown = rows.slice(0, limit)
    let after = held[0]!.onHand - later[0]!.change
    const out = shown.map(({ causeKind, causeId, causeNumber, ...row }) => {
      const line = { ...row, after, document: { kind: causeKind, id: causeId, number: causeNumber } }
      after -= row.change as number
      return line
    })
    return {
      rows: out,
      next: rows.length > limit ? (shown.at(-1)!.id as string) : null,
      onHand: held[0]!.onHand,
    } as never
  },
})
