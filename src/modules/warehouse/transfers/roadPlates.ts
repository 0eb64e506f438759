import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { lockPlates, placeOfKind, placePlates } from '../../stock/index.ts'
import type { RoadLine } from './roadLines.ts'

export interface OnPlates {
  readonly qty: number
  readonly status?: string
  readonly locationId?: string
  readonly road: RoadLine
}
/** What becomes of the plate a line's goods came on. */
export interface PlateFate {
  /** The plate its goods stand on afterwards; nil: none. */
  readonly toLpnId: string
  /** Where a whole plate is put; undefined: as the line says. */
  readonly locationId: string | undefined
}
export interface Plates {
  readonly fates: readonly PlateFate[]
  /** To be called after the moves: plates that came whole go where their goods went, those now empty end. */
  settle(): Promise<void>
}

/** Goods that came off their plates before. */
export const offPlates = (lines: readonly OnPlates[]): Plates => ({
  fates: lines.map(() => ({ toLpnId: NIL, locationId: undefined })),
  settle: async () => {},
})

/**
 * A plate whose goods are all taken in now, to one place and in one condition, comes as it is: to the dock (the quarantine
 * when it is no good stock), if nobody says otherwise. Else what is taken in comes off it; what is left stays on it, and
 * an empty plate ends. Locks the plates: they come before demand and stock in the house order.
 * @param whole false: nothing is kept on plates (goods given up).
 */
export const platesFor = async (
  ctx: Ctx,
  siteId: string,
  road: readonly RoadLine[],
  lines: readonly OnPlates[],
  { whole }: { whole: boolean },
): Promise<Plates> => {
  const ids = [...new Set(lines.map((line) => line.road.lpnId))].filter((id) => id !== NIL)
  if (ids.length === 0) return offPlates(lines)
  const [docks, quarantines] = await Promise.all([
    placeOfKind(ctx, [siteId], 'dock'),
    placeOfKind(ctx, [siteId], 'quarantine'),
    lockPlates(ctx, ids),
  ])
  const kept = new Map<string, string>()
  const emptied: string[] = []
  for (const id of ids) {
    const own = lines.filter((line) => line.road.lpnId === id)
    const taken = own.reduce((sum, line) => sum + line.qty, 0)
    const standing = road.reduce((sum, row) => sum + (row.lpnId === id ? row.onRoad : 0), 0)
    if (taken < standing) continue
    const places = new Set(own.map((line) => line.locationId))
    const good = own.every((line) => (line.status ?? line.road.status) === 'available')
    const bad = own.every((line) => (line.status ?? line.road.status) !== 'available')
    const place = own[0]!.locationId ?? (good ? docks : quarantines).get(siteId)
    if (whole && places.size === 1 && (good || bad) && place !== undefined) kept.set(id, place)
    else emptied.push(id)
  }
  return {
    fates: lines.map(({ road: { lpnId } }) => ({
      toLpnId: kept.has(lpnId) ? lpnId : NIL,
      locationId: kept.get(lpnId),
    })),
    settle: async () => {
      for (const [locationId, plates] of Map.groupBy(kept, ([, place]) => place))
        await placePlates(
          ctx,
          plates.map(([id]) => id),
          { siteId, locationId, ended: false },
        )
      const dock = docks.get(siteId)
      if (emptied.length > 0 && dock !== undefined)
        await placePlates(ctx, emptied, { siteId, locationId: dock, ended: true })
    },
  }
}
