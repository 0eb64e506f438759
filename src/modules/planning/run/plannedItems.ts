import type { Ctx } from '../../../core/ctx.ts'
import { optimisePortfolio, type PortfolioItem } from '../../../math/policy/portfolio/portfolio.ts'
import type { CurvePoint } from '../../../math/policy/reorder/itemCurve.ts'
import type { ItemFacts } from '../work/itemWork.ts'
import { said } from '../work/said.ts'
import type { Run } from './advance.ts'

/** Facts of a forecast as they are kept: with the mean price that goods were sold for, where lead times are from, and the last days. */
export type KeptFacts = ItemFacts & {
  readonly price: number | null
  readonly leadWhy: string
  /** Net units of the last days, the oldest first. */
  readonly recent: readonly number[]
}
export interface PlannedItem {
  readonly siteId: string
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly costMicro: number
  readonly weightG: number
  readonly facts: KeptFacts
}
export interface Level {
  readonly r: number
  /** Why it stands there, in words. */
  readonly why: string
}
/** What a site's stock comes to at a level of service: expected share, and average stock in money. */
export interface SiteFigures {
  readonly siteId: string
  readonly fill: number
  readonly stock: number
  /** The same for other levels: what one more point would take. */
  readonly exchange: readonly { readonly level: number; readonly stock: number }[]
}
/** Levels shown beside the one that is aimed at. */
const LEVELS = [0.9, 0.93, 0.95, 0.97, 0.98, 0.99]

export const plannedItems = ({ sql, company }: Ctx, run: { readonly id: string }) => sql<PlannedItem[]>`
  select made.site_id, made.item_id, item.sku, item.base_uom as uom, item.cost_micro, item.weight_g, made.facts
    from item_forecast made
    join item on item.company_id = ${company} and item.id = made.item_id
   where made.company_id = ${company} and made.run_id = ${run.id}
   order by made.site_id, item.sku`

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`
/** Goods without a price count at their cost; a fraction, so that what costs nothing is no reason to divide by nothing. */
const costOf = ({ costMicro }: PlannedItem): number => Math.max(costMicro / 1e6, 0.0001)
const worthOf = (item: PlannedItem): number => item.facts.price ?? costOf(item)

const curveOf = ({ facts: { curve, lot, perDay } }: PlannedItem): PortfolioItem['curve'] => {
  const points = curve.map(([r, stock, short]): CurvePoint => ({ r, stock, short }))
  const perDayAtNone = points[0]?.short ?? perDay
  return { points, Q: lot, perDay: perDayAtNone, at: () => points[0]! }
}

/**
 * The reorder point of each item of a site. Together: stock stands where a pound of it prevents most shortage, of units or
 * of sales value; alone: each item keeps the level by itself.
 */
export const levelsOf = (
  siteId: string,
  items: readonly PlannedItem[],
  { objective, levelPpm, digits }: Pick<Run, 'objective' | 'levelPpm' | 'digits'>,
): { levels: Map<string, Level>; figures: SiteFigures | null } => {
  const level = levelPpm / 1e6
  const asked = items.filter((item) => item.facts.curve.length > 1)
  const quiet = items.filter((item) => item.facts.curve.length <= 1)
  const levels = new Map<string, Level>(
    quiet.map(({ itemId }) => [
      itemId,
      { r: -1, why: 'Nothing is expected to be asked for: it is ordered for who waits for it, and not kept.' },
    ]),
  )
  if (objective === 'itemFill') {
    for (const { itemId, facts } of asked) {
      const { mean } = facts.through
      const why = `Reorder point ${facts.alone}: ${said(mean)} expected ${facts.alone! >= mean ? `+ ${said(facts.alone! - mean)} for safety` : `− ${said(mean - facts.alone!)}`}, so that ${percent(level)} of its units are there when they are asked for.`
      levels.set(itemId, { r: facts.alone!, why })
    }
    return { levels, figures: null }
  }
  if (asked.length === 0) return { levels, figures: null }
  const portfolio = asked.map(
    (item): PortfolioItem => ({
      id: item.itemId,
      curve: curveOf(item),
      unitCost: costOf(item),
      weight: objective === 'valueFill' ? worthOf(item) : 1,
    }),
  )
  const best = optimisePortfolio(portfolio, { fill: level })
  const what = objective === 'valueFill' ? 'sales value' : 'units'
  for (const [n, item] of asked.entries()) {
    const point = best.points.get(item.itemId)!
    const { mean } = item.facts.through
    const perDay = portfolio[n]!.curve.perDay
    const own = perDay > 0 ? 1 - point.short / perDay : 1
    const why =
      point.r < 0
        ? `Not kept: other goods give more ${what} for the money its stock would take. It is ordered for who waits for it.`
        : `Reorder point ${point.r}: ${said(mean)} expected ${point.r >= mean ? `+ ${said(point.r - mean)} for safety` : `− ${said(mean - point.r)}`}. All goods of the site together keep ${percent(level)} of ${what} in stock for the least money; of this one ${percent(own)} of units, ${said(point.stock)} on the shelf on average.`
    levels.set(item.itemId, { r: point.r, why })
  }
  const exchange = LEVELS.map((one) => ({
    level: one,
    stock: Math.round(optimisePortfolio(portfolio, { fill: one }).stockValue * 10 ** digits),
  }))
  return { levels, figures: { siteId, fill: best.fill, stock: Math.round(best.stockValue * 10 ** digits), exchange } }
}
