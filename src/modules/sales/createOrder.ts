import { batchCommand, type Call, done, type Outcome, refuse } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { type Findable, indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { type PricedLine, taxOfDocument } from '../pricing/index.ts'
import { lineTerms, orderTerms, refuseTerms, sourceTerms } from './change/terms.ts'
import { findableOf, type Head, readHeads, refusalOf, rowsOf } from './heads.ts'
import { priceNoDearer } from './instead/priceNoDearer.ts'
import { Superseded, takeLines } from './instead/takeLines.ts'
import { refuseSources } from './sources/refuseSources.ts'

export const OrderLineInput = t.object({
  itemId: t.id('item'),
  uom: t.code({ max: 3 }),
  uomQty: t.int({ min: 1, max: 1_000_000_000 }),
  /** A price by hand, in millionths of the currency's unit per uom; needs sales.override_price. */
  priceMicro: t.optional(t.priceMicro()),
  /** Of a price by hand: per another unit than the one ordered, such as KGM of goods sold by weight. */
  priceUom: t.optional(t.code({ max: 3 })),
  /** This item and no other, though it is superseded. */
  keepItem: t.optional(t.bool()),
  /** What the customer ordered, which this line stands for. */
  insteadOf: t.optional(
    t.object({
      itemId: t.id('item'),
      /** Who of them agreed: for a customer who wants to be asked. */
      agreedBy: t.optional(t.nullable(t.text({ min: 2, max: 200 }))),
      /** Why it may be dearer than what was ordered. Left out: it never is. */
      dearer: t.optional(t.nullable(t.text({ min: 3, max: 200 }))),
    }),
  ),
  ...lineTerms,
})
const Input = t.object({
  partyId: t.id('party'),
  siteId: t.id('site'),
  shipToId: t.optional(t.id('address')),
  customerPo: t.optional(t.code({ max: 60 })),
  requestedOn: t.optional(t.date()),
  ...orderTerms,
  ...sourceTerms,
  /** Whose goods it is for: ours, or those that the customer stores with us, which cost nothing. Left out: ours. */
  goods: t.optional(t.oneOf(['ours', 'theirs'])),
  source: t.optional(t.oneOf(['desk', 'rep', 'portal', 'edi', 'api', 'import'])),
  lines: t.list(OrderLineInput, { min: 1, max: 10_000 }),
})
type Input = Static<typeof Input>
export const OrderHead = t.object({
  id: t.id('sales_order'),
  number: t.text(),
  net: t.amount(),
  tax: t.amount(),
  gross: t.amount(),
  /** Some of it is priced by weight and not weighed yet: by nominal weight. */
  estimated: t.bool(),
  currency: t.currency(),
  /** Lines of superseded items, as far as old stock does not cover them. */
  superseded: t.list(Superseded, { max: 10_000 }),
})

/** Draft orders, many at once: priced and taxed line by line with the explanation kept, all refusals of an order at once. */
export const createOrder = batchCommand({
  title: 'Enter a sales order',
  route: 'POST /sales/orders',
  permission: 'sales.order',
  admits: {
    partyId: 'party',
    siteId: 'site',
    shipToId: 'address',
    sourceSiteIds: 'site',
    'lines.itemId': 'item',
    'lines.insteadOf.itemId': 'item',
  },
  input: Input,
  output: OrderHead,
  emits: ['order.created'],
  lines: (input) => input.lines.length,
  guard: ({ partyId, customerPo }) => (customerPo ? [`po ${partyId} ${customerPo}`] : []),
  async run(calls, ctx) {
    const heads = await readHeads(
      ctx,
      calls.map(({ no, input }) => ({ no, ...input })),
    )
    const taken = await takeLines(
      ctx,
      calls.map(({ no, input }) => ({
        no,
        ...input,
        head: heads.get(no)!,
        theirs: input.goods === 'theirs',
      })),
    )
    const requests: Parameters<typeof priceNoDearer>[1][number][] = []
    for (const call of calls) {
      const head = heads.get(call.no)!
      for (const line of taken.get(call.no)!.lines)
        requests.push({
          no: requests.length,
          partyId: call.input.partyId,
          siteId: call.input.siteId,
          shipToCountry: head.shipToCountry,
          date: head.today,
          currency: head.currency,
          ...line,
          ...(call.input.goods === 'theirs' && { priceMicro: 0 }),
        })
    }
    const [priced, strange] = await Promise.all([
      priceNoDearer(ctx, requests),
      refuseSources(
        ctx,
        calls.map(({ no, input }) => ({ no, ...input })),
      ),
    ])
    const outcomes: Outcome<Static<typeof OrderHead>>[] = []
    const orders: object[] = []
    const lines: object[] = []
    const drafts: { call: Call<Input>; head: Head; lines: Extract<PricedLine, { ok: true }>[] }[] = []
    let from = 0
    for (const call of calls) {
      const { lines: asked, refusal } = taken.get(call.no)!
      const own = priced.slice(from, from + asked.length)
      from += asked.length
      const head = heads.get(call.no)!
      const no =
        refusalOf(call.actor, call.input, head, own, asked) ??
        refuseTerms(call.actor, call.input, head.today) ??
        strange.get(call.no) ??
        refusal
      if (no) outcomes.push(refuse(call, no))
      else drafts.push({ call, head, lines: own as Extract<PricedLine, { ok: true }>[] })
    }
    const search: Findable[] = []
    const numbers = await numbersFor(
      ctx,
      drafts.map((d) => d.head.entityId),
    )
    for (const [at, { call, head, lines: own }] of drafts.entries()) {
      const id = ctx.id()
      const { partyId, siteId } = call.input
      const { net, tax, gross } = taxOfDocument(own)
      const number = numbers[at]!
      orders.push({
        companyId: ctx.company,
        id,
        number,
        entityId: head.entityId,
        siteId,
        partyId,
        shipToId: head.shipToId,
        channelId: head.channelId,
        customerPo: call.input.customerPo ?? null,
        source: call.input.source ?? 'desk',
        state: 'draft',
        currency: head.currency,
        orderedOn: head.today,
        requestedOn: call.input.requestedOn ?? head.today,
        recordedAt: ctx.now,
        confirmedAt: null,
        releasedAt: null,
        goodsOwnerId: call.input.goods === 'theirs' ? partyId : null,
        creditHeldAt: null,
        creditHoldReason: null,
        cancelledAt: null,
        cancelReason: null,
        net,
        tax,
        gross,
        creditOpen: 0,
        lineCount: own.length,
        custom: {},
        version: 1,
        priority: call.input.priority ?? null,
        partialPolicy: call.input.partialPolicy ?? null,
        cancelBy: call.input.cancelBy ?? null,
        maxSplits: call.input.maxSplits ?? null,
        sourceSites: call.input.sourceSiteIds ?? null,
      })
      lines.push(...rowsOf(ctx, { id, siteId, partyId }, taken.get(call.no)!.lines, own))
      search.push(findableOf({ id, number, siteId, partyId }, head.partyName, call.input.customerPo ?? null))
      ctx.emit(call, 'order.created', { id, siteId, partyId })
      const estimated = own.some((line) => line.nominalWeightG !== null)
      const superseded = [...taken.get(call.no)!.superseded]
      outcomes.push(done(call, { id, number, net, tax, gross, estimated, currency: head.currency, superseded }))
    }
    if (orders.length > 0)
      await Promise.all([
        ctx.sql`
          insert into sales_order
          select * from json_populate_recordset(null::sales_order, ${rowsJson(orders)}::text::json)`,
        ctx.sql`
          insert into sales_order_line
          select * from json_populate_recordset(null::sales_order_line, ${rowsJson(lines)}::text::json)`,
        indexSearch(ctx, search, { fresh: true }),
      ])
    return outcomes
  },
})

/** One number per order, in the order given; each entity has its own series. */
const numbersFor = async (ctx: Ctx, entityIds: readonly string[]): Promise<string[]> => {
  const pools = new Map<string, string[]>()
  for (const entityId of new Set(entityIds))
    pools.set(entityId, await ctx.numbers(entityId, 'order', entityIds.filter((e) => e === entityId).length))
  return entityIds.map((entityId) => pools.get(entityId)!.shift()!)
}
