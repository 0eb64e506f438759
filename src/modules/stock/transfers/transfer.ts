import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { stages } from './stage.ts'
import {
  comingOf,
  documentsOf,
  headOf,
  linesOf,
  lotsOf,
  promisesOf,
  roadOf,
  timelineOf,
  waitingOf,
} from './transferRows.ts'

const Line = t.object({
  id: t.id('transfer_line'),
  no: t.int(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  /** In `uom`; `qty` and all that follows it in base units. */
  uomQty: t.int(),
  uom: t.text(),
  qty: t.qty(),
  baseUom: t.text(),
  promisedOn: t.nullable(t.date()),
  firstPromisedOn: t.nullable(t.date()),
  promised: t.qty(),
  backordered: t.qty(),
  allocated: t.qty(),
  picked: t.qty(),
  packed: t.qty(),
  shipped: t.qty(),
  cancelled: t.qty(),
  inTransit: t.qty(),
  received: t.qty(),
  lost: t.qty(),
  promises: t.list(t.object({ qty: t.qty(), on: t.date(), source: t.text(), ref: t.nullable(t.text()) }), { max: 200 }),
  lots: t.list(t.object({ lot: t.text(), expiresOn: t.nullable(t.date()), qty: t.qty() }), { max: 500 }),
  /** As the other site's customers are promised from it: on which day, how much is to come, how much of that is given away. */
  coming: t.list(t.object({ on: t.date(), qty: t.qty(), promised: t.qty() }), { max: 100 }),
})
const Road = t.object({
  id: t.id('transit_line'),
  lineId: t.id('transfer_line'),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  status: t.text(),
  shipmentId: t.id('shipment'),
  shipment: t.text(),
  dueOn: t.date(),
  shipped: t.qty(),
  received: t.qty(),
  lost: t.qty(),
  inTransit: t.qty(),
})
const Transfer = t.object({
  id: t.id('transfer_order'),
  number: t.text(),
  version: t.int(),
  status: t.oneOf(stages),
  fromSiteId: t.id('site'),
  from: t.text(),
  toSiteId: t.id('site'),
  to: t.text(),
  laneDays: t.int(),
  priority: t.int(),
  reference: t.nullable(t.text()),
  /** Accepted from a proposal: the arithmetic it was made of, in words. */
  proposal: t.nullable(t.json()),
  orderedOn: t.date(),
  requestedOn: t.date(),
  arrivesOn: t.nullable(t.date()),
  cancelReason: t.nullable(t.text()),
  lines: t.list(Line, { max: 2_000 }),
  road: t.list(Road, { max: 5_000 }),
  /** Orders of the other site that are promised from it: whom it concerns when it slips. */
  waiting: t.list(
    t.object({
      lineId: t.id('transfer_line'),
      kind: t.text(),
      orderId: t.text(),
      number: t.text(),
      qty: t.qty(),
      on: t.date(),
    }),
    { max: 5_000 },
  ),
  timeline: t.list(
    t.object({ at: t.moment(), by: t.nullable(t.text()), what: t.text(), kind: t.text(), id: t.text() }),
    { max: 500 },
  ),
  documents: t.list(
    t.object({ kind: t.text(), id: t.text(), number: t.text(), status: t.text(), on: t.nullable(t.date()) }),
    { max: 500 },
  ),
  /** Null: it can be done now. Else why not. */
  can: t.object({
    confirm: t.nullable(t.text()),
    release: t.nullable(t.text()),
    receive: t.nullable(t.text()),
    cancel: t.nullable(t.text()),
  }),
})

/** Everything of one transfer on one page, for people of either site. */
export const transfer = query({
  title: 'A transfer with all that belongs to it',
  route: 'GET /stock/transfers/:transferId',
  permission: 'stock.read',
  admits: { transferId: 'transfer_order' },
  input: t.object({ transferId: t.id('transfer_order') }),
  output: Transfer,
  async run({ transferId }, ctx) {
    const [head, lines, promises, lots, coming, road, waiting, documents] = await Promise.all([
      headOf(ctx, transferId),
      linesOf(ctx, transferId),
      promisesOf(ctx, transferId),
      lotsOf(ctx, transferId),
      comingOf(ctx, transferId),
      roadOf(ctx, transferId),
      waitingOf(ctx, transferId),
      documentsOf(ctx, transferId),
    ])
    if (!head) throw notFound('transfer')
    const timeline = await timelineOf(ctx, [transferId, ...documents.map((d) => d.id)])
    const of = <R extends { lineId: string }>(rows: readonly R[], id: string): Omit<R, 'lineId'>[] =>
      rows.filter((row) => row.lineId === id).map(({ lineId: _, ...row }) => row)
    return {
      ...shownOf(head),
      lines: lines.map((line) => ({
        ...line,
        promises: of(promises, line.id),
        lots: of(lots, line.id),
        coming: of(coming, line.id),
      })),
      road: [...road],
      waiting: [...waiting],
      timeline: [...timeline],
      documents: [...documents],
    }
  },
})

type Head = NonNullable<Awaited<ReturnType<typeof headOf>>>
const shownOf = ({
  state,
  picking,
  open,
  onRoad,
  releasedAt,
  ...head
}: Head): Omit<Static<typeof Transfer>, 'lines' | 'road' | 'waiting' | 'timeline' | 'documents'> => ({
  ...head,
  can: {
    confirm: state === 'draft' ? null : `it is already ${state}`,
    release: state !== 'confirmed' ? `it is ${state}` : releasedAt !== null ? 'it is released' : null,
    receive: onRoad > 0 ? null : 'nothing of it is on the road',
    cancel:
      state === 'cancelled'
        ? 'it is cancelled'
        : picking > 0
          ? 'it is being picked'
          : state === 'confirmed' && open === 0
            ? 'all of it has left'
            : null,
  },
})
