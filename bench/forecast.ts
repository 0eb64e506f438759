/**
 * Accuracy, calibration and speed of the forecast engine on public data: M3 by the M4 definitions, spare parts, daily demand of the
 * wholesaler, promotions; the known answers of the inventory formulas. `--dir PATH`: files of the same formats in another folder; what is not there is left out. `--peer r`: the package forecast of R beside ours.
 */
import { folderOf, readDaily, readM3, readParts, readPromo } from './forecast/data.ts'
import { m3Accuracy } from './forecast/m3.ts'
import { besideR, wantsPeer } from './forecast/peer.ts'
import { promoWape } from './forecast/promo.ts'
import { quantileFigures } from './forecast/quantiles.ts'
import { replan } from './forecast/replan.ts'
import { speed } from './forecast/speed.ts'
import { weekly } from './forecast/weekly.ts'
import { say } from './kit/report.ts'
import { checkKnownAnswers } from './policy/knownAnswers.ts'

export const run = async (words: readonly string[]) => {
  const folder = folderOf(words)
  const peer = wantsPeer(words)
  const series = readM3(folder)
  const timed = (title: string, started: number): void =>
    say(`  (${title}: ${Math.round((performance.now() - started) / 1000)} s)`)
  let started = performance.now()
  const measured = speed(series)
  const m3 = m3Accuracy(series)
  timed('M3', started)
  const beside = peer ? besideR(series) : null
  started = performance.now()
  const daily = readDaily(folder)
  const quantiles = quantileFigures(series, readParts(folder), daily)
  timed('quantiles', started)
  started = performance.now()
  const promotions = readPromo(folder)
  const promo_wape = promoWape(promotions)
  timed('promotions', started)
  started = performance.now()
  const weeks = weekly(promotions)
  timed('weeks', started)
  const replanned = await replan(daily)
  const { passed, failed } = checkKnownAnswers(folder)
  return {
    m3,
    promo_wape,
    ...quantiles,
    ...weeks,
    ...measured,
    ...replanned,
    ...beside,
    known_answers: { passed, failed },
  }
}
