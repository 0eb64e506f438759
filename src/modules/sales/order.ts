import { query } from '../../core/capability.ts'
import { permits } from '../../core/people/permissions.ts'
import { type Static, t } from '../../core/t.ts'
import { creditOf } from '../credit/index.ts'
import { type Demanded, demandOf, type LotRow, nothingDemanded, Part, type PromiseRow, partsOf } from './orderParts.ts'
import { documentsOf, type HeadRow, headText, type LineRow, linesOf, timelineOf } from './orderRows.ts'
import { isEstimate, LineWeight, weightsOf } from './orderWeights.ts'
import { stages } from './stage.ts'

const Line = t.object({
  id: t.id('sales_order_line'),
  no: t.int(),
  kind: t.text(),
  itemId: t.nullable(t.id('item')),
  sku: t.nullable(t.text()),
  description: t.text({ max: 400 }),
  /** In `uom`; `qty` and all that follows it in base units. */
  uomQty: t.int(),
  uom: t.text(),
  qty: t.int(),
  baseUom: t.nullable(t.text()),
  priceMicro: t.priceMicro(),
  perUom: t.text(),
  netMinor: t.amount(),
  /** Priced by weight: `netMinor` is by nominal weight for what has not left yet. */
  estimated: t.bool(),
  weight: t.nullable(LineWeight),
  taxPpm: t.int(),
  taxCode: t.text(),
  taxCategory: t.text(),
  explain: t.json(),
  marginMinor: t.needs('cost.read', t.int()),
  requestedOn: t.nullable(t.date()),
  promisedOn: t.nullable(t.date()),
  firstPromisedOn: t.nullable(t.date()),
  partialPolicy: t.text(),
  /** What has not left by the end of this day is cancelled. */
  cancelBy: t.nullable(t.date()),
  fillOrKill: t.bool(),
  promised: t.qty(),
  backordered: t.qty(),
  allocated: t.qty(),
  picked: t.qty(),
  packed: t.qty(),
  shipped: t.qty(),
  invoiced: t.int(),
  cancelled: t.qty(),
  promises: t.list(t.object({ qty: t.qty(), on: t.date(), source: t.text(), ref: t.nullable(t.text()) }), { max: 200 }),
  lots: t.list(t.object({ lot: t.text(), expiresOn: t.nullable(t.date()), qty: t.qty() }), { max: 500 }),
  /** Units that other lines stand for: cancelled here, and no part of `netMinor`. */
  replaced: t.qty(),
  /** What the customer ordered, where this line stands for it. */
  insteadOf: t.nullable(
    t.object({
      itemId: t.id('item'),
      sku: t.text(),
      qty: t.qty(),
      uom: t.text(),
      lineNo: t.nullable(t.int()),
      agreedBy: t.nullable(t.text()),
      dearer: t.nullable(t.text()),
    }),
  ),
  /** What the warehouse works on, where that is not the line itself: components of kits, parts that several sites send. */
  parts: t.list(Part, { max: 500 }),
  /** What sites send that you do not see. */
  elsewhere: t.qty(),
})
const Order = t.object({
  id: t.id('sales_order'),
  number: t.text(),
  version: t.int(),
  status: t.oneOf(stages),
  holds: t.list(t.object({ code: t.text(), note: t.nullable(t.text({ max: 500 })), at: t.moment() })),
  customer: t.object({ id: t.id('party'), code: t.text(), name: t.text({ max: 300 }) }),
  shipTo: t.nullable(
    t.object({
      name: t.text({ max: 300 }),
      lines: t.list(t.text({ max: 300 })),
      postcode: t.text(),
      city: t.text(),
      country: t.text(),
    }),
  ),
  site: t.object({ id: t.id('site'), code: t.text(), name: t.text() }),
  channel: t.nullable(t.text()),
  customerRef: t.nullable(t.text()),
  source: t.text(),
  orderedOn: t.date(),
  requestedOn: t.date(),
  promisedOn: t.nullable(t.date()),
  /** Who is served first, 0 best; how it may leave; until when. The customer's own, where the order does not say. */
  serviceClass: t.int(),
  partialPolicy: t.text(),
  cancelBy: t.nullable(t.date()),
  terms: t.text(),
  /** From where it may be sent: most sites (its own word, else the customer's, else the company's), and the order's own list. */
  sources: t.object({ maxSplits: t.int(), own: t.nullable(t.int()), sites: t.nullable(t.list(t.text(), { max: 20 })) }),
  currency: t.currency(),
  netMinor: t.amount(),
  taxMinor: t.amount(),
  grossMinor: t.amount(),
  estimated: t.bool(),
  marginMinor: t.needs('cost.read', t.int()),
  marginPpm: t.needs('cost.read', t.int()),
  lines: t.list(Line, { max: 10_000 }),
  taxes: t.list(t.object({ category: t.text(), ratePpm: t.int(), baseMinor: t.amount(), code: t.text() })),
  credit: t.nullable(
    t.object({
      limitMinor: t.nullable(t.amount()),
      openOrdersMinor: t.amount(),
      unbilledMinor: t.amount(),
      receivablesMinor: t.amount(),
      unappliedMinor: t.amount(),
      exposureMinor: t.amount(),
      leftMinor: t.nullable(t.amount()),
      overdueMinor: t.amount(),
      held: t.bool(),
      holdReason: t.nullable(t.text()),
      state: t.text(),
      currency: t.nullable(t.currency()),
    }),
  ),
  timeline: t.list(
    t.object({ at: t.moment(), by: t.nullable(t.text()), what: t.text(), kind: t.text(), id: t.text() }),
    { max: 500 },
  ),
  documents: t.list(
    t.object({
      kind: t.text(),
      id: t.text(),
      number: t.text(),
      status: t.text(),
      on: t.nullable(t.date()),
      amountMinor: t.nullable(t.amount()),
    }),
    { max: 500 },
  ),
  /** Null: it can be done now. Else why not. */
  can: t.object({ confirm: t.nullable(t.text()), release: t.nullable(t.text()), cancel: t.nullable(t.text()) }),
})

/** Everything of one order on one page. */
export const order = query({
  title: 'An order with all that belongs to it',
  route: 'GET /sales/orders/:orderId',
  permission: 'sales.read',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: Order,
  async run({ orderId }, ctx, actor) {
    const { sql, company } = ctx
    const [[head], lines, parts, promises, lots, documents, weights] = await Promise.all([
      sql.unsafe<HeadRow[]>(headText, [company, orderId], { prepare: true }),
      linesOf(ctx, orderId),
      partsOf(ctx, orderId),
      sql<PromiseRow[]>`
        select promise.demand_line_id as demand_id, promise.qty, promise.due_on as on, case when promise.supply_id is null then 'stock on hand' else supply.kind end as source, supply.reference as ref
          from demand_line line
          join promise on promise.company_id = line.company_id and promise.demand_line_id = line.id and promise.qty > 0
          left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
         where line.company_id = ${company} and line.ref_id = ${orderId}
         order by promise.due_on, promise.id`,
      sql<LotRow[]>`
        select taken.demand_line_id as demand_id, coalesce(lot.code, '') as lot, lot.expires_on, taken.qty - taken.dropped as qty
          from demand_line line
          join allocation taken on taken.company_id = line.company_id and taken.demand_line_id = line.id and taken.qty > taken.dropped
          left join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
         where line.company_id = ${company} and line.ref_id = ${orderId}
         order by lot.expires_on, taken.id`,
      documentsOf(ctx, orderId),
      weightsOf(ctx, orderId),
    ])
    const timeline = await timelineOf(ctx, [orderId, ...documents.map((d) => d.id)])
    const credit = permits(actor.permissions, 'credit.read') ? await creditOf(ctx, head!.partyId) : null
    const demanded = demandOf({ siteId: head!.siteId, lines }, parts, promises, lots)
    return shape(
      head!,
      lines.map((line) => {
        const elsewhere = head!.state === 'confirmed' && line.kind === 'goods' ? line.qty : 0
        const demand = demanded.get(line.id) ?? { ...nothingDemanded, elsewhere }
        const weight = weights.get(line.id)
        const estimated = isEstimate({ qty: line.qty, ...demand }, weight)
        return { ...line, ...demand, estimated, weight: weight ?? null }
      }),
      documents,
      timeline,
      credit,
    )
  },
})

const shape = (
  head: HeadRow,
  lines: readonly (LineRow & Demanded & { estimated: boolean; weight: LineWeight | null })[],
  documents: Static<typeof Order>['documents'],
  timeline: Static<typeof Order>['timeline'],
  credit: Static<typeof Order>['credit'],
): Static<typeof Order> => {
  const scale = 10 ** head.digits / 1_000_000
  const costs = lines.map((line) => Math.round((line.qty - line.replaced) * line.costMicro * scale))
  const margin = head.net - costs.reduce((sum, c) => sum + c, 0)
  const taxes = [...Map.groupBy(lines, (l) => `${l.taxCategory} ${l.taxPpm}`).values()]
  const busy = (head.picking ?? 0) > 0
  return {
    id: head.id,
    number: head.number,
    version: head.version,
    status: head.status,
    holds:
      head.creditHeldAt !== null && head.releasedAt === null
        ? [{ code: 'credit', note: head.creditHoldReason, at: head.creditHeldAt }]
        : [],
    customer: { id: head.partyId, code: head.partyCode, name: head.partyName },
    shipTo:
      head.toName === null
        ? null
        : {
            name: head.toName,
            lines: [head.toLine1, head.toLine2].filter((l): l is string => Boolean(l)),
            postcode: head.toPostcode!,
            city: head.toCity!,
            country: head.toCountry!,
          },
    site: { id: head.siteId, code: head.siteCode, name: head.siteName },
    channel: head.channel,
    customerRef: head.customerPo,
    source: head.source,
    orderedOn: head.orderedOn,
    requestedOn: head.requestedOn,
    promisedOn: head.promisedOn,
    serviceClass: head.serviceClass,
    partialPolicy: head.partialPolicy,
    cancelBy: head.cancelBy,
    terms: head.termsDays === 0 ? 'due at once' : `${head.termsDays} days net`,
    sources: { maxSplits: head.maxSplits, own: head.ownSplits, sites: head.sourceSites },
    currency: head.currency,
    netMinor: head.net,
    taxMinor: head.tax,
    grossMinor: head.gross,
    estimated: lines.some((line) => line.estimated),
    marginMinor: margin,
    marginPpm: head.net === 0 ? 0 : Math.round((margin / head.net) * 1_000_000),
    lines: lines.map(({ costMicro: _, ...line }, at) => ({
      ...line,
      marginMinor: line.netMinor - costs[at]!,
    })),
    taxes: taxes.map((group) => ({
      category: group[0]!.taxCategory,
      ratePpm: group[0]!.taxPpm,
      code: group[0]!.taxCode,
      baseMinor: group.reduce((sum, l) => sum + l.netMinor, 0),
    })),
    credit,
    timeline,
    documents,
    can: {
      confirm: head.state === 'draft' ? null : `it is already ${head.state}`,
      release: head.state !== 'confirmed' ? `it is ${head.state}` : head.releasedAt !== null ? 'it is released' : null,
      cancel:
        head.state === 'cancelled'
          ? 'it is cancelled'
          : busy
            ? 'it is being picked'
            : head.state === 'confirmed' && (head.open ?? 0) === 0
              ? 'nothing is open'
              : null,
    },
  }
}
