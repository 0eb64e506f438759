/**
 * Inventory policies on the daily demand of a wholesaler's items, played day by day: our reorder points beside fixed
 * min/max, 30- and 90-day moving averages and textbook z-safety stock. Compared on exchange curves: the stock that the
 * same fill takes. Known answers of the field's textbooks beside ours. Needs no database. --dir PATH for other files.
 */
import { readAtFill } from '../src/math/policy/simulate/exchangeCurve.ts'
import { say } from './kit/report.ts'
import { folderOf, type Item, leadTimeOfRun, readItems } from './policy/data.ts'
import { checkKnownAnswers } from './policy/knownAnswers.ts'
import { COUNT_FROM, forecastAll, type Plan, type Policy, plan, START } from './policy/plans.ts'
import { calibrated, play, type Short } from './policy/play.ts'

const CVS = [0, 0.3, 0.6]
const SHORTS: readonly Short[] = ['lost', 'backorder']
const SEEDS = [1, 2, 3, 4, 5]
const FILLS = [0.93, 0.95]
const MEASURES = ['valueFill', 'unitFill'] as const
/** Own order-quantity rules are played at this variation of lead times. */
const OWN_AT = 0.3
const TYPED_SEED = 999

/** One cell: what a policy takes for a fill, in one scenario; null where its curve does not reach. */
interface Cell {
  readonly scenario: string
  readonly policy: string
  readonly measure: (typeof MEASURES)[number]
  readonly fill: number
  readonly stock: number | null
  readonly orders: number | null
  /** The most it fills at any setting tried. */
  readonly top: number
}
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
const round = (x: number, digits = 3): number => Number(x.toFixed(digits))

const cellsOf = (
  scenario: string,
  policy: Policy,
  items: readonly Item[],
  leadTimes: readonly Int32Array[],
  short: Short,
): Cell[] => {
  const totals = policy.plans.map((one) => play(items, one, leadTimes, short, policy.upTo))
  return MEASURES.filter((measure) => (policy.measure ?? measure) === measure).flatMap((measure) =>
    FILLS.map((fill) => ({
      scenario,
      policy: `${policy.name}, ${policy.rule} lots`,
      measure,
      fill,
      top: Math.max(...totals.map((total) => total[measure])),
      stock: readAtFill(
        totals.map((total) => ({ fill: total[measure], amount: total.stockValue })),
        fill,
      ),
      orders: readAtFill(
        totals.map((total) => ({ fill: total[measure], amount: total.orders })),
        fill,
      ),
    })),
  )
}

const pick = (cells: readonly Cell[], policy: string, measure: string, fill: number): Cell[] =>
  cells.filter((cell) => cell.policy === policy && cell.measure === measure && cell.fill === fill)

/** Ours ÷ the other, scenario by scenario; those that one of the two does not reach are left out and counted. */
const ratios = (
  cells: readonly Cell[],
  measure: string,
  fill: number,
  what: 'stock' | 'orders',
  other: string,
  rule = 'same',
) => {
  const theirs = new Map(
    pick(cells, `${other}, ${rule} lots`, measure, fill).map((cell) => [cell.scenario, cell[what]]),
  )
  return pick(cells, `ours, ${rule} lots`, measure, fill).flatMap((cell) => {
    const beside = theirs.get(cell.scenario)
    return cell[what] === null || beside === null || beside === undefined
      ? []
      : [{ scenario: cell.scenario, ratio: cell[what] / beside }]
  })
}

/** Share of item-weeks with a reorder point at all: what sells too little for its stock is not kept. */
const keptShare = (plan: Plan): number => {
  const all = plan.flatMap(({ r }) => r)
  return all.filter((one) => one !== null).length / all.length
}

const table = (cells: readonly Cell[]): void => {
  const names = [...new Set(cells.map(({ policy }) => policy))]
  const columns = MEASURES.flatMap((measure) => FILLS.map((fill) => ({ measure, fill })))
  say(
    `\n${'stock value (thousands) and orders for'.padEnd(30)}${columns.map(({ measure, fill }) => `${measure === 'valueFill' ? 'value' : 'unit'} fill ${100 * fill} %`.padStart(20)).join('')}`,
  )
  for (const name of names)
    say(
      name.padEnd(30) +
        columns
          .map(({ measure, fill }) => {
            const found = pick(cells, name, measure, fill)
            const reached = found.filter((cell) => cell.stock !== null)
            if (reached.length === 0)
              return `reaches ${(100 * mean(found.map(({ top }) => top))).toFixed(1)} %`.padStart(20)
            const text = `${(mean(reached.map((cell) => cell.stock!)) / 1000).toFixed(0)} / ${mean(reached.map((cell) => cell.orders!)).toFixed(0)}`
            return `${text}${reached.length < found.length ? ` (${reached.length}/${found.length})` : ''}`.padStart(20)
          })
          .join(''),
    )
}

export const run = async (words: readonly string[]) => {
  const started = performance.now()
  const folder = folderOf(words)
  const known_answers = checkKnownAnswers(folder)
  const { items: all, days, source } = await readItems(folder)
  const items = all.filter((item) => item.first <= START - 20)
  say(
    `${source}: ${items.length} of ${all.length} items (sold before day ${START - 20}), ${days} days, counted from day ${COUNT_FROM}`,
  )
  say(`each planned every 7 days from the days before alone`)
  say(
    `assumed, seeded: mean lead time of an item 7 to 21 days, 30 past lead times in the books, gamma about the mean; an evening review every day`,
  )
  say(
    `same lots: 28 days of the 90-day average; own lots: up to r + 28 days (min/max, averages), EOQ at 5.00 a line and 25 % a year (z, ours)`,
  )
  const ahead = forecastAll(items, days)
  say(`forecast: each item every 7 days, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  const cells: Cell[] = []
  const kept: number[] = []
  const typed: { label: string; error: number }[] = []
  for (const cv of CVS) {
    const planned = plan(items, days, cv, cv === OWN_AT, ahead)
    const otherTimes = items.map((item) => leadTimeOfRun(item, cv, TYPED_SEED))
    const runs = SEEDS.map((seed) => items.map((item) => leadTimeOfRun(item, cv, seed)))
    for (const short of SHORTS) {
      for (const [at, leadTimes] of runs.entries())
        for (const policy of planned.policies)
          cells.push(...cellsOf(`${short}, cv ${cv}, seed ${SEEDS[at]}`, policy, items, leadTimes, short))
      for (const measure of MEASURES) {
        const penalties = calibrated(items, planned, measure, otherTimes, short)
        for (const fill of FILLS) {
          const ours = planned.typed(measure, penalties(fill))
          kept.push(keptShare(ours))
          const errors = runs.map((leadTimes) => 100 * (play(items, ours, leadTimes, short)[measure] - fill))
          typed.push({ label: `${measure} ${100 * fill} %, ${short}, cv ${cv}`, error: mean(errors) })
        }
      }
      say(`${short}, lead-time cv ${cv}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
    }
  }
  table(cells)
  const ratioAt = (
    measure: string,
    fill: number,
    other = '90-day average',
    rule = 'same',
    what: 'stock' | 'orders' = 'stock',
  ) => {
    const found = ratios(cells, measure, fill, what, other, rule)
    return found.length === 0 ? null : round(mean(found.map(({ ratio }) => ratio)))
  }
  const byFill = (measure: string, ...more: [string?, string?, ('stock' | 'orders')?]) =>
    Object.fromEntries(FILLS.map((fill) => [String(fill), ratioAt(measure, fill, ...more)]))
  const every = MEASURES.flatMap((measure) =>
    FILLS.flatMap((fill) =>
      ratios(cells, measure, fill, 'stock', '90-day average').map((one) => ({ ...one, at: `${measure} ${fill}` })),
    ),
  )
  const worst = every.reduce((a, b) => (b.ratio > a.ratio ? b : a))
  say(
    `\nours ÷ 90-day average, ${every.length} of ${MEASURES.length * FILLS.length * CVS.length * SHORTS.length * SEEDS.length} pairs reached; worst ${worst.ratio.toFixed(3)}: ${worst.at}, ${worst.scenario}`,
  )
  say(
    `ours ÷ others in stock, same lots: ${['fixed min/max', '30-day average', 'z-safety stock'].map((other) => `${other} ${JSON.stringify({ value: byFill('valueFill', other), unit: byFill('unitFill', other) })}`).join('; ')}`,
  )
  const shares = kept.map((share) => 100 * share)
  say(
    `kept with a reorder point: ${Math.min(...shares).toFixed(0)} to ${Math.max(...shares).toFixed(0)} % of item-weeks, by fill`,
  )
  say(`typed fill and what came of it, points (mean of five seeds):`)
  for (const { label, error } of typed) say(`  ${label.padEnd(38)} ${error >= 0 ? '+' : ''}${error.toFixed(2)}`)
  const fill_error_points = round(Math.max(...typed.map(({ error }) => Math.abs(error))), 2)
  const stock_ratio_value_fill = byFill('valueFill')
  const stock_ratio_unit_fill = byFill('unitFill')
  const orders_ratio = round(
    Math.max(
      ...MEASURES.flatMap((measure) =>
        Object.values(byFill(measure, '90-day average', 'same', 'orders')).map(
          (one) => one ?? Number.POSITIVE_INFINITY,
        ),
      ),
    ),
  )
  const under = (value: number | null | undefined, most: number): boolean => value != null && value <= most
  return {
    stock_ratio_value_fill,
    stock_ratio_unit_fill,
    orders_ratio,
    fill_error_points,
    known_answers,
    stock_ratio_own_lots: {
      value_fill: byFill('valueFill', '90-day average', 'own'),
      unit_fill: byFill('unitFill', '90-day average', 'own'),
    },
    orders_ratio_own_lots: {
      value_fill: byFill('valueFill', '90-day average', 'own', 'orders'),
      unit_fill: byFill('unitFill', '90-day average', 'own', 'orders'),
    },
    stock_ratio_30_day: {
      value_fill: byFill('valueFill', '30-day average'),
      unit_fill: byFill('unitFill', '30-day average'),
    },
    stock_ratio_z_safety: {
      value_fill: byFill('valueFill', 'z-safety stock'),
      unit_fill: byFill('unitFill', 'z-safety stock'),
    },
    worst_ratio: round(worst.ratio),
    items: items.length,
    days: days - COUNT_FROM,
    seconds: Math.round((performance.now() - started) / 1000),
    cpu_s: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1e6),
    goals: {
      'value fill ≤ .92 at 93 %': under(stock_ratio_value_fill['0.93'], 0.92),
      'value fill ≤ .90 at 95 %': under(stock_ratio_value_fill['0.95'], 0.9),
      'unit fill ≤ .82': under(stock_ratio_unit_fill['0.93'], 0.82) && under(stock_ratio_unit_fill['0.95'], 0.82),
      'orders ≤ 1': orders_ratio <= 1,
      'fill within 1.5 points': fill_error_points <= 1.5,
      'known answers': known_answers.failed === 0 && known_answers.passed > 0,
    },
  }
}
