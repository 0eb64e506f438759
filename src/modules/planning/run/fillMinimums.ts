import { fillToMinimum, type JointLine } from '../../../math/policy/order/jointMinimum.ts'
import { priceAt, type Source } from '../../purchasing/index.ts'
import type { Run } from './advance.ts'
import { costOf, type Flows } from './chooseInflow.ts'
import type { Proposed } from './propose.ts'
import { arithmetic, arrives, cautionsOf, type Standing } from './standing.ts'

/** Goods that are looked at when an order is filled up: those that run out first. */
const MOST_ADDED = 400
/** What is added is added by so many days of demand: less would not be worth its line. */
const STEP_DAYS = 7

/**
 * A supplier's least order: what is due of it at a site is filled up with what runs out next there and has no proposal of
 * its own, so that no order is refused and no stock is bought for its own sake. What cannot be reached is said.
 */
export const fillMinimums = (
  run: Run,
  flows: Flows,
  standing: readonly Standing[],
  proposed: readonly Proposed[],
  quiet: ReadonlySet<string>,
): Proposed[] => {
  const taken = new Set([...quiet, ...proposed.map(({ item }) => `${item.siteId} ${item.itemId}`)])
  const spare = standing.filter(
    (item) =>
      item.facts.perDay > 0 &&
      item.level.r >= 0 &&
      !flows.supplied.has(item.siteId) &&
      !taken.has(`${item.siteId} ${item.itemId}`),
  )
  const orders = Map.groupBy(proposed, ({ item, chosen }) =>
    chosen.kind === 'buy' && chosen.source ? `${item.siteId} ${chosen.source.partyId}` : '',
  )
  return [...orders].flatMap(([key, lines]) => {
    const first = lines[0]!
    const source = first.chosen.kind === 'buy' ? first.chosen.source : null
    if (key === '' || !source || comesTo(lines) >= source.minOrder) return lines
    const more = spare.flatMap((item): Candidate[] => {
      if (item.siteId !== first.item.siteId) return []
      // Only from whom it is bought first: what another sells cheaper is not bought for this one's sake.
      const own = flows.sourcesOf(item.itemId)[0]
      return own?.partyId === source.partyId && own.prices[0]!.priceMicro > 0 ? [{ item, source: own }] : []
    })
    return filled(run, lines, more, source)
  })
}
interface Candidate {
  readonly item: Standing
  readonly source: Source
}
const comesTo = (lines: readonly Proposed[]): number => lines.reduce((sum, line) => sum + line.cost, 0)
const coverOf = ({ position, facts: { perDay } }: Standing): number => position / perDay
const packs = (units: number, pack: number): number => Math.max(1, Math.ceil(units / pack)) * pack

const filled = (run: Run, lines: readonly Proposed[], more: readonly Candidate[], source: Source): Proposed[] => {
  const own = new Map(lines.map((line) => [line.item.itemId, line]))
  const candidates = [
    ...lines.flatMap(({ item, chosen }) =>
      chosen.kind === 'buy' && chosen.source ? [{ item, source: chosen.source }] : [],
    ),
    ...more.toSorted((a, b) => coverOf(a.item) - coverOf(b.item)).slice(0, MOST_ADDED),
  ]
  const money = 10 ** run.digits
  const joint = candidates.map(({ item, source: from }): JointLine => {
    const before = own.get(item.itemId)
    const { perDay, through } = item.facts
    const step = packs(Math.max(before ? 0 : from.moq, perDay * STEP_DAYS), from.packQty)
    return {
      id: item.itemId,
      quantity: before?.qty ?? 0,
      pack: step,
      // At the break that the line is at now: what is bought at a lower one is counted below, when the order is closed.
      unitCost: Math.max(before ? before.priceMicro : priceAt(from.prices, step), 1) / 1e6,
      position: item.position,
      perDay,
      most: Math.max(before?.qty ?? 0, Math.floor(perDay * (run.mostDays + through.days) - item.position)),
    }
  })
  const wanted = fillToMinimum(joint, source.minOrder / money, run.holdingPpm / 1e6 / 365)
  const made = candidates.flatMap(({ item, source: from }): Proposed[] => {
    const before = own.get(item.itemId)
    const qty = wanted.lines.get(item.itemId)!
    if (qty === 0) return []
    if (before && qty === before.qty) return [before]
    const priceMicro = priceAt(from.prices, qty)
    const caution = before ? 'more for least order' : 'for least order'
    return [
      {
        item,
        chosen: { kind: 'buy', source: from },
        qty,
        priceMicro,
        cost: costOf(run, qty, priceMicro),
        dueOn: arrives(run, from.leadDays),
        cautions: cautionsOf(run, item, qty, [caution]),
        why: [
          ...(before?.why ?? arithmetic(item)),
          `${qty - (before?.qty ?? 0)} added so that the order reaches what ${from.supplier} takes at least: it runs out next.`,
        ],
        costWhy: before?.costWhy ?? [item.facts.lotWhy],
      },
    ]
  })
  // Larger quantities may have had a lower price: what counts is what the order comes to.
  const [told] = wanted.reasons
  const short = comesTo(made) < source.minOrder
  const value = (comesTo(made) / money).toFixed(run.digits)
  const least = (source.minOrder / money).toFixed(run.digits)
  return made.map((line) => ({
    ...line,
    cautions: short ? [...line.cautions, 'below least order'] : line.cautions,
    costWhy: [...line.costWhy, `${source.supplier}: ${told}; the order comes to ${value} of ${least}.`],
  }))
}
