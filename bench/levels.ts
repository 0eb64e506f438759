/**
 * Stock by site of 5,000 items after 100,000 moves, and 5,000 order points evaluated, over HTTP; every figure that comes
 * back is compared with what the bench booked itself while it made the moves, and with the sum of the ledger.
 */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { type Caller, caller } from './kit/caller.ts'
import { type Cluster, startCluster } from './kit/cluster.ts'
import { measured } from './kit/cpu.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { type Book, keyOf, type Rule, type Stocked, stocked } from './levels/stocked.ts'

const ROUNDS = 7

interface Level {
  siteId: string
  itemId: string
  onHand: number
  available: number
}
interface Point {
  siteId: string
  itemId: string
  position: number
  proposed: number
}

type Measure = (work: () => Promise<unknown>) => Promise<{ total: number }>

/** The answer, the median of its milliseconds, and the mean of what it costs the app and PostgreSQL in CPU. */
const median = async <B>(
  http: Caller,
  cpuOf: Measure,
  path: string,
): Promise<{ body: B; ms: number; cpuMs: number }> => {
  const figures: number[] = []
  let body: B | null = null
  const { total } = await cpuOf(async () => {
    for (let n = 0; n < ROUNDS; n += 1) {
      const started = performance.now()
      const reply = await http.get(path)
      figures.push(performance.now() - started)
      if (reply.status !== 200) throw new Error(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`)
      body = reply.body
    }
  })
  const ms = figures.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
  return { body: body!, ms: Math.round(ms * 10) / 10, cpuMs: Math.round(total / ROUNDS) }
}

const checkLevels = (levels: readonly Level[], books: ReadonlyMap<string, Book>): void => {
  const stocks = [...books.values()].filter((book) => book.onHand > 0)
  assert.equal(levels.filter((level) => level.onHand > 0).length, stocks.length, 'items at sites with stock')
  for (const level of levels) {
    const book = books.get(keyOf(level))
    assert.equal(level.onHand, book?.onHand ?? 0, 'on hand is what was received and corrected')
    assert.equal(level.available, (book?.onHand ?? 0) - (book?.blocked ?? 0), 'available is not in quarantine')
  }
}

/** Packs are added one by one until the maximum is reached: no formula shared with the app. */
const proposedFor = (position: number, { reorderPoint, maxQty, packQty }: Rule): number => {
  if (position > reorderPoint) return 0
  let order = 0
  while (position + order < maxQty) order += packQty
  return order
}

/** @returns how many are to be ordered */
const checkPoints = (points: readonly Point[], { books, rules }: Stocked): number => {
  const answered = new Map(points.map((point) => [keyOf(point), point]))
  let wanted = 0
  for (const rule of rules) {
    const { onHand, blocked, expected, owed } = books.get(keyOf(rule)) ?? {
      onHand: 0,
      blocked: 0,
      expected: 0,
      owed: 0,
    }
    const position = onHand - blocked + expected - owed
    const proposed = proposedFor(position, rule)
    const point = answered.get(keyOf(rule))
    assert.equal(point?.proposed ?? 0, proposed, `proposed at position ${position}, ${JSON.stringify(rule)}`)
    if (point) assert.equal(point.position, position, 'position')
    if (proposed > 0) wanted += 1
  }
  assert.equal(answered.size, wanted, 'nothing else is proposed')
  assert.ok(
    wanted > rules.length / 10 && wanted < (9 * rules.length) / 10,
    `${wanted} to order: the bench shows nothing`,
  )
  return wanted
}

const checkLedger = async ({ world, books }: Stocked, moves: number): Promise<void> => {
  const rows = await world.sql<{ siteId: string; itemId: string; qty: number }>(
    `select site_id, item_id, sum(qty)::int8 as qty
       from (select to_site_id as site_id, item_id, qty from stock_move m join location l on l.company_id = m.company_id and l.id = m.to_location_id
              where m.company_id = $1 and l.kind in ('pick', 'quarantine')
              union all
             select from_site_id, item_id, -qty from stock_move m join location l on l.company_id = m.company_id and l.id = m.from_location_id
              where m.company_id = $1 and l.kind in ('pick', 'quarantine')) leg
      group by site_id, item_id`,
    world.company,
  )
  for (const row of rows) assert.equal(row.qty, books.get(keyOf(row))?.onHand, 'the ledger says what was done')
  const [ledger] = await world.sql<{ moves: number }>(
    'select count(*)::int8 as moves from stock_move where company_id = $1',
    world.company,
  )
  assert.equal(ledger!.moves, moves, 'moves in the ledger')
}

/** The events of all those moves are given out first: the relay's work is not what is measured. */
const told = async ({ sql }: Cluster): Promise<void> => {
  for (;;) {
    const [row] = await sql<{ waiting: string }[]>`select count(*) as waiting from outbox where position is null`
    if (Number(row!.waiting) === 0) return
    await wait(500)
  }
}

export const run = async (words: readonly string[]) => {
  const items = numberOption(words, 'items', 5_000)
  const moves = numberOption(words, 'moves', 100_000)
  const cluster = await startCluster()
  try {
    const started = performance.now()
    const made = await cluster.filling(() => stocked(items, moves))
    say(`${moves} moves of ${items} items in ${Math.round((performance.now() - started) / 1000)} s`)
    await checkLedger(made, moves)
    const node = await startNode(cluster.database)
    await told(cluster)
    await cluster.settle()
    const http = caller(node.url, made.world.apiKey, 1)
    const cpuOf: Measure = (work) => measured([node.pid], cluster.postmaster, work)
    try {
      const levels = await median<{ rows: Level[] }>(http, cpuOf, '/stock/by-site')
      checkLevels(levels.body.rows, made.books)
      const points = await median<{ rows: Point[]; examined: number }>(http, cpuOf, '/stock/order-points')
      assert.equal(points.body.examined, items, 'order points evaluated')
      const toOrder = checkPoints(points.body.rows, made)
      say(`stock by site: ${levels.body.rows.length} rows in ${levels.ms} ms, ${levels.cpuMs} ms of CPU`)
      say(`order points: ${items} in ${points.ms} ms, ${points.cpuMs} ms of CPU, ${toOrder} to order`)
      return {
        levels_ms: levels.ms,
        order_points_ms: points.ms,
        levels_cpu_ms: levels.cpuMs,
        order_points_cpu_ms: points.cpuMs,
        items,
        moves,
        sites: 2,
        level_rows: levels.body.rows.length,
        to_order: toOrder,
      }
    } finally {
      http.close()
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
