/**
 * Containers of Bischoff & Ratcliff filled in a second each, free and with full support, beside boxes placed largest first; cartons for
 * orders of 1 to 20 boxes. Every packing goes through the checker. Needs no database.
 * --dir PATH (folders br1, br4, …), --seconds 1 (CPU, an instance), --seeds 1, --instances 100 (most of each family).
 */
import { checkPacking, type Packing, packContainer } from '../src/math/pack/index.ts'
import { numberOption, say } from './kit/report.ts'
import { timeCartons } from './pack/cartons.ts'
import { type Instance, readInstances } from './pack/data.ts'
import { packLargestFirst } from './pack/largestFirst.ts'

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
const round = (x: number, digits = 2): number => Number(x.toFixed(digits))

interface Row {
  readonly family: string
  /** Percent of the container's volume. */
  readonly free: number
  readonly supported: number
  readonly baseFree: number
  readonly baseSupported: number
}

const METHODS = ['free', 'supported', 'baseFree', 'baseSupported'] as const

const runInstance = (
  { family, container, items }: Instance,
  seconds: number,
  seeds: number,
): { row: Row; faults: string[] } => {
  const faults: string[] = []
  const use = (packing: Packing, fullSupport: boolean): number => {
    faults.push(...checkPacking(packing, items, { fullSupport }))
    return 100 * packing.use
  }
  const ours = (fullSupport: boolean): number =>
    mean(
      Array.from({ length: seeds }, (_, n) =>
        use(packContainer(container, items, { seconds, now: cpuMs, seed: n + 1, fullSupport }), fullSupport),
      ),
    )
  const row = {
    family,
    free: ours(false),
    supported: ours(true),
    baseFree: use(packLargestFirst(container, items, false), false),
    baseSupported: use(packLargestFirst(container, items, true), true),
  }
  return { row, faults }
}

export const run = async (words: readonly string[]) => {
  const seconds = numberOption(words, 'seconds', 1)
  const seeds = numberOption(words, 'seeds', 1)
  const instances = readInstances(words, numberOption(words, 'instances', 100))
  const started = cpuMs()
  const rows: Row[] = []
  let faults = 0
  // The first filling compiles the code; it is not counted.
  runInstance(instances[0]!, 1, 1)
  say(`${instances.length} instances, ${seconds} s of CPU each, ${seeds} seed(s); % of the volume, mean (least)`)
  say(
    `${'family'.padEnd(8)}${['ours', 'ours, supported', 'largest first', 'largest first, supported'].map((one) => one.padStart(26)).join('')}`,
  )
  for (const family of new Set(instances.map((one) => one.family))) {
    for (const instance of instances.filter((one) => one.family === family)) {
      const result = runInstance(instance, seconds, seeds)
      rows.push(result.row)
      faults += result.faults.length
      for (const fault of result.faults.slice(0, 3)) say(`  FAULT ${family}: ${fault}`)
    }
    const of = rows.filter((row) => row.family === family)
    const cell = (method: (typeof METHODS)[number]) =>
      `${mean(of.map((row) => row[method])).toFixed(2)} (${Math.min(...of.map((row) => row[method])).toFixed(2)})`.padStart(
        26,
      )
    say(`${family.padEnd(8)}${METHODS.map(cell).join('')}`)
  }
  const byFamily = (method: (typeof METHODS)[number]) =>
    Object.fromEntries(
      [...new Set(rows.map((row) => row.family))].map((family) => [
        family,
        round(mean(rows.filter((row) => row.family === family).map((row) => row[method]))),
      ]),
    )
  const cartons = timeCartons()
  say(
    `cartons, ${cartons.orders} orders of 1 to 20 boxes: CPU ${cartons.mean.toFixed(2)} ms mean, ${cartons.p50.toFixed(2)} median, ${cartons.p95.toFixed(2)} at 95 %, ${cartons.longest.toFixed(1)} longest; ${(100 * cartons.proven).toFixed(0)} % proven cheapest, ${(100 * cartons.several).toFixed(1)} % in several cartons; cost ${cartons.costRatio.toFixed(3)} of largest first's in ${cartons.compared} orders`,
  )
  say(`faults found by the checker: ${faults + cartons.faults}`)
  const br_use_pct = byFamily('free')
  const br_supported_use_pct = byFamily('supported')
  const upTo7 = (of: Readonly<Record<string, number>>): boolean =>
    Object.keys(of).some((family) => Number(family.slice(2)) <= 7)
  const meanUpTo7 = (of: Readonly<Record<string, number>>): number =>
    mean(Object.entries(of).flatMap(([family, use]) => (Number(family.slice(2)) <= 7 ? [use] : [])))
  const supported_use_pct = upTo7(br_supported_use_pct) ? round(meanUpTo7(br_supported_use_pct)) : null
  return {
    br_use_pct,
    supported_use_pct,
    carton_ms: round(cartons.mean),
    br_supported_use_pct,
    baseline_use_pct: byFamily('baseFree'),
    baseline_supported_use_pct: byFamily('baseSupported'),
    carton_p95_ms: round(cartons.p95),
    carton_longest_ms: round(cartons.longest),
    carton_proven_share: round(cartons.proven),
    carton_cost_ratio: round(cartons.costRatio, 3),
    faults: faults + cartons.faults,
    instances: instances.length,
    seconds,
    seeds,
    cpu_s: Math.round((cpuMs() - started) / 1000),
    goals: {
      'BR1–7 ≥ 91 %': upTo7(br_use_pct) && meanUpTo7(br_use_pct) >= 91,
      'BR10 ≥ 89 %': (br_use_pct.BR10 ?? 0) >= 89,
      'BR1–7 ≥ 88 % with full support': (supported_use_pct ?? 0) >= 88,
      'carton choice < 5 ms': cartons.mean < 5,
      'no fault': faults + cartons.faults === 0,
    },
  }
}
