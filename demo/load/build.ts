/** The demo from beginning to end, each step once for ever: what was broken off goes on where it stopped. */
import { readFile } from 'node:fs/promises'
import { collect, handOver, readTable, writeCsv } from '../../src/core/data/index.ts'
import { type ConnectionOptions, wholeCompany } from '../../src/core/database/pool.ts'
import { systemActor } from '../../src/core/kernel.ts'
import { applyAll, onlineRetail, type RetailReader, type RetailResult } from '../../src/modules/exchange/index.ts'
import { addDays } from '../calendar.ts'
import { demoWorld, SEED } from '../master.ts'
import { ordersToDeliver } from './deliveries.ts'
import { groundOf } from './ground.ts'
import { type Hands, hands } from './hands.ts'
import { identities } from './identities.ts'
import { keepStock } from './kept.ts'
import { writeMasters } from './masters.ts'
import { type Plan, planOf, type Size } from './plan.ts'
import { replayDay } from './replay.ts'
import { standIns } from './standIns.ts'

export const DATA = new URL('../data/online_retail_2010-12_2011-07.csv.gz', import.meta.url)

/** Four weeks and a bit before the end of the file. */
const SMALL_FROM = '2011-06-27'

export type Build = {
  app: ConnectionOptions
  company: string
  size: Size
  /** the day that counts as today, chosen when the load began: a load that goes on tomorrow still ends on the same Sunday */
  today: string
  /** days already replayed */
  doneDays: number
  said(progress: { done: number; total: number; note: string }): void
  dayDone(days: number): Promise<void>
  /** fresh statistics: what was planned on empty tables costs a hundred times as much on full ones */
  analyze(): Promise<void>
}

export type Built = {
  orders: number
  lines: number
  shipments: number
  invoices: number
  history: number
  refusals: Record<string, number>
}

/** Shares of the whole, measured: they only move the bar. */
const PARTS = { read: 4, masters: 10, replay: 60, history: 26 }

export async function buildDemo({
  app,
  company,
  size,
  today,
  doneDays,
  said,
  dayDone,
  analyze,
}: Build): Promise<Built> {
  const at = (done: number, note: string) => said({ done: Math.round(done), total: 100, note })
  at(0, 'Reading the wholesaler’s orders')
  const { file, bytes } = await readOrders(size)
  const plan = planOf(file, today, size)
  const world = demoWorld(file)
  const h = await hands(app, company, `${addDays(plan.from, -1)}T17:00:00`)
  try {
    const ids = await writeMasters(h, world, plan, (part) =>
      at(PARTS.read + PARTS.masters * part, 'Items, customers, prices, bins'),
    )
    const fresh = async () => {
      await analyze()
      await h.kernel.pool.recycle()
    }
    await fresh()
    const ground = groundOf(world, SEED)
    const sums = { orders: 0, lines: 0, shipments: 0, invoices: 0 }
    for (const [i, day] of plan.days.entries()) {
      if (i < doneDays) continue
      const counts = await replayDay(h, ground, ids, day, plan.days.length - 1 - i)
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counts[key]
      await dayDone(i + 1)
      // tables that were empty or small not long ago; the database's own daemon does the rest
      if ([0, ...(size === 'full' ? [3, 15] : [])].includes(i)) await fresh()
      at(
        PARTS.read + PARTS.masters + (PARTS.replay * (i + 1)) / plan.days.length,
        `${day.day}: ${day.orders.length} orders from entry to invoice`,
      )
    }
    await identities(h, ids)
    await keepStock(h, ids)
    await standIns(h, ids)
    await ordersToDeliver(h, ids, today)
    const history = await loadHistory(h, plan, bytes, (part) =>
      at(100 - PARTS.history * (1 - part), 'Older orders as history'),
    )
    at(100, 'The demo is loaded')
    return { ...sums, history, refusals: Object.fromEntries(h.refusals) }
  } finally {
    await h.close()
  }
}

/** The small demo looks at the last weeks of the file only: a tenth of the lines, and its own table for the import. */
async function readOrders(size: Size): Promise<{ file: RetailResult; bytes: Uint8Array }> {
  let reader: RetailReader | undefined
  let columns: string[] = []
  const kept: string[][] = []
  await readTable(DATA.pathname, {
    onHeader: ({ header }) => {
      columns = header
      reader = onlineRetail(header)
    },
    onRows: (rows, first) => {
      if (size === 'full') reader!.add(rows, first)
      else kept.push(...rows.filter((row) => row[4]! >= SMALL_FROM))
    },
  })
  if (size === 'full') return { file: reader!.finish(), bytes: await readFile(DATA) }
  reader!.add(kept, 1)
  return { file: reader!.finish(), bytes: await collect(writeCsv({ header: columns, rows: kept })) }
}

/** Everything before the replay, then what no order of the replay stands for, through the public import with dates moved. */
async function loadHistory(h: Hands, plan: Plan, bytes: Uint8Array, progress: (part: number) => void): Promise<number> {
  const older = { fileKey: 'demo:file', bytes, name: DATA.pathname, days: { until: addDays(plan.fileFrom, -1) } }
  await importHistory(h, plan, 'history', older, (part) => progress(0.95 * part))
  if (plan.aside.size > 0) {
    const rest = { fileKey: 'demo:aside:file', bytes: await rowsOf(plan.aside), name: 'without_an_order.csv', days: {} }
    await importHistory(h, plan, 'aside', rest, () => {})
  }
  const [row] = await h.kernel.pool.transaction(
    wholeCompany(h.company),
    30_000,
    (sql) => sql<{ rows: number }[]>`select count(*)::int8 as rows from sales_history where company_id = ${h.company}`,
  )
  return row!.rows
}

type Source = { fileKey: string; bytes: Uint8Array; name: string; days: { until?: string } }

/** Known by its keys: what was begun before goes on. */
async function importHistory(
  h: Hands,
  plan: Plan,
  key: string,
  { fileKey, bytes, name, days }: Source,
  progress: (part: number) => void,
): Promise<void> {
  const actor = systemActor(h.company, 'demo')
  const { runner } = h.kernel
  const file = await handOver(bytes, name, (input) => runner.run(actor, 'files.store', input, { key: fileKey }))
  const options = { profile: 'online-retail', fileId: file.id, shiftWeeks: plan.weeks, ...days }
  const { importId } = await runner.run(actor, 'exchange.startImport', options, { key: `demo:${key}` })
  await runner.run(actor, 'exchange.checkImport', { importId }, { key: `demo:${key}:check`, deadlineMs: 900_000 })
  progress(0.4)
  await applyAll(runner, actor, importId, (done, of) => progress(0.4 + (0.6 * done) / of))
}

/** Some rows of the file, as a file. */
async function rowsOf(wanted: ReadonlySet<number>): Promise<Uint8Array> {
  let columns: string[] = []
  const kept: string[][] = []
  await readTable(DATA.pathname, {
    onHeader: ({ header }) => {
      columns = header
    },
    onRows: (rows, first) => {
      kept.push(...rows.filter((_, i) => wanted.has(first + i)))
    },
  })
  return collect(writeCsv({ header: columns, rows: kept }))
}
