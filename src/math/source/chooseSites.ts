import { compare, isBefore, type Score } from './score.ts'

/**
 * Which sites send which quantities of one order. Pure. Quantities are base units of the line, days are whole numbers (a
 * later day is greater), money is any one integer unit.
 */
export interface SourceSite {
  readonly id: string
  /** Of one shipment from here to this customer. */
  readonly cost: number
}
export interface SourceLine {
  readonly id: string
  /** Lines of one item draw on the same offers, in the order given. */
  readonly item: string
  /** A multiple of `step`, the sales unit: each site sends whole ones. */
  readonly units: number
  readonly step: number
  /** Of one unit, at least 1: what it is worth to have it covered. */
  readonly value: number
  /** All of it from one site. */
  readonly whole: boolean
  /** From stock, all of it or nothing. */
  readonly nowOnly: boolean
  /** What is of use only together (ship-complete); null: each unit by itself. */
  readonly group: string | null
}
export interface SourceOffer {
  readonly item: string
  /** Index of the site. */
  readonly site: number
  readonly units: number
  /** On which the customer can have them. */
  readonly day: number
  /** Not here and not due in time: the customer would have to wait for it. */
  readonly waits: boolean
  /** On hand, not expected. */
  readonly inStock: boolean
}
export const preferences = ['fewest', 'earliest', 'cheapest', 'order'] as const
export type Preference = (typeof preferences)[number]
export interface SourceProblem {
  /** The first is the one that sends if nothing speaks for another; the order breaks ties. */
  readonly sites: readonly SourceSite[]
  readonly lines: readonly SourceLine[]
  readonly offers: readonly SourceOffer[]
  /** At least 1: from so many sites at most, which is so many shipments. */
  readonly maxSplits: number
  readonly prefer: Preference
}
export interface Take {
  readonly site: number
  readonly units: number
  readonly day: number
  readonly waits: boolean
}
export interface SourceChoice {
  /** Indexes of sites that send something, in order. */
  readonly sites: readonly number[]
  /** By line, in order: what comes from where, sites in order, and what no chosen site covers. */
  readonly lines: readonly { readonly id: string; readonly takes: readonly Take[]; readonly uncovered: number }[]
  readonly score: Score
  readonly method: 'exact' | 'greedy exchange'
}

/** Sets of sites that are all tried: more than 12 sites with splits up to 6, or 6 sites with any. */
const MOST_SETS = 2_600

/**
 * Least backordered value first (what is of use only together counts whole when any of it lacks), then least value the
 * customer would have to wait for, then the preference:
 * - fewest: fewest sites, then the day on which all that is covered is there, then cost
 * - earliest: that day, then fewest sites, then cost
 * - cheapest: cost, then fewest sites, then that day
 * - order: the most value at once from the first site, then from the second …, then day, sites, cost
 *
 * and, all being equal, the sites that come first. Within the chosen sites a line is not divided when one of them has all
 * that is to come now, and no later; else sites are used in their order.
 *
 * **Exact** as long as there are at most `MOST_SETS` sets of up to `maxSplits` sites: each is tried, and for one set the best
 * quantities are known without search, since sites do not limit each other. (Where lines share an item, the first is served
 * first, as everywhere in promising.) Above that: **greedy exchange**: the best site, then the one that adds most, and so on;
 * then single sites are exchanged as long as that is better.
 */
export const chooseSites = (problem: SourceProblem): SourceChoice => {
  const { sites, maxSplits } = problem
  const most = Math.min(maxSplits, sites.length)
  const offers = byItem(problem)
  const lay = (chosen: readonly number[]): Laid => layOut(problem, offers, chosen)
  // All is covered at once: who wants fewest shipments wants no more of them.
  const enough = (score: Score) => problem.prefer === 'fewest' && score.slice(0, 4).every((lacks) => lacks === 0)
  const exact = setsUpTo(sites.length, most) <= MOST_SETS
  const best = exact ? tryAll(sites.length, most, lay, enough) : exchange(sites.length, most, lay)
  const used = new Set(best.lines.flatMap(({ takes }) => takes.map((take) => take.site)))
  return {
    sites: [...used].sort((a, b) => a - b),
    lines: best.lines,
    score: best.score,
    method: exact ? 'exact' : 'greedy exchange',
  }
}

interface Laid {
  readonly lines: { readonly id: string; readonly takes: Take[]; readonly uncovered: number }[]
  readonly score: Score
}

/** Number of non-empty sets of at most `most` of `n`. */
const setsUpTo = (n: number, most: number): number => {
  let all = 0
  let sets = 1
  for (let k = 1; k <= most; k += 1) {
    sets = (sets * (n - k + 1)) / k
    all += sets
  }
  return all
}

/**
 * Set by set, the small ones first.
 * @param enough this is so good that no larger set can be better.
 */
const tryAll = (
  n: number,
  most: number,
  lay: (chosen: readonly number[]) => Laid,
  enough: (score: Score) => boolean,
): Laid => {
  let best: Laid | null = null
  const grow = (chosen: readonly number[], from: number, size: number): void => {
    if (chosen.length === size) {
      const laid = lay(chosen)
      if (isBefore(laid.score, best?.score ?? null)) best = laid
      return
    }
    for (let site = from; site < n; site += 1) grow([...chosen, site], site + 1, size)
  }
  for (let size = 1; size <= most; size += 1) {
    grow([], 0, size)
    if (enough(best!.score)) break
  }
  return best!
}

const exchange = (n: number, most: number, lay: (chosen: readonly number[]) => Laid): Laid => {
  const all = Array.from({ length: n }, (_, site) => site)
  const inOrder = (chosen: readonly number[]) => chosen.toSorted((a, b) => a - b)
  let chosen: number[] = []
  let best: Laid | null = null
  for (;;) {
    let better: { set: number[]; laid: Laid } | null = null
    const others = all.filter((site) => !chosen.includes(site))
    const sets = [
      ...(chosen.length < most ? others.map((site) => inOrder([...chosen, site])) : []),
      ...chosen.flatMap((gone) => {
        const rest = chosen.filter((site) => site !== gone)
        return [...(rest.length > 0 ? [rest] : []), ...others.map((site) => inOrder([...rest, site]))]
      }),
    ]
    for (const set of sets) {
      const laid = lay(set)
      if (isBefore(laid.score, (better?.laid ?? best)?.score ?? null)) better = { set, laid }
    }
    if (better === null) return best!
    chosen = better.set
    best = better.laid
  }
}

/** Soonest first, then the first site. */
const byItem = ({ offers }: SourceProblem): ReadonlyMap<string, readonly SourceOffer[]> =>
  Map.groupBy(
    offers.toSorted((a, b) => a.day - b.day || a.site - b.site),
    (offer) => offer.item,
  )

interface Usable {
  readonly offer: SourceOffer
  readonly at: number
  readonly units: number
}

/** The best quantities from one set of sites, line by line. */
const layOut = (
  { sites, lines, prefer }: SourceProblem,
  offers: ReadonlyMap<string, readonly SourceOffer[]>,
  chosen: readonly number[],
): Laid => {
  const left = new Map<string, number[]>()
  const laid = lines.map((line) => {
    const own = offers.get(line.item) ?? []
    const free = left.get(line.item) ?? own.map((offer) => offer.units)
    left.set(line.item, free)
    const usable = own.flatMap((offer, at): Usable[] => {
      const units = Math.min(line.units, Math.floor(free[at]! / line.step) * line.step)
      return units > 0 && chosen.includes(offer.site) && !(line.nowOnly && !offer.inStock) ? [{ offer, at, units }] : []
    })
    const plan = line.whole ? fromOneSite(line, usable, chosen, prefer) : fromAll(line, usable, prefer)
    const covered = plan.reduce((sum, { units }) => sum + units, 0)
    const kept = line.nowOnly && covered < line.units ? [] : plan
    const takes: Take[] = []
    for (const { offer, at, units } of kept) {
      free[at]! -= units
      takes.push({ site: offer.site, units, day: offer.day, waits: offer.waits })
    }
    return {
      id: line.id,
      takes: takes.sort((a, b) => a.site - b.site || a.day - b.day),
      uncovered: line.units - (kept.length === 0 ? 0 : covered),
    }
  })
  const used = chosen.filter((site) => laid.some(({ takes }) => takes.some((one) => one.site === site)))
  return { lines: laid, score: scoreOf(lines, laid, sites, used, prefer) }
}

const sumOf = (rows: readonly { readonly units: number }[]): number => rows.reduce((sum, { units }) => sum + units, 0)
const bySite = (a: Usable, b: Usable): number => a.offer.site - b.offer.site || a.offer.day - b.offer.day

/** `want` units of these in the order given. */
const take = (want: number, from: readonly Usable[]): Usable[] => {
  let open = want
  return from.flatMap((one) => {
    const units = Math.min(open, one.units)
    open -= units
    return units > 0 ? [{ ...one, units }] : []
  })
}

/** As much as there is, at once before later, by the earliest day that is enough. `usable` comes soonest first. */
const fromAll = (line: SourceLine, usable: readonly Usable[], prefer: Preference): Usable[] => {
  const now = usable.filter(({ offer }) => !offer.waits)
  const wantNow = Math.min(line.units, sumOf(now))
  const later = take(
    line.units - wantNow,
    usable.filter(({ offer }) => offer.waits),
  )
  if (prefer === 'order') return [...take(wantNow, now.toSorted(bySite)), ...later]
  const day = take(wantNow, now).reduce((last, { offer }) => Math.max(last, offer.day), 0)
  const soon = now.filter(({ offer }) => offer.day <= day).sort(bySite)
  const alone = [...Map.groupBy(soon, ({ offer }) => offer.site).values()].find((own) => sumOf(own) >= wantNow)
  return [...take(wantNow, alone ?? soon), ...later]
}

/** One site for all of the line: the most covered, the least to wait for, the earliest, the first. */
const fromOneSite = (
  line: SourceLine,
  usable: readonly Usable[],
  chosen: readonly number[],
  prefer: Preference,
): Usable[] => {
  let best: { plan: Usable[]; score: Score } | null = null
  for (const site of chosen) {
    const plan = fromAll(
      line,
      usable.filter(({ offer }) => offer.site === site),
      prefer,
    )
    const waiting = sumOf(plan.filter(({ offer }) => offer.waits))
    // By order of sites the first that has some of it at once sends; what all has to be waited for comes on the soonest day.
    const inOrder = prefer === 'order' && waiting < sumOf(plan)
    const day = inOrder ? 0 : plan.reduce((last, { offer }) => Math.max(last, offer.day), 0)
    const score = [line.units - sumOf(plan), waiting, day]
    if (best === null || compare(score, best.score) < 0) best = { plan, score }
  }
  return best?.plan ?? []
}

/** The lower the better, number by number. */
const scoreOf = (
  lines: readonly SourceLine[],
  laid: Laid['lines'],
  sites: readonly SourceSite[],
  used: readonly number[],
  prefer: Preference,
): Score => {
  let [lacking, waiting, day] = [0, 0, 0]
  const groups = new Map<string, { value: number; lacks: boolean; waits: boolean }>()
  const atOnce = sites.map(() => 0)
  let [lackingTogether, waitingTogether] = [0, 0]
  for (const [at, { units, value, group }] of lines.entries()) {
    const { takes, uncovered } = laid[at]!
    let late = 0
    for (const one of takes) {
      day = Math.max(day, one.day)
      if (one.waits) late += one.units
      else atOnce[one.site]! += one.units * value
    }
    lacking += uncovered * value
    waiting += late * value
    if (group === null) {
      lackingTogether += uncovered * value
      waitingTogether += late * value
      continue
    }
    const known = groups.get(group) ?? { value: 0, lacks: false, waits: false }
    known.value += units * value
    known.lacks ||= uncovered > 0
    known.waits ||= late > 0
    groups.set(group, known)
  }
  for (const { value, lacks, waits } of groups.values()) {
    if (lacks) lackingTogether += value
    if (waits) waitingTogether += value
  }
  const cost = used.reduce((sum, site) => sum + sites[site]!.cost, 0)
  const n = used.length
  const preferred = {
    fewest: [n, day, cost],
    earliest: [day, n, cost],
    cheapest: [cost, n, day],
    order: [...atOnce.map((value) => -value), day, n, cost],
  }[prefer]
  return [lackingTogether, lacking, waitingTogether, waiting, ...preferred, ...used]
}
