/** Series of the forecast benches: files of the formats of the development data, from --dir or the shared folder beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const SHARED = fileURLToPath(new URL('../../../shared/data/forecast', import.meta.url))

/** The folder of `--dir PATH` (or `--dir=PATH`), or the shared one; an error says what is missing. */
export const folderOf = (words: readonly string[]): string => {
  const at = words.findIndex((word) => word === '--dir' || word.startsWith('--dir='))
  const given = at < 0 ? undefined : words[at]!.includes('=') ? words[at]!.slice('--dir='.length) : words[at + 1]
  if (at >= 0 && !given) throw new Error('--dir wants a folder')
  const folder = given ?? SHARED
  if (!existsSync(folder))
    throw new Error(
      `no forecast data at ${folder}: name the folder with --dir PATH (m3_1, m3_4, m3_12, carparts, online_retail_daily, oj_promo)`,
    )
  return folder
}

/** Text of the file `name.*` of a folder, packed or not; null when it is not there. */
const textOf = (folder: string, name: string): string | null => {
  const file = readdirSync(folder)
    .sort()
    .find((one) => one.startsWith(`${name}.`) && /\.(jsonl|csv)(\.gz)?$/.test(one))
  if (!file) return null
  const bytes = readFileSync(join(folder, file))
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim()
}

const linesOf = (folder: string, name: string): string[] => textOf(folder, name)?.split('\n') ?? []

export interface M3Series {
  readonly id: string
  readonly group: 'yearly' | 'quarterly' | 'monthly' | 'other'
  readonly period: number
  readonly horizon: number
  readonly past: Float64Array
  readonly future: Float64Array
}

export const readM3 = (folder: string): M3Series[] =>
  [1, 4, 12].flatMap((f) =>
    linesOf(folder, `m3_${f}`).map((line): M3Series => {
      const { id, h, x, xx } = JSON.parse(line)
      const group = f === 12 ? 'monthly' : f === 4 ? 'quarterly' : h === 6 ? 'yearly' : 'other'
      return { id, group, period: f, horizon: h, past: Float64Array.from(x), future: Float64Array.from(xx) }
    }),
  )

/** Monthly demand of spare parts; what is unknown at the end is cut off. */
export const readParts = (folder: string): Float64Array[] =>
  linesOf(folder, 'carparts').map((line) => {
    const y = Float64Array.from((JSON.parse(line).x as (number | null)[]).map((value) => value ?? Number.NaN))
    let n = y.length
    while (n > 0 && Number.isNaN(y[n - 1]!)) n -= 1
    return y.subarray(0, n)
  })

/** Daily demand per item of the wholesaler; all series end on the last day of the file. */
export const readDaily = (folder: string): Float64Array[] => {
  const all = linesOf(folder, 'online_retail_daily').map((line) => JSON.parse(line).days as [number, number][])
  const days = all.reduce((most, one) => Math.max(most, (one.at(-1)?.[0] ?? -1) + 1), 0)
  return all.map((one) => {
    const y = new Float64Array(days)
    for (const [day, units] of one) y[day] = Math.max(0, units)
    return y
  })
}

export interface PromoRow {
  readonly store: number
  readonly brand: number
  readonly week: number
  readonly units: number
  readonly deal: number
  readonly feature: number
  readonly prices: readonly number[]
}

export const readPromo = (folder: string): PromoRow[] =>
  linesOf(folder, 'oj_promo')
    .slice(1)
    .map((line) => {
      const [store, brand, week, units, deal, feature, ...prices] = line.split(',').map(Number)
      return { store: store!, brand: brand!, week: week!, units: units!, deal: deal!, feature: feature!, prices }
    })
