/**
 * Waves of real orders sourced from several sites that share scarce stock: each order as is best for it alone, by rank, beside
 * the search, and how far from the best the answer can be: by the engine's own bound (Lagrangian), and by HiGHS on the waves of
 * up to 200 orders. Sites, stock and costs are made from a seed. Needs no database. --dir PATH for other orders, --seed N for
 * other sites, --seconds N for HiGHS.
 */
import { highs } from '../src/core/solver/highs.ts'
import { seededRandom } from '../src/math/numerics/random.ts'
import { planProblem, type Wave } from '../src/math/source/wave/problem.ts'
import { proveWave } from '../src/math/source/wave/proveWave.ts'
import { sourceWave } from '../src/math/source/wave/sourceWave.ts'
import { cancelMs } from './kit/cancel.ts'
import { numberOption, say } from './kit/report.ts'
import { type Invoice, orderFileOf, readInvoices } from './pick/orders.ts'

const SITES = 6
/** What is larger goes out from where most of it lies, whatever else. */
const MOST_LINES = 10
const WAVES = [
  { orders: 100, tries: 8_000, rounds: 300 },
  { orders: 200, tries: 8_000, rounds: 300 },
  { orders: 1_000, tries: 7_000, rounds: 120 },
]
/** What HiGHS is given where nothing is said, in seconds for a wave. */
const SOLVER_S = 120
const SOLVED = 200
const round = (x: number, digits = 2): number => Number(x.toFixed(digits))

/** Sites at random places; some items scarce, none kept everywhere; pence. */
const waveOf = (invoices: readonly Invoice[], seed: number): Wave => {
  const { uniform } = seededRandom(seed, 51)
  const items = [...new Set(invoices.flatMap(({ lines }) => lines.map(({ item }) => item)))]
  const index = new Map(items.map((item, at) => [item, at]))
  const demand = items.map(() => 0)
  for (const { lines } of invoices) for (const { item, units } of lines) demand[index.get(item)!]! += units
  const stock = demand.map((units) => {
    // A site keeps two items of three; of one item in five there is less than is wanted, of the others enough.
    const shares = Array.from({ length: SITES }, () => (uniform() < 0.67 ? 0.2 + uniform() : 0))
    const all = Math.max(
      0.1,
      shares.reduce((sum, one) => sum + one, 0),
    )
    const plenty = uniform() < 0.2 ? 0.8 : 1.5
    return shares.map((share) => Math.round((plenty * units * share) / all))
  })
  const sites = Array.from({ length: SITES }, () => [uniform(), uniform()] as const)
  const worth = items.map(() => 20 + Math.floor(180 * uniform()))
  return {
    sites: SITES,
    stock,
    orders: invoices.map(({ id, lines }) => {
      const [x, y] = [uniform(), uniform()]
      const far = sites.map(([sx, sy]) => Math.hypot(x - sx, y - sy))
      return {
        id,
        lines: lines.map(({ item, units }) => ({
          item: index.get(item)!,
          units,
          short_cost: worth[index.get(item)!]!,
        })),
        shipment: far.map((d) => Math.round(400 + 600 * d)),
        unit: far.map((d) => Math.round(10 * d)),
        maxSplits: 3,
      }
    }),
  }
}

export const run = async (words: readonly string[]) => {
  const seed = numberOption(words, 'seed', 1)
  const invoices = (await readInvoices(orderFileOf(words))).filter(({ lines }) => lines.length <= MOST_LINES)
  const seconds = numberOption(words, 'seconds', SOLVER_S)
  const waves = []
  for (const { orders, tries, rounds } of WAVES) {
    const wave = waveOf(invoices.slice(0, orders), seed)
    const before = process.cpuUsage()
    const answer = sourceWave(wave, { uniform: seededRandom(seed, 52).uniform, tries, rounds })
    const { plan, cost, greedy, bound } = answer
    const { user, system } = process.cpuUsage(before)
    const problem = planProblem(wave, plan)
    if (problem !== null) throw new Error(`the plan of ${orders} orders is wrong: ${problem}`)
    const found = {
      orders,
      lines: wave.orders.reduce((sum, one) => sum + one.lines.length, 0),
      cost: Math.round(cost),
      greedy: Math.round(greedy),
      bound: Math.round(bound),
      gap_to_bound_pct: round(100 * (cost / bound - 1)),
      saved_vs_greedy_pct: round(100 * (1 - cost / greedy)),
      cpu_s: round((user + system) / 1e6, 1),
    }
    say(
      `${orders} orders, ${found.lines} lines, ${SITES} sites: ${found.cost} (greedy ${found.greedy}, bound ${found.bound}): ${found.saved_vs_greedy_pct} % below greedy, at most ${found.gap_to_bound_pct} % above the best; ${found.cpu_s} s`,
    )
    const proved = orders <= SOLVED ? await proveWave(wave, answer, highs, { seconds }) : null
    const beside = proved && {
      solver: proved.solver,
      solver_cost: Math.round(proved.cost),
      solver_bound: Math.round(proved.bound),
      // Above the cheapest plan that anybody found, and above what no plan goes below.
      cost_vs_best_pct: round(100 * (cost / proved.cost - 1), 3),
      cost_vs_optimum_pct: round(100 * (cost / proved.bound - 1), 3),
    }
    if (beside)
      say(
        `  HiGHS (${beside.solver}): ${beside.solver_cost}, none below ${beside.solver_bound}: ours is ${beside.cost_vs_best_pct} % above the cheaper of the two and at most ${beside.cost_vs_optimum_pct} % above the best there is`,
      )
    waves.push({ ...found, ...beside })
  }
  const largest = waveOf(invoices.slice(0, WAVES.at(-1)!.orders), seed)
  const cancel_ms = cancelMs((stop) =>
    sourceWave(largest, { uniform: seededRandom(seed, 53).uniform, tries: 7_000, rounds: 120, stop }),
  )
  say(`told to stop, a wave of ${largest.orders.length} orders ends within ${cancel_ms} ms`)
  const small = waves.filter(({ orders }) => orders <= 200)
  const large = waves.at(-1)!
  return {
    waves,
    cost_vs_optimum_pct: Math.max(...small.map((one) => one.cost_vs_optimum_pct ?? Number.POSITIVE_INFINITY)),
    cost_vs_greedy_pct: round(100 * (Math.max(...waves.map((one) => one.cost / one.greedy)) - 1)),
    gap_to_bound_pct: Math.max(...small.map((one) => one.gap_to_bound_pct)),
    cpu_s_1000_orders: large.cpu_s,
    cancel_ms,
    seed,
    goals: {
      'proven within 1 % on 100 to 200 orders': small.every((one) => (one.cost_vs_optimum_pct ?? 100) <= 1),
      'never worse than greedy': waves.every(({ cost, greedy }) => cost <= greedy),
      '1,000 orders in 5 s': large.cpu_s <= 5,
      'stops within 50 ms': cancel_ms <= 50,
    },
  }
}
