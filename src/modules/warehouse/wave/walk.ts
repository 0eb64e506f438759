import type { Ctx } from '../../../core/ctx.ts'
import { exactRouter } from '../../../math/pick/exact/router.ts'
import { depotOf, type Layout, type Place, pathLength_mm } from '../../../math/pick/layout.ts'

interface AisleRow {
  readonly aisle: string
  readonly xFrom: number
  readonly xTo: number
  readonly yFrom: number
  readonly yTo: number
}
interface BinRow {
  readonly id: string
  readonly aisle: string | null
  readonly yMm: number
}
/** Both sides of an aisle are this near: what is further apart is no aisle to a picker. */
const BROADEST_MM = 6_000
/** No hall is larger: places that say so are mistyped. */
const LARGEST_MM = 5_000_000
/** From the last bin to the middle of the cross aisle. */
const TO_CROSS_MM = 1_000

/**
 * Orders a wave's tasks as the shortest walk from the stage and back: exactly, over aisles with a cross aisle at either end
 * (Ratliff & Rosenthal 1983). Tasks of one bin stay together. Where the places of bins say no aisles, the order of bins stays.
 */
export const walkWave = async (
  ctx: Ctx,
  wave: { readonly id: string; readonly siteId: string; readonly stageId: string },
  tasks: readonly { readonly id: string; readonly locationId: string }[],
): Promise<void> => {
  const { sql, company } = ctx
  const [aisles, bins, [stage]] = await Promise.all([
    sql<AisleRow[]>`
      select aisle, min(x_mm) as x_from, max(x_mm) as x_to, min(y_mm) as y_from, max(y_mm) as y_to
        from location
       where company_id = ${company} and site_id = ${wave.siteId} and kind in ('pick', 'storage') and aisle is not null and active
       group by aisle`,
    sql<BinRow[]>`
      select id, aisle, y_mm
        from location
       where company_id = ${company} and id = any (${[...new Set(tasks.map((task) => task.locationId))]})`,
    sql<{ xMm: number; yMm: number }[]>`
      select x_mm, y_mm
        from location
       where company_id = ${company} and id = ${wave.stageId}`,
  ])
  const layout = layoutOf(aisles, stage!)
  if (!layout) return
  const byId = new Map(bins.map((bin) => [bin.id, bin]))
  const stops = [...Map.groupBy(tasks, (task) => task.locationId)].map(([locationId, own]) => {
    const { aisle, yMm } = byId.get(locationId)!
    return { own, at: layout.names.indexOf(aisle ?? ''), along_mm: yMm - layout.front }
  })
  // A dock or a bin beside the aisles: its way is not known.
  if (stops.some((stop) => stop.at < 0)) return
  const places = stops.map((stop): Place => ({ aisle: stop.at, along_mm: stop.along_mm }))
  const depot = depotOf(layout.plan)
  const before = pathLength_mm(layout.plan, [depot, ...places, depot])
  const { length_mm, order } = exactRouter(layout.plan).route(places)
  const walked = order.flatMap((at) => stops[at]!.own.map((task) => task.id))
  await sql`
    update task
       set seq = walked.seq
      from unnest(${walked}::uuid[]) with ordinality as walked (id, seq)
     where task.company_id = ${company} and task.id = any (${walked}) and task.id = walked.id`
  await sql`
    update wave
       set walk_mm = ${length_mm}, walk_before_mm = ${before}
     where company_id = ${company} and id = ${wave.id}`
}

/** Aisles beside each other with a cross aisle at both ends; null when the places of bins say something else. */
const layoutOf = (rows: readonly AisleRow[], stage: { readonly xMm: number; readonly yMm: number }) => {
  if (rows.length === 0 || rows.some((row) => row.xTo - row.xFrom > BROADEST_MM)) return null
  const aisles = rows
    .map(({ aisle, xFrom, xTo }) => ({ aisle, x: Math.round((xFrom + xTo) / 2) }))
    .sort((a, b) => a.x - b.x)
  if (aisles.some(({ x }, at) => at > 0 && x === aisles[at - 1]!.x)) return null
  const front = Math.min(...rows.map((row) => row.yFrom)) - TO_CROSS_MM
  const back = Math.max(...rows.map((row) => row.yTo)) + TO_CROSS_MM
  const broad = aisles.at(-1)!.x - aisles[0]!.x
  if (Math.max(broad, back - front) > LARGEST_MM) return null
  const nearest = aisles.reduce(
    (best, { x }, at) => (Math.abs(x - stage.xMm) < Math.abs(aisles[best]!.x - stage.xMm) ? at : best),
    0,
  )
  const plan: Layout = {
    aisles_mm: aisles.map(({ x }) => x),
    lines_mm: [0, back - front],
    depot: { aisle: nearest, line: Math.abs(stage.yMm - back) < Math.abs(stage.yMm - front) ? 1 : 0 },
  }
  return { plan, front, names: aisles.map(({ aisle }) => aisle) }
}
