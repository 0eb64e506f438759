import { fillToMinimum, type JointLine } from '../../../math/policy/order/jointMinimum.ts'
import { roundOrder } from '../../../math/policy/order/rounding.ts'
import type { Source } from '../../purchasing/index.ts'
import type { Run } from './advance.ts'
import type { Flows } from './chooseInflow.ts'
import type { Proposed } from './propose.ts'
import { arithmetic, arrives, type Standing } from './standing.ts'

/** Goods that are looked at when an order is filled up: those that run out first. */
const MOST_ADDED = 400

/**
 * A supplier's least order: what is due of it at a site is filled up with what runs out next there, so that no order is
 * refused and no stock is bought for its own sake. What cannot be reached is said.
 */
export const fillMinimums = (
  run: Run,
  flows: Flows,
  standing: readonly Standing[],
  proposed: readonly Proposed[],
  quiet: ReadonlySet<string>,
): Proposed[] => {
  const orders = Map.groupBy(proposed, ({ item, chosen }) =>
    chosen.kind === 'buy' && chosen.source ? `${item.siteId} ${chosen.source.partyId}` : '',
  )
  const others = Map.groupBy(
    standing.filter(({ siteId, itemId }) => !flows.supplied.has(siteId) && !quiet.has(`${siteId} ${itemId}`)),
    ({ siteId, itemId }) => `${siteId} ${flows.sourcesOf(itemId)[0]?.partyId}`,
  )
  return [...orders].flatMap(([key, lines]) => {
    const first = lines[0]!.chosen
    if (key === '' || first.kind !== 'buy' || !first.source) return lines
    const { minOrder } = first.source
    const value = lines.reduce((sum, line) => sum + line.cost, 0)
    return value >= minOrder ? lines : filled(run, flows, lines, others.get(key) ?? [], minOrder)
  })
}

const sourceOf = (flows: Flows, itemId: string): Source => flows.sourcesOf(itemId)[0]!

const filled = (
  run: Run,
  flows: Flows,
  lines: readonly Proposed[],
  others: readonly Standing[],
  minOrder: number,
): Proposed[] => {
  const due = new Map(lines.map((line) => [line.item.itemId, line]))
  const cover = ({ position, facts: { perDay } }: Standing): number => (perDay > 0 ? position / perDay : Infinity)
  const more = others
    .filter((item) => !due.has(item.itemId) && item.facts.perDay > 0 && item.level.r >= 0)
    .toSorted((a, b) => cover(a) - cover(b))
    .slice(0, MOST_ADDED)
  const all = [...lines.map((line) => line.item), ...more]
  const joint = all.map((item): JointLine => {
    const source = sourceOf(flows, item.itemId)
    return {
      id: item.itemId,
      quantity: due.get(item.itemId)?.qty ?? 0,
      pack: Math.max(source.packQty, due.has(item.itemId) ? 1 : source.moq),
      unitCost: Math.max(source.prices[0]!.priceMicro, 1) / 1e6,
      position: item.position,
      perDay: item.facts.perDay,
    }
  })
  const answer = fillToMinimum(joint, minOrder / 100, run.holdingPpm / 1e6 / 365)
  const [told] = answer.reasons
  return all.flatMap((item): Proposed[] => {
    const before = due.get(item.itemId)
    const qty = answer.lines.get(item.itemId)!
    if (qty === 0) return []
    const source = sourceOf(flows, item.itemId)
    const short = answer.reached ? [] : ['below least order']
    if (before && qty === before.qty)
      return [
        {
          ...before,
          cautions: [...before.cautions, ...short],
          costWhy: [...before.costWhy, `${source.supplier}: ${told}`],
        },
      ]
    const rounded = roundOrder(qty, {
      moq: source.moq,
      pack: source.packQty,
      prices: source.prices.map(({ from, priceMicro }) => ({ from, unitCost: priceMicro / 1e6 })),
      perDay: item.facts.perDay,
      holdingPerDay: run.holdingPpm / 1e6 / 365,
    }).quantity
    const priceMicro = (source.prices.findLast(({ from }) => from <= rounded) ?? source.prices[0]!).priceMicro
    return [
      {
        item,
        chosen: { kind: 'buy', source },
        qty: rounded,
        priceMicro,
        cost: Math.round((rounded * priceMicro) / 1e4),
        dueOn: arrives(run, source.leadDays),
        cautions: [...(before?.cautions ?? []), before ? 'more for least order' : 'for least order', ...short],
        why: [
          ...(before?.why ?? arithmetic(item)),
          `${rounded - (before?.qty ?? 0)} added so that the order reaches what ${source.supplier} takes at least: it runs out next.`,
        ],
        costWhy: [`${source.supplier}: ${told}`],
      },
    ]
  })
}
