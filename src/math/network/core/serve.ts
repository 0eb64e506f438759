import { type Facility, never, reachOf, reachPrices, type Stop, standingCost } from './facility.ts'
import { transport } from './transport.ts'

/** What it costs to serve all from given open options, and how. */
export interface Service {
  readonly open: readonly number[]
  /** All costs; Infinity: these cannot serve all as is wanted. */
  readonly cost: number
  /** open × customers: units. */
  readonly units: Float64Array
}

/** Cost alone of options without limits: every customer at the nearest. */
export const plainCost = (f: Facility, open: readonly number[]): number => {
  const n = f.customers
  let sum = standingCost(f, open)
  if (open.length === 0) return n === 0 ? sum : Number.POSITIVE_INFINITY
  for (let j = 0; j < n; j += 1) {
    let least = Number.POSITIVE_INFINITY
    for (const i of open) if (f.cost[i * n + j]! < least) least = f.cost[i * n + j]!
    sum += least
  }
  return sum
}

const PRECISION = 1e-7

/**
 * The best service from given open options. Capacity is kept exactly; of demand within reach, so much more is bought as is
 * needed by a price on reach, which rises band by band until each holds and is then lowered as far as goes: with several bands
 * that is feasible, not always cheapest.
 * @param precision of the price of reach, relative: what of the cost it may miss is less by far.
 */
export const serve = (f: Facility, open: readonly number[], stop = never, precision = PRECISION): Service => {
  const fixed = standingCost(f, open)
  const none: Service = { open, cost: Number.POSITIVE_INFINITY, units: new Float64Array(0) }
  if (fixed === Number.POSITIVE_INFINITY || (open.length === 0 && f.customers > 0)) return none
  const units = f.bands.length === 0 ? servedAt(f, open, null, [], stop) : withinBands(f, open, stop, precision)
  if (units === null) return none
  return { open, units, cost: fixed + costOf(f, open, units) }
}

const costOf = (f: Facility, open: readonly number[], units: Float64Array): number => {
  const n = f.customers
  let sum = 0
  for (const [a, i] of open.entries())
    for (let j = 0; j < n; j += 1)
      if (units[a * n + j] !== 0) sum += (f.cost[i * n + j]! * units[a * n + j]!) / f.demand[j]!
  return sum
}

/** Units at prices by band for demand within its reach; null: somebody is left without. */
const servedAt = (
  f: Facility,
  open: readonly number[],
  bits: Uint8Array | null,
  prices: readonly number[],
  stop: Stop,
): Float64Array | null => {
  const n = f.customers
  const reach = bits === null ? null : { bits, prices: reachPrices(prices) }
  const { units, lacking } = transport(f, open, reach, stop)
  if (lacking > 0) return null
  for (const [a, i] of open.entries())
    for (let j = 0; j < n; j += 1) if (units[a * n + j]! > 0 && f.cost[i * n + j]! >= f.none) return null
  return units
}

const reached = (f: Facility, open: readonly number[], units: Float64Array, band: number): number => {
  const n = f.customers
  let sum = 0
  for (const [a, i] of open.entries())
    for (let j = 0; j < n; j += 1) sum += units[a * n + j]! * f.bands[band]!.within[i * n + j]!
  return sum
}

const STEPS = 60
const withinBands = (f: Facility, open: readonly number[], stop: Stop, precision: number): Float64Array | null => {
  const prices = f.bands.map(() => 0)
  const bits = reachOf(f)
  let units = servedAt(f, open, bits, prices, stop)
  if (units === null) return null
  const total = f.demand.reduce((sum, one) => sum + one, 0)
  const holds = (b: number, u: Float64Array): boolean => reached(f, open, u, b) >= f.bands[b]!.need - 1e-9 * total
  // No unit costs more than this to bring nearer.
  const most = dearest(f, open)
  for (let b = 0; b < f.bands.length; b += 1) {
    if (holds(b, units)) continue
    const at = (price: number): Float64Array | null => {
      prices[b] = price
      return stop() ? null : servedAt(f, open, bits, prices, stop)
    }
    let short: Float64Array = units
    let enough = at(most)
    if (enough === null || !holds(b, enough)) return null
    // From below by tenfold steps, for most prices are far below the dearest; then by halves.
    let [low, high] = [0, most]
    for (let step = 0; step < STEPS && high - low > precision * high; step += 1) {
      const price = low > 0 || step > 12 ? (low + high) / 2 : high / 8
      const tried = at(price)
      if (tried === null) return null
      if (holds(b, tried)) [high, enough] = [price, tried]
      else [low, short] = [price, tried]
    }
    prices[b] = high
    units = b === f.bands.length - 1 ? mixed(f, open, b, short, enough) : enough
  }
  // A later price may have pushed an earlier band out where capacity is tight.
  return f.bands.every((_, b) => holds(b, units!)) ? units : null
}

/** At the price where the answer flips from too little to more than enough, a mix of the two is just enough, and cheapest. */
const mixed = (f: Facility, open: readonly number[], b: number, short: Float64Array, enough: Float64Array) => {
  const [low, high] = [reached(f, open, short, b), reached(f, open, enough, b)]
  const part = high > low ? Math.min(1, Math.max(0, (f.bands[b]!.need - low) / (high - low))) : 1
  const mix = enough.map((one, at) => part * one + (1 - part) * short[at]!)
  return f.bands.every((band, k) => reached(f, open, mix, k) >= band.need - 1e-9 * band.need) ? mix : enough
}

const dearest = (f: Facility, open: readonly number[]): number => {
  const n = f.customers
  let most = 1
  for (let j = 0; j < n; j += 1)
    for (const i of open)
      if (f.cost[i * n + j]! < f.none) most = Math.max(most, (2 * Math.abs(f.cost[i * n + j]!)) / f.demand[j]! + 1)
  return most * (1 + open.length)
}
