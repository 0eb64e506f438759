/**
 * Picking tours on real order lines: the shortest beside S-shape, largest gap and return, on random and popularity storage, in
 * one block and two; the shortest against every order of visit in 1,000 random warehouses; and waves batched on carts. The
 * warehouse is made from a seed. Needs no database. --dir PATH for other orders, --seed N for another warehouse.
 */
import { seededRandom } from '../src/math/numerics/random.ts'
import { type Rule, ruleRoute } from '../src/math/pick/baseline.ts'
import { exactRouter } from '../src/math/pick/exact/router.ts'
import type { Place } from '../src/math/pick/layout.ts'
import { randomWarehouse, shortestByTrial, walksOf } from '../src/math/pick/testWarehouse.ts'
import { numberOption, say } from './kit/report.ts'
import { batching, SMALL } from './pick/batches.ts'
import { type Invoice, orderFileOf, readInvoices } from './pick/orders.ts'
import { type Warehouse, warehouseOf } from './pick/warehouse.ts'

const RULES: readonly Rule[] = ['sShape', 'largestGap', 'return']
const CASES = 1_000
/** No cart takes more. */
const CART_LINES = 100
/** Storage is learnt on the first part, tours are measured on the rest. */
const LEARN = 0.7

const round = (x: number, digits = 1): number => Number(x.toFixed(digits))

/** Share of random warehouses, one block and two, in which no order of visit is shorter. */
const exactEqual = (): number => {
  let equal = 0
  for (let seed = 0; seed < CASES; seed += 1) {
    const { layout, places } = randomWarehouse(90_000 + seed, 1 + (seed % 2))
    if (exactRouter(layout).length_mm(places) === shortestByTrial(walksOf(layout, places))) equal += 1
  }
  return equal / CASES
}

/** Slots by aisle from the door outwards, each from the front. */
const fromTheDoor = ({ layout, slots }: Warehouse): Place[] => {
  const across = ({ aisle }: Place): number =>
    Math.abs(layout.aisles_mm[aisle]! - layout.aisles_mm[layout.depot.aisle]!)
  return slots
    .map(({ place }) => place)
    .sort((a, b) => across(a) - across(b) || a.aisle - b.aisle || a.along_mm - b.along_mm)
}

const storagesOf = (warehouse: Warehouse, learnt: readonly Invoice[], items: readonly string[], seed: number) => {
  const random = seededRandom(seed, 31)
  const shuffled = warehouse.slots
    .map(({ place }) => ({ place, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ place }) => place)
  const picks = new Map<string, number>()
  for (const { lines } of learnt) for (const { item } of lines) picks.set(item, (picks.get(item) ?? 0) + 1)
  const popular = items.toSorted((a, b) => (picks.get(b) ?? 0) - (picks.get(a) ?? 0) || (a < b ? -1 : 1))
  const laid = (order: readonly string[], places: readonly Place[]) =>
    new Map(order.map((item, at) => [item, places[at]!]))
  return { random: laid(items, shuffled), popularity: laid(popular, fromTheDoor(warehouse)) }
}

export const run = async (words: readonly string[]) => {
  const seed = numberOption(words, 'seed', 1)
  const file = orderFileOf(words)
  const invoices = await readInvoices(file)
  const items = [...new Set(invoices.flatMap(({ lines }) => lines.map(({ item }) => item)))].sort()
  const cut = Math.floor(LEARN * invoices.length)
  const measured = invoices.slice(cut)
  const lines = measured.reduce((sum, one) => sum + one.lines.length, 0)
  say(
    `${invoices.length} orders of ${items.length} items; ${measured.length} measured, ${round(lines / measured.length)} lines each`,
  )
  const exact_equal = exactEqual()
  say(`the shortest of all orders of visit in ${round(100 * exact_equal)} % of ${CASES} random warehouses`)
  const metres: Record<string, Record<string, number>> = {}
  const micros: number[] = []
  const batches: ReturnType<typeof batching>[] = []
  for (const blocks of [1, 2]) {
    const warehouse = warehouseOf(seed, items.length, blocks)
    say(`\n${warehouse.said}`)
    const router = exactRouter(warehouse.layout)
    for (const [storage, placeOf] of Object.entries(storagesOf(warehouse, invoices.slice(0, cut), items, seed))) {
      const tours = measured.map((one) => one.lines.map(({ item }) => placeOf.get(item)!))
      for (const places of tours.slice(0, 500)) router.length_mm(places)
      const before = process.cpuUsage()
      const exact = tours.reduce((sum, places) => sum + router.length_mm(places), 0)
      const spent = process.cpuUsage(before)
      micros.push((spent.user + spent.system) / tours.length)
      const own: Record<string, number> = { exact: round(exact / 1_000 / tours.length) }
      for (const rule of RULES)
        own[rule] = round(
          tours.reduce((sum, places) => sum + ruleRoute(warehouse.layout, places, rule).length_mm, 0) /
            1_000 /
            tours.length,
        )
      metres[`${storage}, ${blocks} ${blocks === 1 ? 'block' : 'blocks'}`] = own
      say(
        `${storage.padEnd(12)} ${Object.entries(own)
          .map(([name, m]) => `${name} ${m}`)
          .join(', ')} m an order; ${round(micros.at(-1)!)} µs`,
      )
      if (storage !== 'popularity' || blocks !== 1) continue
      for (const most of [SMALL, CART_LINES]) {
        const found = batching(measured, (item) => placeOf.get(item)!, router, most)
        say(
          `  orders of up to ${most} lines, ${found.waves} waves of ${found.orders_per_wave}, carts of ${found.cart}: first come ${round(found.metres.first_come)} m, savings ${round(found.metres.savings)}, with search ${round(found.metres.search)}: ${round(found.saved_pct)} % less than first come; ${round(found.cpu_s_per_wave, 1)} s a wave`,
        )
        batches.push(found)
      }
    }
  }
  const [small, all] = batches
  return {
    metres_per_order: metres,
    exact_equal,
    exact_us_per_order: round(Math.max(...micros)),
    batching: {
      saved_vs_first_come_pct: round(small!.saved_pct),
      up_to_lines: SMALL,
      all_orders_saved_vs_first_come_pct: round(all!.saved_pct),
      metres: Object.fromEntries(Object.entries(small!.metres).map(([name, m]) => [name, round(m)])),
      cancel_ms: Math.max(small!.cancel_ms, all!.cancel_ms),
      carts: small!.carts,
      cart: small!.cart,
      orders_per_wave: small!.orders_per_wave,
      cpu_s_per_wave: round(small!.cpu_s_per_wave, 1),
    },
    orders: measured.length,
    lines_per_order: round(lines / measured.length),
    seed,
    goals: {
      'equal to brute force': exact_equal === 1,
      'under 50 µs an order': Math.max(...micros) < 50,
      '30 % fewer metres than first come': small!.saved_pct >= 30,
      'stops within 50 ms': Math.max(small!.cancel_ms, all!.cancel_ms) <= 50,
    },
  }
}
