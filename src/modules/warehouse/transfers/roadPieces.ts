import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { SerialRef } from '../../stock/index.ts'
import type { RoadLine } from './roadLines.ts'

export interface WithPieces {
  readonly qty: number
  readonly serials?: readonly string[]
  readonly road: RoadLine
}

/**
 * The pieces of each line, of items tracked by serial number: those that were packed into its shipment line and are still
 * on the road (or were given up). All of them need no naming; of a part, each is named. Undefined: goods without numbers.
 */
export const piecesFor = async (
  ctx: Ctx,
  lines: readonly WithPieces[],
  from: 'onRoad' | 'lost',
): Promise<(SerialRef[] | undefined)[]> => {
  const tracked = lines.filter((line) => line.road.tracking === 'serial')
  const strange = lines.find((line) => line.road.tracking !== 'serial' && (line.serials?.length ?? 0) > 0)
  if (strange) throw new Refusal('not_tracked', `${strange.road.sku} has no serial numbers; leave them out.`, 422)
  if (tracked.length === 0) return lines.map(() => undefined)
  const there = await piecesThere(
    ctx,
    tracked.map((line) => line.road.shipmentLineId),
    from,
  )
  const taken = new Set<string>()
  return lines.map(({ qty, serials, road }, at) => {
    if (road.tracking !== 'serial') return undefined
    const own = (there.get(road.shipmentLineId) ?? []).filter((piece) => !taken.has(piece.id))
    if (serials === undefined && qty < own.length)
      throw new Refusal(
        'serials_needed',
        `${road.sku} is tracked by serial number: name the ${qty} of ${own.length} pieces that are meant.`,
        422,
        [{ path: `lines.${at}.serials`, message: `name ${qty} serial numbers` }],
      )
    const byCode = new Map(own.map((piece) => [piece.code, piece]))
    const meant = serials === undefined ? own : serials.map((code) => byCode.get(code))
    const missing = serials?.filter((code) => !byCode.has(code)) ?? []
    if (missing.length > 0)
      throw new Refusal(
        'serial_elsewhere',
        `${missing.slice(0, 5).join(', ')} ${from === 'onRoad' ? 'is not on the road in' : 'was not given up of'} ${road.shipment}. Check the numbers; nothing was booked.`,
      )
    const pieces = [...new Set(meant as SerialRef[])]
    if (pieces.length !== qty)
      throw new Refusal(
        'serials_needed',
        `${qty} pieces of ${road.sku} need as many serial numbers; ${pieces.length} were named.`,
        422,
        [{ path: `lines.${at}.serials`, message: `name ${qty} serial numbers` }],
      )
    for (const piece of pieces) taken.add(piece.id)
    return pieces.map(({ id, code }) => ({ id, code }))
  })
}

const piecesThere = async ({ sql, company }: Ctx, shipmentLineIds: readonly string[], from: 'onRoad' | 'lost') => {
  const rows = await sql<(SerialRef & { lineId: string })[]>`
    select packed.shipment_line_id as line_id, serial.id, serial.code
      from shipment_serial packed
      join serial on serial.company_id = ${company} and serial.id = packed.serial_id
      join location place on place.company_id = ${company} and place.id = serial.location_id
     where packed.company_id = ${company} and packed.shipment_line_id = any (${[...new Set(shipmentLineIds)]}::uuid[])
       and case when ${from === 'onRoad'} then serial.in_stock and place.kind = 'transit' else not serial.in_stock and place.kind = 'adjust' end
     order by packed.shipment_line_id, serial.code`
  return Map.groupBy(rows, (row) => row.lineId)
}
