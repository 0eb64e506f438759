/** A night's re-plan: forecasts with calibrated quantiles of 20,000 item-sites, on all processors. */
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { inWorkers } from '../../src/core/workers/inWorkers.ts'
import { calibrate } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import { dice } from '../kit/wholesaler.ts'
import { HORIZON, PERIOD, type Replanned } from './replanWork.ts'

const ITEM_SITES = 20_000
/** One in so many is looked at twice: its scores calibrate all. */
const SCORED = 10
const CHECKED = 300
const MODULE = new URL('replanWork.ts', import.meta.url)

/** Items of the wholesaler at several sites, each with a share of the item's demand: whole units, chance decides over parts of one. */
const itemSites = (days: readonly Float64Array[]): Float64Array[] => {
  const roll = dice(20_000)
  return Array.from({ length: ITEM_SITES }, (_, n) => {
    const share = (1 + roll(10)) / 10
    return days[n % days.length]!.map((units) => Math.floor(units * share + roll(1_000) / 1_000))
  })
}

export const replan = async (days: readonly Float64Array[]) => {
  if (days.length === 0) return null
  const panel = itemSites(days)
  const workers = availableParallelism()
  let rss = 0
  const started = performance.now()
  const calibration = calibrate(
    panel.filter((_, n) => n % SCORED === 0),
    { horizon: HORIZON, period: PERIOD },
  )
  const calibrated = performance.now()
  const answers = await inWorkers<Float64Array, Replanned, typeof calibration>(MODULE, panel, {
    given: calibration,
    workers,
    onProgress: () => {
      rss = Math.max(rss, process.memoryUsage.rss())
    },
  })
  const seconds = (performance.now() - started) / 1000
  const some = panel.slice(0, CHECKED)
  for (const crew of [1, 3])
    assert.deepEqual(
      await inWorkers(MODULE, some, { given: calibration, workers: crew, together: 7 }),
      answers.slice(0, CHECKED),
      'the number of workers changes nothing',
    )
  say(
    `${ITEM_SITES} item-sites of ${panel[0]!.length} days re-planned with quantiles in ${seconds.toFixed(0)} s on ${workers} workers (calibration ${((calibrated - started) / 1000).toFixed(0)} s of it), ${Math.round(rss / 2 ** 20)} MB`,
  )
  return { replan_20k_s: Math.round(seconds), replan: { workers, rss_mb: Math.round(rss / 2 ** 20) } }
}
