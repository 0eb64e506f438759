import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readTable } from '../../src/core/data/index.ts'

/** What was sold on one invoice: distinct items, and units of each. */
export interface Invoice {
  readonly id: string
  /** Of the file, in its text: sorts by time. */
  readonly at: string
  readonly lines: readonly { readonly item: string; readonly units: number }[]
}

export const GIVEN = fileURLToPath(new URL('../../../shared/data/orders', import.meta.url))
const DEMO = fileURLToPath(new URL('../../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url))

/** Where the order lines are said to be, else beside the project, else the demo's. */
export const orderFileOf = (words: readonly string[]): string => {
  const at = words.findIndex((word) => word === '--dir' || word.startsWith('--dir='))
  const said = at < 0 ? null : words[at]!.includes('=') ? words[at]!.slice('--dir='.length) : words[at + 1]
  if (said === null) return existsSync(GIVEN) ? fileIn(GIVEN) : DEMO
  if (!said || !existsSync(said))
    throw new Error(`there is no folder ${said}: give the one with online_retail*.csv.gz as --dir PATH`)
  return fileIn(said)
}
const fileIn = (folder: string): string => {
  const name = readdirSync(folder).find((one) => /^online_retail.*\.csv(\.gz)?$/.test(one))
  if (name === undefined) throw new Error(`${folder} holds no online_retail*.csv.gz`)
  return `${folder}/${name}`
}

/** Invoices in the order they came; goods only, sold and not returned, each item once. */
export const readInvoices = async (file: string): Promise<Invoice[]> => {
  const invoices = new Map<string, { at: string; units: Map<string, number> }>()
  await readTable(file, {
    onRows: (rows) => {
      for (const [id, item, , quantity, at] of rows) {
        const units = Number(quantity)
        if (!(units > 0) || !/^[0-9]{5}/.test(item!) || id!.startsWith('C')) continue
        const own = invoices.get(id!) ?? { at: at!, units: new Map<string, number>() }
        invoices.set(id!, own)
        own.units.set(item!, (own.units.get(item!) ?? 0) + units)
      }
    },
  })
  return [...invoices]
    .map(([id, { at, units }]) => ({ id, at, lines: [...units].map(([item, sold]) => ({ item, units: sold })) }))
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))
}
