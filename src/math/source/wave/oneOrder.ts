import type { WaveOrder, WaveTake } from './problem.ts'

/** Sets of sites as bits, the small ones first, up to so many sites each. */
const sets = new Map<string, Int32Array>()
const setsUpTo = (sites: number, most: number): Int32Array => {
  const key = `${sites}/${most}`
  const known = sets.get(key)
  if (known !== undefined) return known
  const size = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + size(bits >> 1))
  const all = Array.from({ length: 1 << sites }, (_, bits) => bits).filter((bits) => size(bits) <= most)
  const found = Int32Array.from(all.sort((a, b) => size(a) - size(b) || a - b))
  sets.set(key, found)
  return found
}

export interface Sourced {
  readonly takes: readonly WaveTake[]
  /** With prices of stock on top. */
  readonly priced: number
}

/**
 * The best way to source one order from what is free, exactly: every set of sites is tried, and for one set each line fills
 * from the site that is cheapest, since sites do not limit each other. A unit is left short when sending it costs more.
 * @param free units by item and site. @param price of one unit of scarce stock, by item and site.
 */
export const sourceOrder = (
  order: WaveOrder,
  sites: number,
  free: (item: number, site: number) => number,
  price: (item: number, site: number) => number,
): Sourced => {
  const { lines, shipment, unit, maxSplits } = order
  // By line: sites that have some, with what a unit saves, the best first.
  const offers = lines.map(({ item, units, short_cost }) => {
    const own: { site: number; most: number; saves: number }[] = []
    for (let site = 0; site < sites; site += 1) {
      if (shipment[site] === null) continue
      const most = Math.min(units, free(item, site))
      const saves = short_cost - unit[site]! - price(item, site)
      if (most > 0 && saves > 0) own.push({ site, most, saves })
    }
    return own.sort((a, b) => b.saves - a.saves || a.site - b.site)
  })
  let useful = 0
  for (const own of offers) for (const { site } of own) useful |= 1 << site
  const base = lines.reduce((sum, { units, short_cost }) => sum + units * short_cost, 0)
  let [best, chosen] = [base, 0]
  for (const set of setsUpTo(sites, Math.min(maxSplits, sites))) {
    if ((set & ~useful) !== 0) continue
    let cost = base
    for (let site = 0; site < sites; site += 1) if (set & (1 << site)) cost += shipment[site]!
    for (let line = 0; line < lines.length; line += 1) {
      let open = lines[line]!.units
      for (const { site, most, saves } of offers[line]!) {
        if (open === 0) break
        if ((set & (1 << site)) === 0) continue
        const units = Math.min(open, most)
        open -= units
        cost -= units * saves
      }
    }
    if (cost < best - 1e-9) [best, chosen] = [cost, set]
  }
  const takes: WaveTake[] = []
  for (let line = 0; line < lines.length; line += 1) {
    let open = lines[line]!.units
    for (const { site, most } of offers[line]!) {
      if (open === 0 || (chosen & (1 << site)) === 0) continue
      const units = Math.min(open, most)
      open -= units
      takes.push({ line, site, units })
    }
  }
  return { takes, priced: best }
}
