import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { allocateLines, promiseArrivals, tellReplanned } from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { placeOfKind, postMoves } from '../../stock/index.ts'
import { arrivingLot, lotFacts, lotsFor } from './lots.ts'

const Line = t.object({
  itemId: t.id('item'),
  /** The expected receipt it belongs to; left out for goods that nobody announced. */
  supplyId: t.optional(t.id('supply')),
  qty: t.qty({ min: 1 }),
  lotCode: t.optional(t.code()),
  expiresOn: t.optional(t.date()),
  madeOn: t.optional(t.date()),
  status: t.optional(t.oneOf(['available', 'quarantine', 'damaged'])),
  /** Left out: the item's home bin, else the dock; the quarantine for what is not available. */
  locationId: t.optional(t.id('location')),
  weightG: t.optional(t.int({ min: 0 })),
})

/** What may come more than was ordered, in millionths, when the company has not said otherwise. */
const OVER_RECEIPT_PPM = 50_000

export const receive = command({
  title: 'Receive goods',
  route: 'POST /warehouse/receipts',
  permission: 'warehouse.receive',
  admits: {
    siteId: 'site',
    partyId: 'party',
    'lines.supplyId': 'supply',
    'lines.itemId': 'item',
    'lines.locationId': 'location',
  },
  emits: ['receipt.posted'],
  input: t.object({
    siteId: t.id('site'),
    partyId: t.optional(t.id('party')),
    /** Delivery note, ASN or purchase order. */
    reference: t.optional(t.text({ max: 60 })),
    lines: t.list(Line, { min: 1, max: 2000 }),
  }),
  output: t.object({
    id: t.id('receipt'),
    number: t.text(),
    qty: t.qty(),
    /** Orders that waited for these goods and were allocated some of them. */
    filled: t.list(t.object({ orderId: t.id('sales_order'), lineId: t.id('demand_line'), qty: t.qty() }), {
      max: 10_000,
    }),
  }),
  lines: ({ lines }) => lines.length,
  async run({ siteId, partyId, reference, lines }, ctx, call) {
    const { sql, company, now } = ctx
    const calendar = (await siteCalendars(ctx, [siteId])).get(siteId)!
    const today = localDay(calendar.zone, now)
    const given = lines.map((line) => ({ ...line, status: line.status ?? 'available' }))
    const lots = await lotsFor(ctx, given, today)
    const facts = await lotFacts(ctx, lots)
    const places = await placesFor(ctx, siteId, given)
    const [[suppliers], [number]] = await Promise.all([
      sql<{ id: string }[]>`
        select id
          from location
         where company_id = ${company} and site_id = ${siteId} and kind = 'supplier' and active
         order by code
         limit 1`,
      ctx.numbers(calendar.entityId, 'receipt', 1),
    ])
    if (!suppliers)
      throw new Refusal(
        'no_supplier_location',
        'This site has no active location of kind supplier to receive from; make one first.',
      )
    const id = ctx.id()
    const rows = given.map((line, index) => ({
      companyId: company,
      id: ctx.id(),
      receiptId: id,
      lineNo: index + 1,
      itemId: line.itemId,
      lotId: lots[index]!,
      supplyId: line.supplyId ?? null,
      qty: line.qty,
      status: line.status,
      locationId: places[index]!,
    }))
    const waiting = await promiseArrivals(
      ctx,
      given.map((line, index) => ({
        siteId,
        itemId: line.itemId,
        available: line.status === 'available' && !facts.get(lots[index]!)?.held ? line.qty : 0,
        lot: arrivingLot(facts.get(lots[index]!)),
        supply: line.supplyId === undefined ? null : { id: line.supplyId, received: line.qty },
      })),
    )
    await refuseOverReceipt(ctx, siteId, given)
    await sql`
      with head as (
        insert into receipt
        select * from json_populate_recordset(null::receipt, ${rowsJson([{ companyId: company, id, number, siteId, partyId: partyId ?? null, reference: reference ?? '', recordedAt: now }])}::text::json)
      )
      insert into receipt_line
      select * from json_populate_recordset(null::receipt_line, ${rowsJson(rows)}::text::json)`
    await postMoves(
      ctx,
      rows.map((row, index) => ({
        itemId: row.itemId,
        lotId: row.lotId,
        fromLocationId: suppliers.id,
        fromStatus: row.status,
        toLocationId: row.locationId,
        toStatus: row.status,
        qty: row.qty,
        weightG: given[index]!.weightG ?? 0,
        causeKind: 'receipt',
        causeId: id,
        causeLineId: row.id,
        actorId: call.actor.id,
        device: call.device,
      })),
    )
    const filled = await allocateLines(
      ctx,
      waiting.filter((line) => line.released).map((line) => line.lineId),
    )
    tellReplanned(ctx, call, waiting)
    ctx.emit(call, 'receipt.posted', { id, siteId })
    return {
      id,
      number: number!,
      qty: rows.reduce((sum, row) => sum + row.qty, 0),
      filled: filled
        .filter((line) => line.allocated > 0)
        .map((line) => ({ orderId: line.orderId, lineId: line.id, qty: line.allocated })),
    }
  },
})

/** Read after the supplies were raised, in their lock: what two docks receive at once is counted together. */
const refuseOverReceipt = async (
  { sql, company }: Ctx,
  siteId: string,
  lines: readonly { supplyId?: string; itemId: string }[],
): Promise<void> => {
  const announced = lines.filter((line) => line.supplyId !== undefined)
  if (announced.length === 0) return
  const rows = await sql<
    {
      id: string
      siteId: string
      itemId: string
      reference: string
      expected: number
      received: number
      tolerancePpm: number
    }[]
  >`
    select supply.id, supply.site_id, supply.item_id, supply.reference, supply.expected, supply.received,
           coalesce((company.settings ->> 'overReceiptPpm')::int, ${OVER_RECEIPT_PPM}) as tolerance_ppm
      from supply
      join company on company.company_id = supply.company_id
     where supply.company_id = ${company} and supply.id = any (${announced.map((line) => line.supplyId!)})`
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const line of announced) {
    const supply = byId.get(line.supplyId!)
    if (!supply) throw notFound('supply')
    if (supply.siteId !== siteId || supply.itemId !== line.itemId)
      throw new Refusal('wrong_supply', `${supply.reference} expects another item or another site.`, 422)
    if (supply.received > supply.expected + Math.floor((supply.expected * supply.tolerancePpm) / 1_000_000))
      throw new Refusal(
        'over_receipt',
        `${supply.reference} expects ${supply.expected}; ${supply.received} would be received in all, more than the tolerance allows.`,
      )
  }
}

const receivingKinds: ReadonlySet<string> = new Set(['storage', 'pick', 'dock', 'quarantine'])

/** Where each line goes when nobody said: good stock to its home bin, the rest to the quarantine; else the dock. */
const placesFor = async (
  ctx: Ctx,
  siteId: string,
  lines: readonly { itemId: string; status: string; locationId?: string }[],
): Promise<string[]> => {
  const { sql, company } = ctx
  const [docks, quarantines, homes, given] = await Promise.all([
    placeOfKind(ctx, [siteId], 'dock'),
    placeOfKind(ctx, [siteId], 'quarantine'),
    sql<{ itemId: string; id: string }[]>`
      select rule.item_id, place.id
        from item_site rule
        join location place on place.company_id = ${company} and place.id = rule.home_location_id and place.kind in ('storage', 'pick', 'dock') and place.active
       where rule.company_id = ${company} and rule.site_id = ${siteId} and rule.item_id = any (${lines.map((line) => line.itemId)})`,
    sql<{ id: string; siteId: string; kind: string }[]>`
      select id, site_id, kind
        from location
       where company_id = ${company} and id = any (${lines.flatMap((line) => line.locationId ?? [])})`,
  ])
  const homeOf = new Map(homes.map((row) => [row.itemId, row.id]))
  const kinds = new Map(given.map((place) => [place.id, place.siteId === siteId ? place.kind : 'foreign']))
  for (const line of lines) {
    const kind = line.locationId === undefined ? 'dock' : kinds.get(line.locationId)!
    if (receivingKinds.has(kind) && (kind !== 'quarantine' || line.status !== 'available')) continue
    throw new Refusal(
      'wrong_location',
      kind === 'quarantine'
        ? 'Nobody picks from the quarantine: receive good stock into a storage, pick or dock location, or receive it as quarantine.'
        : 'Goods are received into a storage, pick or dock location of the site itself, or into its quarantine. What stands on a stage is on its way out: nobody could pick it.',
      422,
    )
  }
  return lines.map((line) => {
    const place =
      line.locationId ??
      (line.status === 'available' ? homeOf.get(line.itemId) : quarantines.get(siteId)) ??
      docks.get(siteId)
    if (!place)
      throw new Refusal(
        'no_dock',
        'This site has no active dock location to receive into; make one or name a location.',
      )
    return place
  })
}
