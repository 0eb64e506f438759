/** Waves drawn at random, and the best plan of a small one by trying everything: what the tests hold the engine against. */
import { seededRandom } from '../../numerics/random.ts'
import { costOf, type Wave, type WaveOrder, type WaveTake } from './problem.ts'

export const randomWave = (seed: number, orders: number, items: number, sites: number, most = 3): Wave => {
  const { uniform } = seededRandom(seed, 12)
  const below = (n: number): number => Math.floor(uniform() * n)
  return {
    sites,
    stock: Array.from({ length: items }, () =>
      Array.from({ length: sites }, () => below(1 + Math.ceil((2 * orders * most) / (items * sites)))),
    ),
    orders: Array.from(
      { length: orders },
      (_, at): WaveOrder => ({
        id: `o${at}`,
        lines: Array.from({ length: items }, (_, item) => ({
          item,
          units: 1 + below(most),
          short_cost: 5 + below(20),
        })).filter(() => uniform() < 0.6),
        shipment: Array.from({ length: sites }, () => (uniform() < 0.1 ? null : 4 + below(12))),
        unit: Array.from({ length: sites }, () => below(3)),
        maxSplits: 1 + below(sites),
      }),
    ),
  }
}

/** Every way to take one line's units from the sites. */
const waysOf = (units: number, sites: number): number[][] =>
  sites === 0
    ? [[]]
    : Array.from({ length: units + 1 }, (_, n) => n).flatMap((n) =>
        waysOf(units - n, sites - 1).map((rest) => [n, ...rest]),
      )

/** The best plan by trying every quantity of every line from every site. */
export const bestByTrial = (wave: Wave): number => {
  const left = wave.stock.map((row) => [...row])
  const choose = (at: number, line: number, takes: readonly WaveTake[]): number => {
    const order = wave.orders[at]
    if (order === undefined) return 0
    const want = order.lines[line]
    if (want === undefined) {
      const used = new Set(takes.map(({ site }) => site))
      if (used.size > order.maxSplits) return Number.POSITIVE_INFINITY
      return costOf(order, takes) + choose(at + 1, 0, [])
    }
    let best = Number.POSITIVE_INFINITY
    for (const way of waysOf(want.units, wave.sites)) {
      if (way.some((units, site) => units > 0 && (order.shipment[site] === null || units > left[want.item]![site]!)))
        continue
      for (const [site, units] of way.entries()) left[want.item]![site]! -= units
      const more = way.flatMap((units, site) => (units > 0 ? [{ line, site, units }] : []))
      best = Math.min(best, choose(at, line + 1, [...takes, ...more]))
      for (const [site, units] of way.entries()) left[want.item]![site]! += units
    }
    return best
  }
  return choose(0, 0, [])
}
