import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { readTable } from '../../src/core/data/index.ts'
import { seededRandom } from '../../src/math/numerics/random.ts'
import { leadTimesSeen } from '../../src/math/policy/demand/leadTime.ts'

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
const DEMO = fileURLToPath(new URL('../../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url))

/** Days are counted from the first of the file. */
interface Row {
  readonly id: string
  readonly price?: number
  readonly days: readonly (readonly [day: number, units: number])[]
}
export interface Demand {
  readonly items: Item[]
  readonly days: number
  /** Where it is from, and how items are valued. */
  readonly source: string
}

/** Where the data are said to be, or beside the project; null: neither, the demo's own orders will do. */
export const folderOf = (words: readonly string[]): string | null => {
  const at = words.findIndex((word) => word === '--dir' || word.startsWith('--dir='))
  if (at < 0) return existsSync(GIVEN) ? GIVEN : null
  const folder = words[at]!.includes('=') ? words[at]!.slice('--dir='.length) : words[at + 1]
  if (!folder || !existsSync(folder))
    throw new Error(`there is no folder ${folder}: give the one with online_retail_daily*.jsonl.gz as --dir PATH`)
  return folder
}

const rowsOfFolder = (folder: string): { rows: Row[]; file: string } => {
  const file = readdirSync(folder).find((name) => /^online_retail_daily.*\.jsonl(\.gz)?$/.test(name))
  if (!file) throw new Error(`${folder} holds no online_retail_daily*.jsonl.gz`)
  const bytes = readFileSync(`${folder}/${file}`)
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n')
  return { file, rows: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row) }
}

/** Of the demo's order lines: what was sold, by item and day; items sold on ten days or more, as in the given file. */
const rowsOfDemo = async (): Promise<{ rows: Row[]; file: string }> => {
  const sold = new Map<string, { units: number; value: number; days: Map<number, number> }>()
  const first = Date.parse('2010-12-01T00:00:00Z')
  await readTable(DEMO, {
    onRows: (rows) => {
      for (const [, id, , quantity, at, price] of rows) {
        const [units, unitPrice] = [Number(quantity), Number(price)]
        if (!(units > 0 && unitPrice > 0) || !/^[0-9]{5}/.test(id!)) continue
        const day = (Date.parse(`${at!.slice(0, 10)}T00:00:00Z`) - first) / 86_400_000
        const item = sold.get(id!) ?? { units: 0, value: 0, days: new Map<number, number>() }
        sold.set(id!, item)
        item.units += units
        item.value += units * unitPrice
        item.days.set(day, (item.days.get(day) ?? 0) + units)
      }
    },
  })
  const rows = [...sold]
    .filter(([, { days }]) => days.size >= 10)
    .map(([id, { units, value, days }]) => ({ id, price: value / units, days: [...days].sort(([a], [b]) => a - b) }))
  return { rows, file: 'the demo’s orders' }
}

export const readItems = async (folder: string | null): Promise<Demand> => {
  const { rows, file } = folder === null ? await rowsOfDemo() : rowsOfFolder(folder)
  const days = rows.reduce((most, row) => row.days.reduce((last, [day]) => Math.max(last, day), most), 0) + 1
  if (!(days >= 240)) throw new Error(`${file} holds ${days} days: 180 to settle and at least 60 that count are needed`)
  const items = rows.map((row, number): Item => {
    const demand = new Int32Array(days)
    for (const [day, units] of row.days) demand[day] = demand[day]! + units
    // Half of all wholesale prices lie below 2.00, a tenth above 6.00.
    const assumed = Math.round(100 * Math.exp(0.7 + 0.9 * seededRandom(number, 11).normal())) / 100
    return {
      id: row.id,
      number,
      price: row.price ?? assumed,
      demand,
      first: demand.findIndex((units) => units > 0),
      leadTime: 7 + Math.floor(15 * seededRandom(number, 12).uniform()),
    }
  })
  const unpriced = rows.filter(({ price }) => price === undefined).length
  const valued =
    unpriced === 0
      ? 'valued at the unit price of the data (of sale: they hold no cost)'
      : `${unpriced} items without a price have an assumed one, seeded, about 2.00`
  return { items, days, source: `${file}, ${valued}` }
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
