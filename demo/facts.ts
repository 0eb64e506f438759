/** What the file itself says about each item and customer: the real ground that the assumed parts stand on. */
import type { Document } from '../src/modules/exchange/index.ts'

export type ItemFacts = {
  code: string
  name: string
  /** lines and units sold, amount in minor units, over the whole file */
  lines: number
  units: number
  revenue: number
  /** how often each quantity was ordered by trade customers */
  quantities: Map<number, number>
  /** trade price → the quantities it was charged for; web price → how often */
  tradePrices: Map<number, number[]>
  webPrices: Map<number, number>
  /** day → units sold */
  daily: Map<string, number>
}

export type CustomerFacts = {
  code: string
  named: boolean
  country: string
  orders: number
  revenue: number
  /** largest amount billed within any 30 days */
  peak30: number
  firstDay: string
  lastDay: string
}

export function itemFacts(documents: Document[], names: Map<string, string>): ItemFacts[] {
  const items = new Map<string, ItemFacts>()
  for (const doc of documents) {
    for (const line of doc.lines) {
      if (
        line.fate !== 'sale' &&
        line.fate !== 'free' &&
        !line.fate.startsWith('return_') &&
        !line.fate.startsWith('stock_')
      )
        continue
      const item = items.get(line.code) ?? {
        code: line.code,
        name: names.get(line.code) ?? line.code,
        lines: 0,
        units: 0,
        revenue: 0,
        quantities: new Map(),
        tradePrices: new Map(),
        webPrices: new Map(),
        daily: new Map(),
      }
      items.set(line.code, item)
      if (line.fate !== 'sale') continue
      item.lines++
      item.units += line.qty
      item.revenue += line.amount
      const day = line.at.slice(0, 10)
      item.daily.set(day, (item.daily.get(day) ?? 0) + line.qty)
      if (doc.named) {
        item.quantities.set(line.qty, (item.quantities.get(line.qty) ?? 0) + 1)
        item.tradePrices.set(line.priceMicro, [...(item.tradePrices.get(line.priceMicro) ?? []), line.qty])
      } else item.webPrices.set(line.priceMicro, (item.webPrices.get(line.priceMicro) ?? 0) + 1)
    }
  }
  return [...items.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

export function customerFacts(documents: Document[]): CustomerFacts[] {
  const bills = new Map<string, Document[]>()
  for (const doc of documents)
    if (doc.kind !== 'stock') bills.set(doc.customer, [...(bills.get(doc.customer) ?? []), doc])
  return [...bills]
    .map(([code, docs]) => ({
      code,
      named: docs.some((doc) => doc.named),
      country: docs.at(-1)!.country,
      orders: docs.filter((doc) => doc.kind === 'invoice').length,
      revenue: docs.reduce((sum, doc) => sum + doc.total, 0),
      peak30: peak(docs, 30),
      firstDay: docs[0]!.at.slice(0, 10),
      lastDay: docs.at(-1)!.at.slice(0, 10),
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** Highest sum of invoices within a sliding window; documents are in order of time. */
function peak(docs: Document[], days: number): number {
  const bills = docs.filter((doc) => doc.total > 0).map((doc) => ({ at: Date.parse(`${doc.at}Z`), total: doc.total }))
  let best = 0
  let sum = 0
  let first = 0
  for (const bill of bills) {
    sum += bill.total
    while (bill.at - bills[first]!.at > days * 86_400_000) sum -= bills[first++]!.total
    best = Math.max(best, sum)
  }
  return best
}
