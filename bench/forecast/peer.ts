/** `--peer r`: the package forecast of R on the same series, in the same run; CPU time beside ours. Nothing else needs R. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { forecast, type SmoothModel } from '../../src/math/forecast/index.ts'
import { say } from '../kit/report.ts'
import type { M3Series } from './data.ts'
import { smape } from './metrics.ts'
import { perSecond } from './speed.ts'

/** Found on the PATH, or not. */
const RSCRIPT = 'Rscript'
const SCRIPT = fileURLToPath(new URL('peer.R', import.meta.url))
/** R takes one to two seconds for ETS of one monthly series. */
const MOST = 100
/** Rounds of ours: what takes a tenth of a millisecond is not to be measured once. */
const PAIRS: readonly (readonly [theirs: string, ours: SmoothModel, rounds: number])[] = [
  ['ets', 'ets', 3],
  ['thetaf', 'theta', 60],
]

/** Is a peer wanted? Throws for one that there is not. */
export const wantsPeer = (words: readonly string[]): boolean => {
  const at = words.findIndex((word) => word === '--peer' || word.startsWith('--peer='))
  if (at < 0) return false
  const name = words[at]!.includes('=') ? words[at]!.slice('--peer='.length) : words[at + 1]
  if (name !== 'r') throw new Error(`there is no peer ${name ?? ''}: give --peer r`)
  return true
}

const versionOf = (): string | null => {
  const asked = spawnSync(RSCRIPT, [
    '-e',
    'cat(R.version$major, R.version$minor, "forecast", as.character(packageVersion("forecast")))',
  ])
  return asked.status === 0 ? asked.stdout.toString().replace(' ', '.') : null
}

export const besideR = (all: readonly M3Series[]) => {
  const version = versionOf()
  if (!version) {
    say('peer r: Rscript with the package forecast is not installed (Debian: r-cran-forecast); nothing is compared')
    return { peer_r: null }
  }
  const monthly = all.filter((one) => one.group === 'monthly')
  const series = monthly.filter((_, i) => i % Math.ceil(monthly.length / MOST) === 0)
  if (series.length === 0) return { peer_r: null }
  const input = series.map(({ period, horizon, past }) => [period, horizon, ...past].join(' ')).join('\n')
  const run = spawnSync(RSCRIPT, [SCRIPT], { input: `${input}\n`, maxBuffer: 2 ** 26 })
  if (run.status !== 0) throw new Error(`R: ${run.stderr.toString()}`)
  const [times, ...answers] = run.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number))
  const found = PAIRS.map(([theirs, models, rounds], k) => {
    const mine = (one: M3Series) => forecast(one.past, { horizon: one.horizon, period: one.period, models }).mean
    const oursPerSecond = perSecond(series, mine, rounds)
    const theirsPerSecond = series.length / times![k]!
    const error = (of: (one: M3Series, i: number) => Float64Array): number =>
      series.reduce((sum, one, i) => sum + smape(one.future, of(one, i)) / series.length, 0)
    const ratio = Math.round(oursPerSecond / theirsPerSecond)
    const smapes = [error(mine), error((_, i) => Float64Array.from(answers[k * series.length + i]!))].map((value) =>
      Number(value.toFixed(2)),
    )
    say(
      `R ${version}, ${theirs} on ${series.length} monthly series: ${theirsPerSecond.toFixed(2)} series per second of CPU, ours ${oursPerSecond.toFixed(0)}: ${ratio} times; sMAPE ${smapes[1]}, ours ${smapes[0]}`,
    )
    return [
      theirs,
      { ratio, per_s: Number(theirsPerSecond.toFixed(2)), smape: smapes[1], our_smape: smapes[0] },
    ] as const
  })
  return { peer_r: { version, series: series.length, ...Object.fromEntries(found) } }
}
