import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { lockPlates, type NewMove, ownersByIds, placePlates, type SerialRef } from '../../stock/index.ts'

/** A line of a shipment that leaves, with where its goods stand. */
export interface LeavingLine {
  readonly id: string
  readonly shipmentId: string
  readonly allocationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly qty: number
  /** As weighed, of goods sold by weight. */
  readonly weightG: number | null
  readonly stageId: string
}
/** Where the truck takes it: to a customer, or onto the road to another site of ours. */
export interface Leaving {
  readonly line: LeavingLine
  readonly toSiteId: string
  readonly toLocationId: string
  readonly actorId: string
  readonly device: string | null
}

const piecesOf = async ({ sql, company }: Ctx, lineIds: readonly string[]) => {
  const rows = await sql<(SerialRef & { lineId: string })[]>`
    select packed.shipment_line_id as line_id, serial.id, serial.code
      from shipment_serial packed
      join serial on serial.company_id = ${company} and serial.id = packed.serial_id
     where packed.company_id = ${company} and packed.shipment_line_id = any (${lineIds as string[]}::uuid[])
     order by packed.shipment_line_id, serial.id`
  return Map.groupBy(rows, (row) => row.lineId)
}

/** Plates of shipments, locked before accounts, demand and stock, as all do who touch both. */
export const lockLeavingPlates = async (ctx: Ctx, shipmentIds: readonly string[]): Promise<void> => {
  const rows = await ctx.sql<{ lpnId: string }[]>`
    select distinct lpn_id
      from shipment_line
     where company_id = ${ctx.company} and shipment_id = any (${shipmentIds as string[]}) and lpn_id <> ${NIL}`
  if (rows.length > 0)
    await lockPlates(
      ctx,
      rows.map((row) => row.lpnId),
    )
}

/**
 * The moves of shipments off the stage, pieces by their numbers, plates as they are. A supplier's consigned goods that are
 * sold become ours first, where they stand: what we owe is known by those moves (`stock.consumption`). A customer's own
 * goods leave as theirs.
 */
export const leavingMoves = async (
  ctx: Ctx,
  leaving: readonly Leaving[],
  { sold }: { sold: boolean },
): Promise<NewMove[]> => {
  const [pieces, owners] = await Promise.all([
    piecesOf(
      ctx,
      leaving.map(({ line }) => line.id),
    ),
    ownersByIds(
      ctx,
      leaving.map(({ line }) => line.ownerId),
    ),
  ])
  return leaving.flatMap(({ line, toLocationId, actorId, device }) => {
    const serials = pieces.get(line.id)
    const consumed = sold && owners.get(line.ownerId) === 'consigned'
    const goods = {
      ...{ itemId: line.itemId, lotId: line.lotId, lpnId: line.lpnId, qty: line.qty },
      ...{ fromLocationId: line.stageId, fromStatus: 'available', toStatus: 'available' },
      ...{ causeId: line.shipmentId, causeLineId: line.id, actorId, device },
      ...(serials && { serials, boundTo: line.allocationId }),
      ...(line.weightG !== null && { weightG: line.weightG }),
    }
    const out: NewMove = {
      ...goods,
      ownerId: consumed ? NIL : line.ownerId,
      toLocationId,
      causeKind: 'shipment',
      releaseAllocated: consumed ? 0 : line.qty,
    }
    if (!consumed) return [out]
    const ours: NewMove = {
      ...goods,
      ownerId: line.ownerId,
      toOwnerId: NIL,
      toLocationId: line.stageId,
      causeKind: 'consumption',
      releaseAllocated: line.qty,
      ...(serials && { bindTo: line.allocationId }),
    }
    return [ours, out]
  })
}

/** The plates' own rows go where their goods went; at a customer's they end. */
export const platesLeft = async (
  ctx: Ctx,
  leaving: readonly Leaving[],
  { ended }: { ended: boolean },
): Promise<void> => {
  const byPlace = Map.groupBy(
    leaving.filter(({ line }) => line.lpnId !== NIL),
    ({ toLocationId }) => toLocationId,
  )
  for (const [locationId, rows] of byPlace)
    await placePlates(ctx, [...new Set(rows.map(({ line }) => line.lpnId))], {
      siteId: rows[0]!.toSiteId,
      locationId,
      ended,
    })
}
