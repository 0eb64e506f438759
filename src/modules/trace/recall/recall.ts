import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { Standing, standingOf } from '../standing.ts'
import { Sums, sumsOf } from '../sums.ts'
import { openOf, piecesOpenOf } from './holders.ts'

const Part = t.object({
  lotId: t.id('lot'),
  lot: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  expiresOn: t.nullable(t.date()),
  level: t.int(),
  held: t.bool(),
  /** Picked for orders and not yet gone: their shipments are refused. */
  picked: t.qty(),
  withCustomers: t.qty(),
  open: t.qty(),
})

const Piece = t.object({
  serialId: t.id('serial'),
  serial: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  lot: t.nullable(t.text()),
  inStock: t.bool(),
  /** Picked for an order and not yet gone: its shipment is refused. */
  picked: t.bool(),
  status: t.text(),
  site: t.text(),
  /** Where it is, or what kind of place outside it went to. */
  location: t.text(),
  locationKind: t.text(),
  /** With a customer, and nothing is known of what became of it. */
  open: t.qty(),
})

/** A recall on one page: its lots with the sum that leaves nothing out, where they stand, how much is with whom; or its single pieces. */
export const recall = query({
  title: 'A recall',
  route: 'GET /trace/recalls/:recallId',
  permission: 'trace.read',
  plans: 'by key',
  admits: { recallId: 'recall' },
  input: t.object({ recallId: t.id('recall') }),
  output: t.object({
    recall: t.object({
      id: t.id('recall'),
      number: t.text(),
      reason: t.text({ max: 400 }),
      supplierId: t.nullable(t.id('party')),
      supplier: t.nullable(t.text()),
      fromDay: t.nullable(t.date()),
      toDay: t.nullable(t.date()),
      openedAt: t.moment(),
      openedBy: t.text(),
      closedAt: t.nullable(t.moment()),
      outcome: t.nullable(t.text()),
      closeNote: t.nullable(t.text({ max: 400 })),
    }),
    lots: t.list(Part, { max: 2_000 }),
    pieces: t.list(Piece, { max: 5_000 }),
    sums: t.list(Sums, { max: 2_000 }),
    standing: t.list(Standing, { max: 5_000 }),
    customers: t.int(),
  }),
  async run({ recallId }, ctx) {
    const { sql, company } = ctx
    const [[head], lots, holders, pieces, having] = await Promise.all([
      sql`
        select recall.id, recall.number, recall.reason, supplier.id as supplier_id, supplier.name as supplier, recall.from_day, recall.to_day, recall.opened_at,
               coalesce(person.name, 'system') as opened_by, recall.closed_at, recall.outcome, recall.close_note
          from recall
          left join party supplier on supplier.company_id = ${company} and supplier.id = recall.supplier_id
          left join app_user person on person.company_id = ${company} and person.id = recall.opened_by
         where recall.company_id = ${company} and recall.id = ${recallId}`,
      sql<{ lotId: string; level: number }[]>`
        select lot.id as lot_id, lot.code as lot, item.id as item_id, item.sku, item.name as description, item.base_uom as uom, lot.expires_on, mine.level, lot.held,
               coalesce((select sum(a.picked - a.shipped) from allocation a where a.company_id = ${company} and a.item_id = lot.item_id and a.lot_id = lot.id and a.qty > a.shipped + a.dropped), 0)::int8 as picked
          from recall_lot mine
          join lot on lot.company_id = ${company} and lot.id = mine.lot_id
          join item on item.company_id = ${company} and item.id = lot.item_id
         where mine.company_id = ${company} and mine.recall_id = ${recallId}
         order by mine.level, item.sku, lot.code
         limit 2000`,
      openOf(ctx, recallId),
      sql<{ serialId: string }[]>`
        select serial.id as serial_id, serial.code as serial, item.id as item_id, item.sku, item.name as description, lot.code as lot, serial.in_stock,
               serial.allocation_id is not null as picked, serial.status, site.code as site, place.code as location, place.kind as location_kind
          from recall_serial mine
          join serial on serial.company_id = ${company} and serial.id = mine.serial_id
          join item on item.company_id = ${company} and item.id = serial.item_id
          join site on site.company_id = ${company} and site.id = serial.site_id
          join location place on place.company_id = ${company} and place.id = serial.location_id
          left join lot on lot.company_id = ${company} and lot.id = serial.lot_id
         where mine.company_id = ${company} and mine.recall_id = ${recallId}
         order by serial.in_stock desc, item.sku, serial.code
         limit 5000`,
      piecesOpenOf(ctx, recallId),
    ])
    if (!head) throw notFound('recall')
    const ids = lots.map((lot) => lot.lotId)
    const [sums, standing] = await Promise.all([sumsOf(ctx, ids), standingOf(ctx, { lotIds: ids })])
    const of = (lotId: string) => holders.filter((holder) => holder.lotId === lotId)
    return {
      recall: head,
      lots: lots.map((lot) => ({
        ...lot,
        withCustomers: of(lot.lotId).reduce((sum, one) => sum + one.shipped - one.returned, 0),
        open: of(lot.lotId).reduce((sum, one) => sum + one.open, 0),
      })),
      sums,
      pieces: pieces.map((piece) => ({
        ...piece,
        open: having.filter((one) => one.serialId === piece.serialId).reduce((sum, one) => sum + one.open, 0),
      })),
      standing,
      customers: new Set([...holders, ...having].map((holder) => holder.partyId)).size,
    } as never
  },
})
