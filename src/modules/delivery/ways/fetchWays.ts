import type { Actor } from '../../../core/capability.ts'
import type { Runner } from '../../../core/road/runner.ts'
import type { RoadMatrix } from '../../../math/route/travel/services.ts'
import type { Spot } from './ways.ts'

/** Ways of one call: some hundred kilobytes. */
const TOGETHER = 10_000
interface Lacking {
  readonly spots: readonly Spot[]
  readonly lacking: readonly number[]
}

/**
 * Asks a road service for the ways that a site's open goods lack, and keeps them. Outside of any transaction: a server that is
 * slow or gone holds nothing up. What it knows no way for is kept as such, so that it is not asked again.
 * @returns ways that were kept.
 */
export const fetchWays = async (
  runner: Runner,
  actor: Actor,
  { siteId, source, roads }: { readonly siteId: string; readonly source: string; readonly roads: RoadMatrix },
): Promise<number> => {
  const { spots, lacking } = await runner.run<Lacking>(actor, 'delivery.lackingWays', { siteId })
  if (lacking.length === 0) return 0
  const fresh = lacking.map((at) => spots[at]!)
  const lacks = new Set(lacking)
  const others = spots.filter((_, at) => !lacks.has(at))
  const ways = [...(await asked(roads, fresh, spots)), ...(await asked(roads, others, fresh))]
  for (let at = 0; at < ways.length; at += TOGETHER)
    await runner.run(actor, 'delivery.saveWays', { source, ways: ways.slice(at, at + TOGETHER) })
  return ways.length
}

const pointOf = ({ latE7, lonE7 }: Spot) => ({ lat: latE7 / 1e7, lon: lonE7 / 1e7 })
const asked = async (roads: RoadMatrix, sources: readonly Spot[], targets: readonly Spot[]) => {
  if (sources.length === 0) return []
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
