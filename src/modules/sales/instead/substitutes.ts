import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { availableAt } from '../../promise/index.ts'
import { consentTo, refuseUnasked } from './consent.ts'
import { offersFor, readLineFacts, readOrderFacts } from './shortLines.ts'

/** Lines of an order that are short, and what could be sent instead to this customer. Numbers and dates; nothing is held. */
export const substitutes = query({
  title: 'What could stand for the short lines of an order',
  route: 'GET /sales/orders/:orderId/substitutes',
  permission: 'sales.read',
  sees: 'company',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: t.object({
    lines: t.list(
      t.object({
        lineId: t.id('sales_order_line'),
        lineNo: t.int(),
        sku: t.text(),
        uom: t.text(),
        /** In the line's unit: without a date, or for a day later than asked for; of a draft: not in stock. */
        short: t.int(),
        options: t.list(
          t.object({
            itemId: t.id('item'),
            sku: t.text(),
            description: t.text({ max: 400 }),
            kind: t.oneOf(['successor', 'substitute']),
            /** Base units free for this customer now, and the day on which more is due. */
            free: t.int(),
            baseUom: t.text(),
            nextOn: t.nullable(t.date()),
            /** Of the line, in its unit: what would give way, and what free stock covers of that. */
            uomQty: t.int(),
            covers: t.int(),
            /** What would be sent for it. */
            sends: t.object({ uom: t.text(), uomQty: t.int() }),
            priceMicro: t.nullable(t.priceMicro()),
            perUom: t.nullable(t.text()),
            netMinor: t.nullable(t.amount()),
            /** What the customer says of it. */
            consent: t.oneOf(['no', 'ask', 'accepted']),
            /** Null: it may be sent, once who is asked has agreed. Else why not. */
            message: t.nullable(t.text({ max: 400 })),
          }),
          { max: 400 },
        ),
      }),
      { max: 10_000 },
    ),
  }),
  async run({ orderId }, ctx) {
    const order = await readOrderFacts(ctx, orderId)
    if (order.goodsOwnerId !== null || order.state === 'cancelled') return { lines: [] }
    const lines = await readLineFacts(ctx, orderId)
    const plain = lines.filter((line) => !line.parted)
    const free =
      order.state === 'draft'
        ? await availableAt(ctx, order.siteId, [...new Set(plain.map((line) => line.itemId))], {
            partyId: order.partyId,
            channelId: order.channelId,
          })
        : null
    const short = plain.flatMap((line) => {
      const units = free
        ? Math.max(0, line.qty - Math.max(0, free.get(line.itemId)!.now))
        : line.backordered + line.late
      return units > 0 ? [{ line, units, most: free ? line.qty : units }] : []
    })
    const offers = await offersFor(ctx, order, short)
    return {
      lines: short.flatMap(({ line, units }) => {
        const options = offers.get(line.id)
        if (!options) return []
        return {
          lineId: line.id,
          lineNo: line.lineNo,
          sku: line.sku,
          uom: line.uom,
          short: Math.ceil(units / (line.qty / line.uomQty)),
          options: options.map(({ standIn, free: there, nextOn, covers, uomQty, unit, priced, message }) => ({
            itemId: standIn.itemId,
            sku: standIn.sku,
            description: standIn.name,
            kind: standIn.kind,
            free: there,
            baseUom: standIn.baseUom,
            nextOn,
            uomQty,
            covers,
            sends: unit,
            priceMicro: priced?.priceMicro ?? null,
            perUom: priced?.priceUom ?? null,
            netMinor: priced?.net ?? null,
            consent: consentTo(order, standIn),
            message: message ?? refuseUnasked(order, standIn, line.sku, '')?.detail ?? null,
          })),
        }
      }),
    }
  },
})
