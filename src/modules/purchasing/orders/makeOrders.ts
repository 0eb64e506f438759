import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Findable, indexSearch } from '../../../core/search.ts'
import { lineAmount } from '../../../math/price/amount.ts'
import { goodsLines, type LineAsked } from '../../catalog/index.ts'
import { addDays, localDay, siteCalendars, workDayFrom } from '../../sites/index.ts'
import { priceAt, sourcesOf, UNKNOWN_LEAD_DAYS } from '../terms/readTerms.ts'

export interface OrderAsked {
  readonly siteId: string
  readonly partyId: string
  /** Left out: as the terms of each line say. */
  readonly dueOn?: string | undefined
  readonly reference?: string | undefined
  readonly lines: readonly (LineAsked & {
    /** Per base unit; left out: as agreed with the supplier for the quantity, else the item's planning cost. */
    readonly priceMicro?: number | undefined
    readonly dueOn?: string | undefined
    readonly why?: object | null
  })[]
}
/** A line as it is written; what is expected of it is written when it is placed. */
export interface MadeLine {
  readonly id: string
  readonly itemId: string
  readonly qty: number
  readonly dueOn: string
}
export interface MadeOrder {
  readonly id: string
  readonly number: string
  readonly siteId: string
  readonly partyId: string
  readonly today: string
  readonly lines: readonly MadeLine[]
}

/** Draft orders with their lines, numbers and search words, all at once. */
export const makeOrders = async (ctx: Ctx, asked: readonly OrderAsked[]): Promise<MadeOrder[]> => {
  const { sql, company, now } = ctx
  const calendars = await siteCalendars(
    ctx,
    asked.map((order) => order.siteId),
  )
  const suppliers = await suppliersOf(
    ctx,
    asked.map((order) => order.partyId),
  )
  const goods: Awaited<ReturnType<typeof goodsLines>>[] = []
  for (const order of asked) goods.push(await goodsLines(ctx, order.lines, 'order'))
  const sources = await sourcesOf(ctx, { itemIds: [...new Set(goods.flat().map((line) => line.itemId))] })
  const byKey = new Map(sources.map((source) => [`${source.partyId} ${source.itemId}`, source]))
  const numbers = new Map<string, string[]>()
  for (const [entityId, same] of Map.groupBy(asked, (order) => calendars.get(order.siteId)!.entityId))
    numbers.set(entityId, await ctx.numbers(entityId, 'purchase_order', same.length))
  const heads: object[] = []
  const lines: object[] = []
  const found: Findable[] = []
  const made = asked.map((order, n): MadeOrder => {
    const site = calendars.get(order.siteId)!
    const supplier = suppliers.get(order.partyId)!
    const today = localDay(site.zone, now)
    const id = ctx.id()
    const number = numbers.get(site.entityId)!.shift()!
    const rows = goods[n]!.map((line, at) => {
      const { priceMicro, dueOn = order.dueOn, why = null } = order.lines[at]!
      const source = byKey.get(`${order.partyId} ${line.itemId}`)
      const leadDays = source?.leadDays ?? supplier.leadDays ?? UNKNOWN_LEAD_DAYS
      const price = priceMicro ?? (source ? priceAt(source.prices, line.qty) : line.costMicro)
      return {
        companyId: company,
        id: ctx.id(),
        orderId: id,
        lineNo: at + 1,
        siteId: order.siteId,
        partyId: order.partyId,
        itemId: line.itemId,
        uom: line.uom,
        uomQty: line.uomQty,
        qty: line.qty,
        priceMicro: price,
        net: netOf(line, price, supplier.digits, at),
        dueOn: dueOn ?? workDayFrom(site, addDays(today, leadDays)),
        supplyId: null,
        why,
      }
    })
    lines.push(...rows)
    heads.push({
      companyId: company,
      id,
      number,
      entityId: site.entityId,
      siteId: order.siteId,
      partyId: order.partyId,
      state: 'draft',
      orderedOn: today,
      currency: supplier.currency,
      reference: order.reference ?? null,
      net: rows.reduce((sum, row) => sum + row.net, 0),
      lineCount: rows.length,
      recordedAt: now,
      placedOn: null,
      placedAt: null,
      cancelledAt: null,
      cancelReason: null,
      version: 1,
    })
    found.push(findableOf({ id, number, reference: order.reference ?? null, ...order, supplier: supplier.name }))
    return { id, number, siteId: order.siteId, partyId: order.partyId, today, lines: rows }
  })
  await sql`
    insert into purchase_order
    select * from json_populate_recordset(null::purchase_order, ${rowsJson(heads)}::text::json)`
  await sql`
    insert into purchase_line
    select * from json_populate_recordset(null::purchase_line, ${rowsJson(lines)}::text::json)`
  await indexSearch(ctx, found, { fresh: true })
  return made
}

/** More than an amount can hold is what was asked for wrongly, not a fault of ours. */
export const netOf = (
  line: { readonly qty: number; readonly sku: string },
  price: number,
  digits: number,
  at: number,
): number => {
  try {
    return lineAmount(line.qty, price, { num: 1, den: 1 }, digits)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = `${line.qty} of ${line.sku} come to more than can be counted: order fewer.`
    throw new Refusal('too_large', message, 422, [{ path: `lines.${at}.uomQty`, message }])
  }
}

interface Supplier {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly isSupplier: boolean
  readonly active: boolean
  readonly currency: string
  readonly digits: number
  readonly leadDays: number | null
}
const suppliersOf = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<Map<string, Supplier>> => {
  const rows = await sql<Supplier[]>`
    select party.id, party.code, party.name, party.is_supplier, party.active, party.currency, currency.digits, term.lead_days
      from party
      join currency on currency.code = party.currency
      left join supplier_term term on term.company_id = ${company} and term.party_id = party.id
     where party.company_id = ${company} and party.id = any (${[...new Set(ids)]})`
  const odd = rows.find((row) => !row.isSupplier || !row.active)
  if (odd)
    throw new Refusal(
      'not_a_supplier',
      odd.isSupplier ? `${odd.code} is no longer used.` : `${odd.code} is no supplier: mark it as one first.`,
      422,
      [{ path: 'partyId', message: 'a supplier that is in use is needed' }],
    )
  return new Map(rows.map((row) => [row.id, row]))
}

const findableOf = (order: {
  readonly id: string
  readonly number: string
  readonly siteId: string
  readonly partyId: string
  readonly reference: string | null
  readonly supplier: string
}): Findable => ({
  kind: 'purchase_order',
  id: order.id,
  ref: order.number,
  title: order.supplier,
  detail: order.reference,
  codes: [order.number, ...(order.reference === null ? [] : [order.reference])],
  text: order.supplier,
  siteId: order.siteId,
  partyId: order.partyId,
})
