import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import {
  allocateLines,
  allocateOwnWaiting,
  MovedLines,
  namedMoves,
  ownWaiting,
  promiseRules,
  replan,
  tellReplanned,
} from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { checkReason, demandSerials, ownersByIds, placeOfKind, postMoves, serialsArriving } from '../../stock/index.ts'
import { type ArrivingPlate, arrivingPlates, PlateInput } from '../plates/arrivingPlates.ts'
import { refuseWeights } from '../weights.ts'
import { crossDock, crossDockDoor } from './crossDock.ts'
import { arrivingLot, lotFacts, lotsFor } from './lots.ts'
import { ReceiptLine } from './receiptLine.ts'
import { placesFor, refuseOverReceipt } from './receiving.ts'

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
    'lines.ownerId': 'party',
    'plates.locationId': 'location',
  },
  emits: ['receipt.posted'],
  input: t.object({
    siteId: t.id('site'),
    partyId: t.optional(t.id('party')),
    /** Delivery note, ASN or purchase order. */
    reference: t.optional(t.text({ max: 60 })),
    /** Left out: from a supplier. From a customer: goods that come back, with the reason why. */
    from: t.optional(t.oneOf(['supplier', 'customer'])),
    reason: t.optional(t.code({ max: 40 })),
    /** When they came, for paper that comes later. */
    effectiveAt: t.optional(t.moment()),
    /** False: all is put away, though somebody waits for it and the site's rule would send it to the stage. */
    direct: t.optional(t.bool()),
    plates: t.optional(t.list(PlateInput, { max: 500 })),
    lines: t.list(ReceiptLine, { min: 1, max: 2000 }),
  }),
  output: t.object({
    id: t.id('receipt'),
    number: t.text(),
    qty: t.qty(),
    plates: t.list(t.object({ ref: t.text(), id: t.id('lpn'), sscc: t.text() }), { max: 500 }),
    /** Orders that waited for these goods and were allocated some of them. */
    filled: t.list(t.object({ orderId: t.id('sales_order'), lineId: t.id('demand_line'), qty: t.qty() }), {
      max: 10_000,
    }),
    /** Of these, what went straight to the stage: it can be packed now. */
    crossDocked: t.list(t.object({ orderId: t.text(), lineId: t.id('demand_line'), qty: t.qty() }), { max: 10_000 }),
    affected: MovedLines,
  }),
  lines: ({ lines }) => lines.reduce((sum, line) => sum + 1 + (line.serials?.length ?? 0), 0),
  async run(
    { siteId, partyId, reference, from = 'supplier', reason, effectiveAt, direct, plates = [], lines },
    ctx,
    call,
  ) {
    const { sql, company, now } = ctx
    const calendar = (await siteCalendars(ctx, [siteId])).get(siteId)!
    const today = localDay(calendar.zone, now)
    // A list of no numbers is one left out.
    const given = lines.map(({ serials = [], ...line }) => ({
      ...line,
      ...(serials.length > 0 && { serials }),
      status: line.status ?? 'available',
    }))
    const weighed = await refuseWeights(ctx, lines)
    const lots = await lotsFor(ctx, given, today)
    const facts = await lotFacts(ctx, lots)
    const path = (at: number) => `lines.${at}.serials`
    await demandSerials(ctx, given, path)
    const named = given.map(({ itemId, serials }, at) => ({ itemId, codes: serials ?? [], path: path(at) }))
    const pieces = await serialsArriving(ctx, named, from)
    const owners = await ownersByIds(
      ctx,
      given.map((line) => line.ownerId ?? NIL),
    )
    if (from === 'customer') {
      if (reason === undefined)
        throw new Refusal('reason_needed', 'Say why the goods come back: a reason code of kind return.', 422)
      await checkReason(ctx, 'return', reason)
    }
    const [outside, [number]] = await Promise.all([
      placeOfKind(ctx, [siteId], from),
      ctx.numbers(calendar.entityId, 'receipt', 1),
    ])
    const outsideId = outside.get(siteId)
    if (outsideId === undefined)
      throw new Refusal(
        `no_${from}_location`,
        `This site has no active location of kind ${from} to receive from; make one first.`,
      )
    const id = ctx.id()
    // Plates are locked before demand and stock, as pickers lock them.
    const standing = await arrivingPlates(ctx, { siteId, entityId: calendar.entityId, plates, lines: given })
    const free = (at: number): boolean => given[at]!.status === 'available' && !facts.get(lots[at]!)?.held
    const isTheirs = (at: number): boolean => owners.get(given[at]!.ownerId ?? NIL) === 'customer'
    const theirs = await ownWaiting(
      ctx,
      given.flatMap(({ itemId, ownerId }, at) =>
        free(at) && isTheirs(at) ? [{ siteId, itemId, ownerId: ownerId! }] : [],
      ),
    )
    const moved = await replan(ctx, {
      siteItems: given.map(({ itemId }) => ({ siteId, itemId })),
      cause: { kind: 'receipt', id, ref: number! },
      coming: given.map((line, index) => ({
        siteId,
        itemId: line.itemId,
        available: free(index) && !isTheirs(index) ? line.qty : 0,
        lot: arrivingLot(facts.get(lots[index]!), line.ownerId),
      })),
      supplies: given.flatMap(({ supplyId, qty, closes }) =>
        supplyId === undefined ? [] : [{ id: supplyId, received: qty, ...(closes ? { closes } : {}) }],
      ),
    })
    await refuseOverReceipt(ctx, siteId, given)
    const plateOf = (ref: string | undefined): ArrivingPlate | undefined =>
      ref === undefined ? undefined : standing.get(ref)
    const places = await placesFor(
      ctx,
      siteId,
      given.map((line) => {
        const locationId = plateOf(line.plate)?.locationId ?? line.locationId
        return { ...line, ...(locationId !== undefined && { locationId }) }
      }),
    )
    const arrived = given.map((line, index) => ({
      itemId: line.itemId,
      lotId: lots[index]!,
      supplyId: line.supplyId ?? null,
      qty: line.qty,
      homeId: places[index]!,
      loose:
        line.status === 'available' &&
        line.locationId === undefined &&
        line.plate === undefined &&
        line.serials === undefined &&
        line.ownerId === undefined &&
        !weighed.has(line.itemId) &&
        !facts.get(lots[index]!)?.held,
    }))
    const { crossDock: rule } = (await promiseRules(ctx, [siteId])).get(siteId)!
    const door = await crossDockDoor(ctx, siteId, direct === false ? 'none' : rule, arrived, moved)
    const rows = given.map((line, index) => ({
      companyId: company,
      id: ctx.id(),
      receiptId: id,
      lineNo: index + 1,
      itemId: line.itemId,
      lotId: lots[index]!,
      supplyId: line.supplyId ?? null,
      qty: line.qty,
      weightG: line.weightG ?? null,
      status: line.status,
      locationId: door?.stops[index] ? door.dockId : places[index]!,
    }))
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
        lpnId: plateOf(given[index]!.plate)?.id ?? NIL,
        ownerId: given[index]!.ownerId ?? NIL,
        ...(given[index]!.serials && { serials: pieces[index]! }),
        fromLocationId: outsideId,
        fromStatus: row.status,
        toLocationId: row.locationId,
        toStatus: row.status,
        qty: row.qty,
        ...(weighed.has(row.itemId) && { weightG: row.weightG! }),
        causeKind: 'receipt',
        causeId: id,
        causeLineId: row.id,
        reason: reason ?? given[index]!.weightReason ?? null,
        actorId: call.actor.id,
        device: call.device,
        effectiveAt,
      })),
    )
    const filled = await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    filled.push(...(await allocateOwnWaiting(ctx, theirs)))
    const crossDocked =
      door === null
        ? []
        : await crossDock(
            ctx,
            door,
            {
              id,
              siteId,
              entityId: calendar.entityId,
              actorId: call.actor.id,
              device: call.device,
              effectiveAt,
            },
            arrived,
          )
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'receipt.posted', { id, siteId })
    return {
      id,
      number: number!,
      qty: rows.reduce((sum, row) => sum + row.qty, 0),
      plates: [...standing].map(([ref, plate]) => ({ ref, id: plate.id, sscc: plate.sscc })),
      filled: filled
        .filter((line) => line.allocated > 0)
        .map((line) => ({ orderId: line.orderId, lineId: line.id, qty: line.allocated })),
      crossDocked,
      affected: await namedMoves(ctx, moved),
    }
  },
})
