import { batchCommand, type Call, done, type Outcome, refuse } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { permits } from '../../core/people/permissions.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Findable, indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { type PricedLine, type PriceRequest, priceLines, taxOfDocument } from '../pricing/index.ts'
import { localDay } from '../sites/index.ts'

export const OrderLineInput = t.object({
  itemId: t.id('item'),
  uom: t.code({ max: 3 }),
  uomQty: t.int({ min: 1, max: 1_000_000_000 }),
  /** A price by hand, in millionths of the currency's unit per uom; needs sales.override_price. */
  priceMicro: t.optional(t.priceMicro()),
})
const Input = t.object({
  partyId: t.id('party'),
  siteId: t.id('site'),
  shipToId: t.optional(t.id('address')),
  customerPo: t.optional(t.code({ max: 60 })),
  requestedOn: t.optional(t.date()),
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
  currency: t.currency(),
})

/** Draft orders, many at once: priced and taxed line by line with the explanation kept, all refusals of an order at once. */
export const createOrder = batchCommand({
  title: 'Enter a sales order',
  route: 'POST /sales/orders',
  permission: 'sales.order',
  admits: { partyId: 'party', siteId: 'site', shipToId: 'address', 'lines.itemId': 'item' },
  input: Input,
  output: OrderHead,
  emits: ['order.created'],
  lines: (input) => input.lines.length,
  guard: ({ partyId, customerPo }) => (customerPo ? [`po ${partyId} ${customerPo}`] : []),
  async run(calls, ctx) {
    const heads = await readHeads(ctx, calls)
    const requests: PriceRequest[] = []
    for (const call of calls) {
      const head = heads.get(call.no)!
      for (const line of call.input.lines)
        requests.push({
          no: requests.length,
          partyId: call.input.partyId,
          siteId: call.input.siteId,
          shipToCountry: head.shipToCountry,
          date: head.today,
          currency: head.currency,
          ...line,
        })
    }
    const priced = await priceLines(ctx, requests)
    const outcomes: Outcome<Static<typeof OrderHead>>[] = []
    const orders: object[] = []
    const lines: object[] = []
    const drafts: { call: Call<Input>; head: Head; lines: Extract<PricedLine, { ok: true }>[] }[] = []
    let from = 0
    for (const call of calls) {
      const own = priced.slice(from, from + call.input.lines.length)
      from += call.input.lines.length
      const no = refusalOf(call, heads.get(call.no)!, own)
      if (no) outcomes.push(refuse(call, no))
      else drafts.push({ call, head: heads.get(call.no)!, lines: own as Extract<PricedLine, { ok: true }>[] })
    }
    const search: Findable[] = []
    const numbers = await numbersFor(ctx, drafts.map((d) => d.head.entityId))
    for (const [at, { call, head, lines: own }] of drafts.entries()) {
      const id = ctx.id()
      const { partyId, siteId } = call.input
      const { net, tax, gross } = taxOfDocument(own)
      const number = numbers[at]!
      orders.push({
        companyId: ctx.company, id, number, entityId: head.entityId, siteId, partyId, shipToId: head.shipToId, channelId: head.channelId,
        customerPo: call.input.customerPo ?? null, source: call.input.source ?? 'desk', state: 'draft', currency: head.currency,
        orderedOn: head.today, requestedOn: call.input.requestedOn ?? head.today, recordedAt: ctx.now, confirmedAt: null, releasedAt: null,
        creditHeldAt: null, creditHoldReason: null, cancelledAt: null, cancelReason: null, net, tax, gross, creditOpen: 0,
        lineCount: own.length, custom: {}, version: 1,
      })
      for (const [index, line] of own.entries())
        lines.push({
          companyId: ctx.company, id: ctx.id(), orderId: id, lineNo: index + 1, siteId, partyId, kind: line.kind, itemId: line.itemId,
          description: line.description, uom: line.uom, uomQty: call.input.lines[index]!.uomQty, qty: line.qty, priceMicro: line.priceMicro, priceUom: line.priceUom,
          net: line.net, taxCode: line.taxCode, taxCategory: line.taxCategory, taxRatePpm: line.taxRatePpm, explain: line.explain, costMicro: line.costMicro,
        })
      search.push({ kind: 'sales_order', id, ref: number, title: head.partyName, detail: call.input.customerPo ?? null, codes: [number, ...(call.input.customerPo ? [call.input.customerPo] : [])], siteId, partyId })
      ctx.emit(call, 'order.created', { id, siteId, partyId })
      outcomes.push(done(call, { id, number, net, tax, gross, currency: head.currency }))
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

interface Head {
  readonly no: number
  readonly entityId: string
  readonly partyName: string
  readonly currency: string
  readonly channelId: string | null
  readonly isCustomer: boolean
  readonly active: boolean
  readonly zone: string
  readonly shipToId: string | null
  readonly shipToCountry: string | null
  readonly strangeShipTo: boolean
  readonly duplicate: string | null
  today: string
}

const readHeads = async ({ sql, company, now }: Ctx, calls: readonly Call<Input>[]): Promise<Map<number, Head>> => {
  const rows = await sql<Head[]>`
    select asked.no, site.entity_id, party.name as party_name, party.currency, party.channel_id, party.is_customer, party.active, site.zone,
           ship_to.id as ship_to_id, coalesce(ship_to.country, party.country) as ship_to_country,
           asked.ship_to is not null and ship_to.id is null as strange_ship_to,
           twin.number as duplicate, '' as today
      from unnest(${calls.map((c) => c.no)}::int[], ${calls.map((c) => c.input.partyId)}::uuid[], ${calls.map((c) => c.input.siteId)}::uuid[],
                  ${calls.map((c) => c.input.shipToId ?? null)}::uuid[], ${calls.map((c) => c.input.customerPo ?? null)}::text[])
           as asked (no, party_id, site_id, ship_to, po)
      join party on party.company_id = ${company} and party.id = asked.party_id
      join site on site.company_id = ${company} and site.id = asked.site_id
      left join lateral (
           select id, country
             from address
            where address.company_id = ${company} and address.party_id = asked.party_id and active and kind <> 'bill_to'
              and (asked.ship_to is null or address.id = asked.ship_to)
            order by id
            limit 1) ship_to on true
      left join sales_order twin on twin.company_id = ${company} and twin.party_id = asked.party_id and twin.customer_po = asked.po and twin.state <> 'cancelled'`
  for (const row of rows) row.today = localDay(row.zone, now)
  return new Map(rows.map((row) => [row.no, row]))
}

const refusalOf = (call: Call<Input>, head: Head, lines: readonly PricedLine[]): Refusal | null => {
  if (!head.isCustomer || !head.active) return new Refusal('not_a_customer', `${head.partyName} is not an active customer.`, 422)
  if (head.strangeShipTo) return new Refusal('strange_ship_to', `This delivery address does not belong to ${head.partyName}.`, 422)
  if (head.duplicate)
    return new Refusal('duplicate_po', `${head.partyName} has already sent ${call.input.customerPo}: it is order ${head.duplicate}. Change that order, or cancel it first.`)
  if (call.input.lines.some((line) => line.priceMicro !== undefined) && !permits(call.actor.permissions, 'sales.override_price'))
    return new Refusal('price_not_permitted', 'You may not set prices by hand; leave the price out.', 403)
  const errors = lines.flatMap((line, at) => (line.ok ? [] : [{ path: `lines.${at}`, message: line.detail }]))
  if (errors.length === 0) return null
  return new Refusal('line_errors', `${errors.length} of ${lines.length} lines cannot be taken: ${errors[0]!.message}`, 422, errors.slice(0, 100))
}

/** One number per order, in the order given; each entity has its own series. */
const numbersFor = async (ctx: Ctx, entityIds: readonly string[]): Promise<string[]> => {
  const pools = new Map<string, string[]>()
  for (const entityId of new Set(entityIds)) pools.set(entityId, await ctx.numbers(entityId, 'order', entityIds.filter((e) => e === entityId).length))
  return entityIds.map((entityId) => pools.get(entityId)!.shift()!)
}
