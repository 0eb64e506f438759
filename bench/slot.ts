/**
 * Where items should lie, learnt on the first 70 % of real order lines and measured on the rest: random, alphabetical, ABC,
 * popularity and ours, walked by each router; what was predicted beside what came of it; the best relocations for a budget.
 * The warehouse is made from a seed. Needs no database. --dir PATH for other orders, --seed N, --blocks N for another warehouse.
 */
import { seededRandom } from '../src/math/numerics/random.ts'
import { type Rule, ruleRoute } from '../src/math/pick/baseline.ts'
import { exactRouter } from '../src/math/pick/exact/router.ts'
import type { Slot, SlotItem } from '../src/math/slot/fit.ts'
import { historyOf, popularity } from '../src/math/slot/history.ts'
import { bestMoves } from '../src/math/slot/moves.ts'
import { metresPerOrder, predictSaving, slotItems } from '../src/math/slot/slotting.ts'
import { byClass, byPopularity, fillInOrder, type Slotting, slotsFromDepot } from '../src/math/slot/start.ts'
import { cancelMs } from './kit/cancel.ts'
import { numberOption, say } from './kit/report.ts'
import { orderFileOf, readInvoices } from './pick/orders.ts'
import { warehouseOf } from './pick/warehouse.ts'

const LEARN = 0.7
const RULES: readonly Rule[] = ['sShape', 'largestGap', 'return']
const BUDGET = 200
const HALF_LIFE = 3_000

const round = (x: number, digits = 1): number => Number(x.toFixed(digits))
const saved = (ours: number, theirs: number): number => 100 * (1 - ours / theirs)

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

export const run = async (words: readonly string[]) => {
  const seed = numberOption(words, 'seed', 1)
  const invoices = await readInvoices(orderFileOf(words))
  const names = [...new Set(invoices.flatMap(({ lines }) => lines.map(({ item }) => item)))].sort()
  const index = new Map(names.map((name, at) => [name, at]))
  const orders = invoices.map(({ lines }) => lines.map(({ item }) => index.get(item)!))
  const cut = Math.floor(LEARN * orders.length)
  const [learnt, measured] = [orders.slice(0, cut), orders.slice(cut)]
  const lines = measured.reduce((sum, order) => sum + order.length, 0) / measured.length
  const { layout, slots: faces, said } = warehouseOf(seed, names.length, numberOption(words, 'blocks', 1))
  // The data hold neither sizes nor weights nor classes of goods: every item may lie anywhere, in this bench.
  const slots = faces.map(
    ({ place }, n): Slot => ({
      id: `${n}`,
      place,
      space_cm3: 1,
      most_weight_g: 1,
      temperature: 'ambient',
      hazards: [],
    }),
  )
  const items = names.map((id): SlotItem => ({ id, space_cm3: 1, weight_g: 1, temperature: 'ambient', hazard: null }))
  say(`${learnt.length} orders learnt from, ${measured.length} measured, ${round(lines)} lines each; ${said}`)

  const uniform = (stream: number) => seededRandom(seed, stream).uniform
  const near = slotsFromDepot(layout, slots)
  const fits = () => true
  const picks = popularity(historyOf(learnt, { halfLife: Number.POSITIVE_INFINITY, last: learnt.length }), items.length)
  const draw = uniform(41)
  const shuffled = slots
    .map((_, at) => ({ at, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ at }) => at)
  const alphabet = [...items.keys()]
  const started = cpuSeconds()
  const problem = { layout, slots, items, orders: learnt }
  const storages: Record<string, Slotting> = {
    random: fillInOrder(items, alphabet, shuffled, fits),
    alphabetical: fillInOrder(items, alphabet, [...slots.keys()], fits),
    ABC: fillInOrder(items, byClass(items, picks, uniform(42)), near, fits),
    popularity: fillInOrder(items, byPopularity(items, picks), near, fits),
    ours: slotItems(problem, { uniform: uniform(43), halfLife: HALF_LIFE }),
  }
  say(`ours took ${round(cpuSeconds() - started)} s of CPU`)
  const router = exactRouter(layout)
  const metres: Record<string, Record<string, number>> = {}
  for (const [name, slotting] of Object.entries(storages)) {
    const tours = measured.map((order) => order.map((item) => slots[slotting[item]!]!.place))
    const by = (rule: Rule): number =>
      tours.reduce((sum, places) => sum + ruleRoute(layout, places, rule).length_mm, 0) / 1_000 / tours.length
    metres[name] = {
      exact: metresPerOrder(router, slots, slotting, measured),
      ...Object.fromEntries(RULES.map((rule) => [rule, by(rule)])),
    }
    say(
      `${name.padEnd(14)}${Object.entries(metres[name])
        .map(([route, m]) => `${route} ${round(m)} m an order, ${round(m / lines, 2)} a line`)
        .join('; ')}`,
    )
  }
  const [random, alphabetical, ours] = [metres.random!, metres.alphabetical!, metres.ours!]
  const inSample = saved(
    metresPerOrder(router, slots, storages.ours!, learnt),
    metresPerOrder(router, slots, storages.random!, learnt),
  )
  const predicted = 100 * predictSaving(problem, storages.random!, { uniform: uniform(44), halfLife: HALF_LIFE })
  const measuredSaving = saved(ours.exact!, random.exact!)
  say(
    `against random: ${round(predicted)} % predicted from unseen orders of the learnt part, ${round(measuredSaving)} % measured; on the orders learnt from ${round(inSample)} %`,
  )
  const newest = historyOf(learnt, { halfLife: HALF_LIFE, last: 4_000 })
  const moves = bestMoves(router, slots, newest, storages.alphabetical!, BUDGET, {
    fits,
    uniform: uniform(45),
    tries: 6_000,
  })
  const moved = storages.alphabetical!.slice()
  for (const { item, from, to, other } of moves) {
    moved[item] = to
    if (other !== null) moved[other] = from
  }
  const trips = moves.reduce((sum, one) => sum + one.moves, 0)
  const weight = newest.weights.reduce((sum, one) => sum + one, 0)
  const expected = moves.reduce((sum, one) => sum + one.saved_m, 0) / weight
  const came = alphabetical.exact! - metresPerOrder(router, slots, moved, measured)
  say(
    `from alphabetical storage, ${trips} moves: ${round(expected, 2)} m an order expected, ${round(came, 2)} m measured`,
  )
  const cancel_ms = Math.max(
    cancelMs((stop) => slotItems(problem, { uniform: uniform(46), halfLife: HALF_LIFE, stop })),
    cancelMs((stop) =>
      bestMoves(router, slots, newest, storages.alphabetical!, BUDGET, {
        fits,
        uniform: uniform(47),
        tries: 6_000,
        stop,
      }),
    ),
  )
  say(`told to stop, it ends within ${cancel_ms} ms`)
  const saving_vs_random_pct = round(measuredSaving)
  const saving_vs_alphabetical_pct = round(saved(ours.exact!, alphabetical.exact!))
  const saving_with_routing_pct = round(saved(ours.exact!, random.sShape!))
  return {
    saving_vs_random_pct,
    saving_vs_alphabetical_pct,
    saving_with_routing_pct,
    predicted_vs_measured_pct: round(predicted - measuredSaving),
    predicted_pct: round(predicted),
    in_sample_pct: round(inSample),
    cancel_ms,
    metres_per_order: Object.fromEntries(
      Object.entries(metres).map(([name, own]) => [
        name,
        Object.fromEntries(Object.entries(own).map(([route, m]) => [route, round(m)])),
      ]),
    ),
    metres_per_line: Object.fromEntries(
      Object.entries(metres).map(([name, own]) => [name, round(own.exact! / lines, 2)]),
    ),
    moves: {
      budget: BUDGET,
      used: trips,
      expected_m_per_order: round(expected, 2),
      measured_m_per_order: round(came, 2),
    },
    orders: { learnt: learnt.length, measured: measured.length, lines_per_order: round(lines) },
    seed,
    cpu_s: Math.round(cpuSeconds()),
    goals: {
      '33 % less than random, same router': saving_vs_random_pct >= 33,
      '20 % less than alphabetical': saving_vs_alphabetical_pct >= 20,
      '48 % less than random with S-shape': saving_with_routing_pct >= 48,
      'stops within 50 ms': cancel_ms <= 50,
    },
  }
}
