/**
 * Time travel over ten million moves: stock of all items of a site at random moments of its past, by what was there and by
 * what the books said, compared with a plain replay of the ledger; the trace of one lot; the ledger of one item. The same at
 * a tenth of the days, since what must not grow is the cost of a question while the years go by.
 */
import assert from 'node:assert/strict'
import { type Loaded, loadLedger } from './asof/ledger.ts'
import { type Caller, caller } from './kit/caller.ts'
import { type Cluster, startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice } from './kit/wholesaler.ts'

const MOMENTS = 12
const REPLAYED = 3

interface Row {
  itemId: string
  lotId: string | null
  status: string
  onHand: number
}

const timed = async <B>(http: Caller, path: string): Promise<{ body: B; ms: number }> => {
  const started = performance.now()
  const reply = await http.get(path)
  const ms = performance.now() - started
  if (reply.status !== 200) throw new Error(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`)
  return { body: reply.body, ms }
}
const middle = (figures: readonly number[]): number => {
  const ms = figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!
  return Math.round(ms * 10) / 10
}
const most = (figures: readonly number[]): number => Math.round(Math.max(...figures) * 10) / 10

/** What a question reads: rows that came out of the tables, and 8-kilobyte pages touched. */
const costOf = async ({ sql }: Cluster, text: string): Promise<{ rows: number; pages: number }> => {
  const [plan] = (await sql.unsafe(`explain (analyze, buffers, timing off, format json) ${text}`)) as unknown as {
    'QUERY PLAN': { Plan: Record<string, unknown> }[]
  }[]
  interface Node {
    'Node Type': string
    'Actual Rows': number
    'Actual Loops': number
    Plans?: Node[]
  }
  const top = plan!['QUERY PLAN'][0]!.Plan as never as Node & Record<string, number>
  const read = (node: Node): number =>
    (/Scan/.test(node['Node Type']) && !/CTE|Subquery|Values|Function/.test(node['Node Type'])
      ? node['Actual Rows'] * node['Actual Loops']
      : 0) + (node.Plans ?? []).reduce((sum, one) => sum + read(one), 0)
  return { rows: Math.round(read(top)), pages: top['Shared Hit Blocks']! + top['Shared Read Blocks']! }
}

/** The whole ledger of the site, summed up to the moment: no closed day, no index, no function of the app. */
const replay = async ({ sql }: Cluster, { world, siteId }: Loaded, at: string, by: 'effective' | 'recorded') => {
  const column = by === 'effective' ? 'effective_at' : 'recorded_at'
  const rows = await sql.unsafe(`
    select leg.item_id::text || ' ' || leg.lot_id::text as key, sum(leg.qty)::int8::text as qty
      from (select item_id, lot_id, to_location_id as location_id, qty from stock_move where company_id = '${world.company}' and to_site_id = '${siteId}' and ${column} <= '${at}'
             union all
            select item_id, lot_id, from_location_id, -qty from stock_move where company_id = '${world.company}' and from_site_id = '${siteId}' and ${column} <= '${at}') leg
      join location l on l.id = leg.location_id and l.kind in ('pick', 'dock', 'stage')
     group by 1 having sum(leg.qty) <> 0`)
  return new Map(rows.map((row) => [row.key as string, Number(row.qty)]))
}

const closeDays = async ({ world }: Loaded): Promise<{ days: number; seconds: number }> => {
  const started = performance.now()
  let days = 0
  for (;;) {
    const { closed, left } = await world.run('stock.closeDays', {})
    days += closed
    if (left === 0) return { days, seconds: Math.round((performance.now() - started) / 1000) }
  }
}

const measure = async (cluster: Cluster, wanted: number) => {
  const started = performance.now()
  const loaded = await loadLedger(cluster, wanted)
  say(`${loaded.moves} moves laid down in ${Math.round((performance.now() - started) / 1000)} s`)
  const { days, seconds } = await closeDays(loaded)
  say(`${days} days of two sites closed in ${seconds} s`)
  await cluster.settle()
  const { world, siteId, from, until, hotItem, bigLot, lots } = loaded
  const node = await startNode(cluster.database)
  const http = caller(node.url, world.apiKey, 1)
  try {
    const roll = dice(42)
    const moments = Array.from({ length: MOMENTS }, () =>
      new Date(from + roll(1_000_000) * ((until - from) / 1_000_000)).toISOString(),
    )
    const asof: number[] = []
    let shown = 0
    for (const [n, at] of moments.entries())
      for (const by of ['effective', 'recorded'] as const) {
        const { body, ms } = await timed<{ rows: Row[] }>(
          http,
          `/stock/as-of?siteId=${siteId}&at=${at}&by=${by}&detail=lot`,
        )
        asof.push(ms)
        shown = Math.max(shown, body.rows.length)
        if (n >= REPLAYED) continue
        const told = new Map(body.rows.map((row) => [`${row.itemId} ${row.lotId}`, row.onHand]))
        assert.deepEqual(told, new Map([...(await replay(cluster, loaded, at, by))].filter(([k]) => told.has(k))), at)
        assert.equal(told.size, (await replay(cluster, loaded, at, by)).size, `all stock ${by} at ${at} is told`)
      }
    const list = await Promise.all([0, 1, 2].map((n) => moments[n]!))
    const pages: number[] = []
    for (const at of list)
      pages.push((await timed(http, `/stock/levels/as-of?siteId=${siteId}&at=${at}&sort=-onHand`)).ms)
    const item: number[] = []
    for (const at of moments) item.push((await timed(http, `/stock/as-of?itemId=${hotItem}&at=${at}`)).ms)

    const traces: number[] = []
    for (let n = 0; n < 20; n += 1) {
      const lotId = `10700000-0000-7000-8000-${(1 + roll(lots - 1)).toString(16).padStart(12, '0')}`
      const { body, ms } = await timed<{ sums: { difference: number; received: number; shipped: number }[] }>(
        http,
        `/trace/lots/${lotId}`,
      )
      traces.push(ms)
      const [sums] = body.sums
      assert.deepEqual([sums!.difference, sums!.received], [0, 100])
      assert.ok([75, 100].includes(sums!.shipped))
    }
    const bigTrace = await timed<{ steps: unknown[] }>(http, `/trace/lots/${bigLot}`)
    const ledger: number[] = []
    for (let n = 0; n < 7; n += 1)
      ledger.push((await timed(http, `/stock/items/${hotItem}/moves?siteId=${siteId}&limit=200`)).ms)

    const quoted = `'${world.company}', '${moments[0]}'`
    const cost = await costOf(cluster, `select * from stock_as_of(${quoted}, false, '${siteId}', null)`)
    const figures = {
      moves: loaded.moves,
      days,
      close_days_s: seconds,
      asof_ms: middle(asof),
      asof_most_ms: most(asof),
      asof_rows: shown,
      asof_cost: cost,
      asof_list_ms: middle(pages),
      asof_item_ms: middle(item),
      trace_ms: middle(traces),
      trace_big_ms: Math.round(bigTrace.ms),
      trace_big_steps: bigTrace.body.steps.length,
      ledger_ms: middle(ledger),
    }
    say(JSON.stringify(figures))
    return figures
  } finally {
    http.close()
    await node.stop()
  }
}

export const run = async (words: readonly string[]) => {
  const moves = numberOption(words, 'moves', 10_000_000)
  const cluster = await startCluster()
  // A company of its own for each: keys begin with the company, so the short one does not see the long one's rows.
  const [tenth, whole] = await (async () => [
    await measure(cluster, Math.max(10_000, Math.floor(moves / 10))),
    await measure(cluster, moves),
  ])().finally(() => cluster.stop())
  assert.ok(whole!.asof_most_ms < 2_000, 'a report of any moment takes less than two seconds')
  assert.ok(whole!.trace_ms < 1_000, 'a trace takes less than a second')
  const { moves: made, asof_ms, trace_ms, ledger_ms, asof_cost, ...more } = whole!
  return {
    moves: made,
    asof_ms,
    asof_ms_at_tenth: tenth!.asof_ms,
    trace_ms,
    ledger_ms,
    asof_cost,
    asof_cost_at_tenth: tenth!.asof_cost,
    ...more,
    at_tenth: tenth,
  }
}
