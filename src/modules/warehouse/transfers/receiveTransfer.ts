import { type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import {
  allocateLines,
  type LockedTransfer,
  lockTransfer,
  replan,
  tellReplanned,
  writeComing,
} from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { ownersByIds, placeOfKind, postMoves } from '../../stock/index.ts'
import { arrivingLot, lotFacts } from '../receive/lots.ts'
import { placesFor } from '../receive/receiving.ts'
import { refuseOtherEnd } from './ends.ts'
import { changeRoad, drawOn, type RoadLine, roadOf } from './roadLines.ts'
import { piecesFor } from './roadPieces.ts'
import { offPlates, platesFor } from './roadPlates.ts'

const Line = t.object({
  transitId: t.id('transit_line'),
  qty: t.qty({ min: 1 }),
  /** Left out: as it was sent. */
  status: t.optional(t.oneOf(['available', 'quarantine', 'damaged'])),
  /** Left out: the item's home bin, else the dock; the quarantine for what is not available. */
  locationId: t.optional(t.id('location')),
  /** Of items tracked by serial number, when not all pieces are meant. */
  serials: t.optional(t.list(t.code(), { max: 10_000 })),
  /** Of goods that are weighed; left out: their share of what is on the road. */
  weightG: t.optional(t.int({ min: 1 })),
})
const Received = t.object({
  id: t.id('receipt'),
  number: t.text(),
  qty: t.qty(),
  /** Still on the road after this. */
  inTransit: t.qty(),
  /** Orders that waited for these goods and were allocated some of them. */
  filled: t.list(t.object({ orderId: t.text(), lineId: t.id('demand_line'), qty: t.qty() }), { max: 10_000 }),
})

/**
 * The truck is there: what is said to have come goes from the road to the dock or bin, like any receipt; whoever was
 * promised from it is allocated it. What has not come stays on the road, until it does or is given up.
 */
export const receiveTransfer = command({
  title: 'Receive a transfer',
  route: 'POST /warehouse/transfers/:transferId/receive',
  permission: 'warehouse.receive',
  admits: { transferId: 'transfer_order', 'lines.transitId': 'transit_line', 'lines.locationId': 'location' },
  emits: ['transfer.received', 'receipt.posted'],
  input: t.object({
    transferId: t.id('transfer_order'),
    /** Left out: all that is on the road, as it was sent. */
    lines: t.optional(t.list(Line, { min: 1, max: 2_000 })),
  }),
  output: Received,
  lines: ({ lines }) => lines?.length ?? 10,
  async run({ transferId, lines }, ctx, call) {
    const transfer = await lockTransfer(ctx, transferId)
    refuseOtherEnd(call.actor, transfer.toSiteId, 'goes')
    const road = await roadOf(ctx, transferId)
    const open = road.filter((row) => row.onRoad > 0)
    if (open.length === 0)
      throw new Refusal('nothing_in_transit', `Nothing of transfer ${transfer.number} is on the road.`)
    const all = open.map((row) => ({ transitId: row.id, qty: row.onRoad }))
    const came = drawOn(road, lines ?? all, 'onRoad')
    const out = await bookIn(ctx, call, transfer, { road, lines: came, from: 'onRoad' })
    ctx.emit(call, 'transfer.received', { id: transferId, siteId: transfer.toSiteId, otherSiteId: transfer.fromSiteId })
    const onRoad = open.reduce((sum, row) => sum + row.onRoad, 0)
    return { ...out, inTransit: onRoad - out.qty }
  },
})

interface Coming {
  readonly qty: number
  readonly status?: string
  readonly locationId?: string
  readonly serials?: readonly string[]
  readonly weightG?: number
  readonly road: RoadLine
}

/**
 * Into the site's stock: from the road, or from what was given up as lost and is there after all. Lines and positions of
 * the site first, then its pools and bins. Lots on hold and other owners' goods are promised to nobody.
 */
export const bookIn = async (
  ctx: Ctx,
  call: Call<unknown>,
  { id: transferId, number: transfer, toSiteId: siteId }: LockedTransfer,
  { road, lines, from }: { road: readonly RoadLine[]; lines: readonly Coming[]; from: 'onRoad' | 'lost' },
) => {
  const { sql, company, now } = ctx
  const calendar = (await siteCalendars(ctx, [siteId])).get(siteId)!
  const given = lines.map((line) => ({ ...line, ...line.road, status: line.status ?? line.road.status }))
  await refuseExpired(ctx, given, localDay(calendar.zone, now))
  const pieces = await piecesFor(ctx, lines, from)
  const plates = from === 'onRoad' ? await platesFor(ctx, siteId, road, lines, { whole: true }) : offPlates(lines)
  const [lots, owners, places, sources, [number]] = await Promise.all([
    lotFacts(
      ctx,
      given.map((line) => line.lotId),
    ),
    ownersByIds(
      ctx,
      given.map((line) => line.ownerId),
    ),
    placesFor(
      ctx,
      siteId,
      given.map((line, index) => {
        const locationId = plates.fates[index]!.locationId ?? line.locationId
        return { ...line, ...(locationId !== undefined && { locationId }) }
      }),
    ),
    placeOfKind(ctx, [siteId], from === 'onRoad' ? 'transit' : 'adjust'),
    ctx.numbers(calendar.entityId, 'receipt', 1),
  ])
  const source = sources.get(siteId)
  if (!source)
    throw new Refusal('no_transit', 'This site has no active location for goods on the road; make one first.')
  const id = ctx.id()
  const rows = given.map((line, index) => ({
    companyId: company,
    id: ctx.id(),
    receiptId: id,
    lineNo: index + 1,
    itemId: line.itemId,
    lotId: line.lotId,
    supplyId: null,
    transitLineId: line.road.id,
    qty: line.qty,
    status: line.status,
    locationId: places[index]!,
  }))
  await changeRoad(
    ctx,
    given.map((line) => ({
      id: line.road.id,
      received: line.qty,
      lost: from === 'lost' ? -line.qty : 0,
    })),
  )
  const arrived = new Map<string, number>()
  for (const line of given) arrived.set(line.lineId, (arrived.get(line.lineId) ?? 0) + line.qty)
  const moved = await replan(ctx, {
    siteItems: given.map(({ itemId }) => ({ siteId, itemId })),
    cause: { kind: 'receipt', id, ref: number! },
    coming: given.map((line) => ({
      siteId,
      itemId: line.itemId,
      available:
        line.status === 'available' && !lots.get(line.lotId)?.held && owners.get(line.ownerId) !== 'customer'
          ? line.qty
          : 0,
      lot: arrivingLot(lots.get(line.lotId), line.ownerId),
    })),
    change: async () => (await writeComing(ctx, transferId, arrived)).changes,
  })
  const head = { companyId: company, id, number, siteId, partyId: null, reference: transfer, recordedAt: now }
  const link = { fromKind: 'transfer_order', fromId: transferId, toKind: 'receipt', toId: id, kind: 'received_in' }
  await sql`
    with head as (
      insert into receipt
      select * from json_populate_recordset(null::receipt, ${rowsJson([head])}::text::json)
    ), linked as (
      insert into document_link
      select * from json_populate_recordset(null::document_link, ${rowsJson([{ companyId: company, ...link, recordedAt: now }])}::text::json)
    )
    insert into receipt_line
    select * from json_populate_recordset(null::receipt_line, ${rowsJson(rows)}::text::json)`
  await postMoves(
    ctx,
    given.map((line, index) => ({
      itemId: line.itemId,
      lotId: line.lotId,
      // What was given up came off its plate.
      lpnId: from === 'onRoad' ? line.lpnId : NIL,
      toLpnId: plates.fates[index]!.toLpnId,
      ownerId: line.ownerId,
      ...(pieces[index] && { serials: pieces[index] }),
      fromLocationId: source,
      fromStatus: line.road.status,
      toLocationId: places[index]!,
      toStatus: line.status,
      qty: line.qty,
      ...(line.weightG !== undefined && { weightG: line.weightG }),
      causeKind: 'receipt',
      causeId: id,
      causeLineId: rows[index]!.id,
      reason: from === 'lost' ? 'found' : null,
      actorId: call.actor.id,
      device: call.device,
    })),
  )
  await plates.settle()
  const filled = await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  tellReplanned(ctx, call, moved)
  ctx.emit(call, 'receipt.posted', { id, siteId })
  return {
    id,
    number: number!,
    qty: rows.reduce((sum, row) => sum + row.qty, 0),
    filled: filled
      .filter((line) => line.allocated > 0)
      .map((line) => ({ orderId: line.orderId, lineId: line.id, qty: line.allocated })),
  }
}

/** A lot whose day passed on the road is not good stock: it is received as quarantine. */
const refuseExpired = async (
  { sql, company }: Ctx,
  lines: readonly { status: string; lotId: string; sku: string }[],
  today: string,
): Promise<void> => {
  const lots = lines.filter((line) => line.status === 'available' && line.lotId !== NIL)
  if (lots.length === 0) return
  const [old] = await sql<{ id: string; code: string; expiresOn: string }[]>`
    select id, code, expires_on
      from lot
     where company_id = ${company} and id = any (${lots.map((line) => line.lotId)}) and expires_on <= ${today}
     order by code
     limit 1`
  if (old)
    throw new Refusal(
      'expired',
      `Lot ${old.code} of ${lots.find((line) => line.lotId === old.id)!.sku} expired on ${old.expiresOn}; receive it as quarantine.`,
    )
}
