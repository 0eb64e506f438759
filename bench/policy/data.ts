import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { leadTimesSeen } from '../../src/math/policy/demand/leadTime.ts'
import { seededRandom } from '../../src/math/policy/simulate/random.ts'

export interface Item {
  readonly id: string
  readonly number: number
  readonly price: number
  /** Units of each day, and the day of its first demand. */
  readonly demand: Int32Array
  readonly first: number
  /** Agreed mean lead time: assumed, seeded by the item's number. */
  readonly leadTime: number
}

export const GIVEN = fileURLToPath(new URL('../../../shared/data/forecast', import.meta.url))
/** Given data: beside the project, or where it is said. */
export const folderOf = (words: readonly string[]): string => {
  const at = words.findIndex((word) => word === '--dir' || word.startsWith('--dir='))
  const folder = at < 0 ? GIVEN : words[at]!.includes('=') ? words[at]!.slice('--dir='.length) : words[at + 1]
  if (!folder || !existsSync(folder))
    throw new Error(`there is no folder ${folder}: give the one with online_retail_daily*.jsonl.gz as --dir PATH`)
  return folder
}

export const readItems = (folder: string): { items: Item[]; days: number; file: string } => {
  const file = readdirSync(folder).find((name) => /^online_retail_daily.*\.jsonl(\.gz)?$/.test(name))
  if (!file) throw new Error(`${folder} holds no online_retail_daily*.jsonl.gz`)
  const bytes = readFileSync(`${folder}/${file}`)
  const rows = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; price?: number; days: [number, number][] })
  const days = Math.max(...rows.map((row) => row.days.at(-1)![0])) + 1
  if (!(days >= 240)) throw new Error(`${file} holds ${days} days: 180 to settle and at least 60 that count are needed`)
  const items = rows.map((row, number): Item => {
    const demand = new Int32Array(days)
    for (const [day, units] of row.days) demand[day] = demand[day]! + units
    const random = seededRandom(number, 11)
    return {
      id: row.id,
      number,
      price: row.price ?? Math.round(100 * Math.exp(0.7 + 0.9 * random.normal())) / 100,
      demand,
      first: row.days[0]![0],
      leadTime: 7 + Math.floor(15 * seededRandom(number, 12).uniform()),
    }
  })
  return { items, days, file }
}

const drawn = (mean: number, cv: number, random: { gamma(mean: number, cv: number): number }): number =>
  Math.max(1, Math.round(random.gamma(mean, cv)))

/** Lead times of the item's past orders: what a buyer has in the books. */
export const leadTimesInBooks = (item: Item, cv: number) => {
  const random = seededRandom(item.number, 13, Math.round(cv * 100))
  return leadTimesSeen(Array.from({ length: 30 }, () => drawn(item.leadTime, cv, random)))
}
/** The lead time of an order of one run: by item, seed and day, so that every policy meets the same. */
export const leadTimeOfRun = (item: Item, cv: number, seed: number): Int32Array => {
  const random = seededRandom(item.number, 14, Math.round(cv * 100), seed)
  return Int32Array.from({ length: item.demand.length }, () => drawn(item.leadTime, cv, random))
}
/** Days between two reviews: every evening. */
export const DEFAULT_REVIEW = 1
