import { seededRandom } from '../../src/math/numerics/random.ts'
import {
  type Batch,
  bySavings,
  type Cart,
  firstCome,
  fits,
  improveBatches,
  type PickOrder,
} from '../../src/math/pick/batch/batch.ts'
import type { Router } from '../../src/math/pick/exact/router.ts'
import type { Place } from '../../src/math/pick/layout.ts'
import { cancelMs } from '../kit/cancel.ts'
import type { Invoice } from './orders.ts'

const CART: Cart = { cube_cm3: 400_000, lines: 100 }
const WAVE = 200
const WAVES = 5
const TRIES = 300_000
/** What is larger fills a walk of its own: the goal is for what a cart is for, all orders are told beside it. */
export const SMALL = 20

/** Units of an item take up between a cup and a shoe box: assumed, the data hold no sizes. */
const cubeOf = (item: string): number => {
  const seed = [...item].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, 7)
  return Math.round(150 * Math.exp(1.1 * seededRandom(seed, 4).normal()))
}

/** Waves of orders in the order they came, those left out that no cart can take by itself. */
const wavesOf = (invoices: readonly Invoice[], placeOf: (item: string) => Place, most: number): PickOrder[][] => {
  const orders = invoices
    .filter(({ lines }) => lines.length <= most)
    .map(
      ({ id, lines }): PickOrder => ({
        id,
        places: lines.map(({ item }) => placeOf(item)),
        cube_cm3: lines.reduce((sum, { item, units }) => sum + units * cubeOf(item), 0),
        due_s: null,
      }),
    )
    .filter((order) => fits([order], CART))
  return Array.from({ length: WAVES }, (_, n) => orders.slice(n * WAVE, (n + 1) * WAVE)).filter(
    (wave) => wave.length === WAVE,
  )
}

const metres = (batches: readonly Batch[]): number => batches.reduce((sum, { length_mm }) => sum + length_mm, 0) / 1_000

/** Metres of waves by each way of batching, on one storage, all walked by the shortest tour. */
export const batching = (
  invoices: readonly Invoice[],
  placeOf: (item: string) => Place,
  router: Router,
  most: number,
) => {
  const waves = wavesOf(invoices, placeOf, most)
  const length = (places: readonly Place[]): number => router.length_mm(places)
  const totals = { one_by_one: 0, first_come: 0, savings: 0, search: 0 }
  const carts = { first_come: 0, search: 0 }
  const started = process.cpuUsage()
  for (const [n, wave] of waves.entries()) {
    const first = firstCome(wave, CART, length)
    const saved = bySavings(wave, CART, length)
    const found = improveBatches(saved, {
      cart: CART,
      length,
      pace: null,
      uniform: seededRandom(n, 8).uniform,
      tries: TRIES,
    })
    totals.one_by_one += wave.reduce((sum, { places }) => sum + length(places), 0) / 1_000
    totals.first_come += metres(first)
    totals.savings += metres(saved)
    totals.search += metres(found)
    carts.first_come += first.length
    carts.search += found.length
  }
  const spent = process.cpuUsage(started)
  return {
    waves: waves.length,
    orders_per_wave: WAVE,
    metres: totals,
    carts,
    /** Told to stop, the first wave ends within so many ms. */
    cancel_ms: cancelMs((stop) =>
      improveBatches(bySavings(waves[0]!, CART, length, { stop }), {
        ...{ cart: CART, length, pace: null, uniform: seededRandom(1, 9).uniform, tries: TRIES, stop },
      }),
    ),
    cpu_s_per_wave: (spent.user + spent.system) / 1e6 / waves.length,
    saved_pct: 100 * (1 - totals.search / totals.first_come),
    cart: `${CART.lines} lines, ${CART.cube_cm3 / 1_000} dm³ (item sizes assumed, seeded)`,
  }
}
