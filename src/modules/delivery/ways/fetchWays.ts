import type { Actor } from '../../../core/capability.ts'
import type { Runner } from '../../../core/road/runner.ts'
import type { RoadMatrix } from '../../../math/route/travel/services.ts'
import type { Spot } from './ways.ts'

/** Places whose ways are asked for and kept at a time: a server that fails in the middle costs these alone. */
const TOGETHER = 20
interface Lacking {
  readonly spots: readonly Spot[]
  readonly lacking: readonly number[]
}

/**
 * Asks a road service for the ways that a site's open goods lack, and keeps them, some places at a time. Outside of any
 * transaction: a server that is slow or gone holds nothing up. What it knows no way for is kept as such, so that it is not asked again.
 * @returns ways that were kept.
 */
export const fetchWays = async (
  runner: Runner,
  actor: Actor,
  { siteId, source, roads }: { readonly siteId: string; readonly source: string; readonly roads: RoadMatrix },
): Promise<number> => {
  const { spots, lacking } = await runner.run<Lacking>(actor, 'delivery.lackingWays', { siteId })
  const fresh = lacking.map((at) => spots[at]!)
  const lacks = new Set(lacking)
  const others = spots.filter((_, at) => !lacks.has(at))
  let kept = 0
  for (const [sources, targets] of [
    [fresh, spots],
    [others, fresh],
  ] as const)
    for (let at = 0; at < sources.length && targets.length > 0; at += TOGETHER) {
      const ways = await asked(roads, sources.slice(at, at + TOGETHER), targets)
      if (ways.length > 0) await runner.run(actor, 'delivery.saveWays', { source, ways })
      kept += ways.length
    }
  return kept
}

const pointOf = ({ latE7, lonE7 }: Spot) => ({ lat: latE7 / 1e7, lon: lonE7 / 1e7 })
const asked = async (roads: RoadMatrix, sources: readonly Spot[], targets: readonly Spot[]) => {
  const { distances, durations } = await roads(sources.map(pointOf), targets.map(pointOf))
  return sources.flatMap((from, i) =>
    targets.flatMap((to, j) => {
      if (from === to) return []
      const at = i * targets.length + j
      return {
        fromLatE7: from.latE7,
        fromLonE7: from.lonE7,
        toLatE7: to.latE7,
        toLonE7: to.lonE7,
        metres: distances[at]! < 0 ? null : distances[at]!,
        seconds: distances[at]! < 0 ? null : durations[at]!,
      }
    }),
  )
}
