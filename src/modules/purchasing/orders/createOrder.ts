import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { MovedLines, namedMoves } from '../../promise/index.ts'
import { makeOrders } from './makeOrders.ts'
import { placeDrafts } from './place.ts'

export const PurchaseHead = t.object({
  id: t.id('purchase_order'),
  number: t.text(),
  lines: t.int(),
  /** Orders of customers whose dates moved, because their goods are expected now. */
  affected: MovedLines,
})

export const createOrder = command({
  title: 'Enter a purchase order',
  route: 'POST /purchasing/orders',
  permission: 'purchasing.order',
  admits: { siteId: 'site', partyId: 'party', 'lines.itemId': 'item' },
  emits: ['purchase.created'],
  input: t.object({
    siteId: t.id('site'),
    partyId: t.id('party'),
    /** Of all lines that name none; left out: from the supplier's lead time. */
    dueOn: t.optional(t.date()),
    reference: t.optional(t.code({ max: 60 })),
    /** True: placed at once, its goods are expected and promised. */
    place: t.optional(t.bool()),
    lines: t.list(
      t.object({
        itemId: t.id('item'),
        uom: t.optional(t.code({ max: 3 })),
        uomQty: t.int({ min: 1, max: 1_000_000_000 }),
        /** Per base unit. */
        priceMicro: t.optional(t.priceMicro()),
        dueOn: t.optional(t.date()),
      }),
      { min: 1, max: 2_000 },
    ),
  }),
  output: PurchaseHead,
  lines: ({ lines }) => lines.length,
  async run({ place = false, ...asked }, ctx, call) {
    const [made] = await makeOrders(ctx, [asked])
    const { id, number, siteId, partyId } = made!
    ctx.emit(call, 'purchase.created', { id, siteId, partyId })
    const moved = place ? await placeDrafts(ctx, call, [made!]) : []
    return { id, number, lines: made!.lines.length, affected: await namedMoves(ctx, moved) }
  },
})
