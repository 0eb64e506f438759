/**
 * The lists that people live in, over HTTP: orders at a hundred thousand, items and bins at a million balances. The first
 * page, one in the middle and the last, then sorted and filtered ones. What a filter by stage finds is compared with what
 * was laid down, so that no figure is of a list that is wrong.
 */
import assert from 'node:assert/strict'
import { copyOrders, fillBins, patterns } from './grid/fill.ts'
import { type Caller, caller } from './kit/caller.ts'
import { type Cluster, startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { newWholesaler, type Wholesaler } from './kit/wholesaler.ts'
import { fillItems } from './search/items.ts'

const ROUNDS = 7
const PAGE = 100
/** Totals are counted so far and no further. */
const COUNT_TO = 10_001

interface List {
  readonly path: string
  readonly sort: string
  /** Sort value and id of the row before the n-th page from here on, as SQL over the list's own tables: `offset $2`. */
  readonly place: string
  readonly total: (cluster: Cluster, world: Wholesaler) => Promise<number>
  readonly more: readonly { readonly name: string; readonly query: Record<string, string> }[]
}

const KEY = `md5(b.location_id::text || b.item_id::text || b.lot_id::text || b.lpn_id::text || b.owner_id::text || b.status)::uuid`
const counted =
  (from: string) =>
  async ({ sql }: Cluster, world: Wholesaler) =>
    Number((await sql.unsafe(`select count(*) as n from ${from}`, [world.company]))[0]!.n)

const lists: Readonly<Record<string, List>> = {
  orders: {
    path: '/sales/orders',
    sort: '-recordedAt',
    place:
      'select to_char(recorded_at at time zone \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\') as value, id from sales_order where company_id = $1 order by recorded_at desc, id desc offset $2 limit 1',
    total: counted('sales_order where company_id = $1'),
    more: [
      { name: 'by requested day', query: { sort: 'requestedOn' } },
      { name: 'by value', query: { sort: '-amount' } },
      { name: 'by customer', query: { sort: 'customer' } },
      { name: 'by promise', query: { sort: '-promisedOn' } },
      { name: 'late', query: { filter: 'late:yes' } },
      { name: 'one customer', query: { filter: 'customer:"Customer a"' } },
      { name: 'above a value', query: { filter: 'total>500' } },
    ],
  },
  items: {
    path: '/stock/levels',
    sort: 'sku',
    place: `select sku as value, id from item where company_id = $1 and kind = 'goods' order by sku, id offset $2 limit 1`,
    total: counted(`item where company_id = $1 and kind = 'goods'`),
    more: [
      { name: 'by description', query: { sort: 'description' } },
      { name: 'by on hand', query: { sort: '-onHand' } },
      { name: 'sold out', query: { filter: 'available<1' } },
      { name: 'by words', query: { filter: 'lantern blue' } },
      { name: 'by beginning of SKU', query: { filter: 'sku:IT-00012*' } },
    ],
  },
  bins: {
    path: '/stock/balances',
    sort: 'sku',
    place: `select i.sku as value, ${KEY} as id from stock_balance b join item i on i.company_id = $1 and i.id = b.item_id where b.company_id = $1 and b.on_hand > 0 order by 1, 2 offset $2 limit 1`,
    total: counted('stock_balance where company_id = $1 and on_hand > 0'),
    more: [
      { name: 'of one item', query: { filter: 'sku:IT-0001234' } },
      { name: 'of one bin', query: { filter: 'bin:Z-17' } },
    ],
  },
}

const median = async (http: Caller, path: string, query: Record<string, string>) => {
  const figures: number[] = []
  const address = `${path}?${new URLSearchParams({ limit: String(PAGE), ...query })}`
  // biome-ignore lint/suspicious/noExplicitAny: rows of any list
  let body: { rows: any[]; next: string | null; total: number } | null = null
  for (let n = 0; n < ROUNDS; n += 1) {
    const started = performance.now()
    const reply = await http.get(address)
    figures.push(performance.now() - started)
    if (reply.status !== 200) throw new Error(`${address} answered ${reply.status} ${JSON.stringify(reply.body)}`)
    body = reply.body
  }
  const ms = figures.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
  return { ms: Math.round(ms * 10) / 10, ...body! }
}

const pagesOf = async (name: string, list: List, cluster: Cluster, world: Wholesaler, http: Caller) => {
  const total = await list.total(cluster, world)
  const at = async (row: number): Promise<string> => {
    const [place] = await cluster.sql.unsafe(list.place, [world.company, row])
    return Buffer.from(JSON.stringify([list.sort, place!.value, place!.id, Math.min(total, COUNT_TO)])).toString(
      'base64url',
    )
  }
  const first = await median(http, list.path, {})
  assert.deepEqual([first.rows.length, first.total], [Math.min(PAGE, total), Math.min(total, COUNT_TO)], name)
  const middle = await median(http, list.path, { cursor: await at(Math.floor(total / 2)) })
  assert.equal(middle.rows.length, PAGE)
  const last = await median(http, list.path, { cursor: await at(total - PAGE - 1) })
  assert.deepEqual([last.rows.length, last.next], [PAGE, null], `the last page of ${name}`)
  const page_ms = { first: first.ms, middle: middle.ms, last: last.ms }
  say(`${name}: ${total} rows, first page ${first.ms} ms, in the middle ${middle.ms} ms, last ${last.ms} ms`)
  const more: Record<string, number> = {}
  for (const { name: what, query } of list.more) {
    const page = await median(http, list.path, query)
    assert.ok(page.rows.length > 0, `${name} ${what}`)
    more[what] = page.ms
    say(`  ${what}: ${page.ms} ms, ${page.total} rows`)
  }
  return { page_ms, more }
}

export const run = async (words: readonly string[]) => {
  const orders = numberOption(words, 'orders', 100_000)
  const balances = numberOption(words, 'balances', 1_000_000)
  const items = Math.ceil(balances / 10)
  const cluster = await startCluster()
  try {
    const world = await newWholesaler({ items: 12, customers: 2, stock: 1_000 })
    const started = performance.now()
    // The last three of the twelve are sold out.
    for (const n of [9, 10, 11])
      await world.run('warehouse.adjust', {
        locationId: world.bins[n]!,
        itemId: world.itemIds[n]!,
        qty: -1_000,
        reason: 'lost',
      })
    const found = await patterns(world)
    // Who is billed when goods leave would be billed by the node as soon as it runs, and one order more be invoiced.
    await cluster.sql`update party set invoice_trigger = 'period' where company_id = ${world.company}`
    const stages = await copyOrders(cluster, world, found, orders)
    await fillItems(cluster, world, items)
    await fillBins(cluster, world, items, balances)
    await cluster.settle()
    say(
      `${orders} orders, ${items} items, ${balances} balances in ${Math.round((performance.now() - started) / 1000)} s`,
    )
    const node = await startNode(cluster.database)
    const http = caller(node.url, world.apiKey, 1)
    try {
      const pages: Record<string, Awaited<ReturnType<typeof pagesOf>>> = {}
      for (const [name, list] of Object.entries(lists)) pages[name] = await pagesOf(name, list, cluster, world, http)
      const byStage: Record<string, number> = {}
      for (const [stage, count] of stages) {
        const page = await median(http, '/sales/orders', { filter: `status:${stage}` })
        assert.ok(
          page.rows.every((row) => row.status === stage),
          stage,
        )
        assert.equal(page.total, Math.min(count, COUNT_TO), `orders that are ${stage}`)
        byStage[stage] = page.ms
        say(`orders ${stage}: ${page.ms} ms, ${page.total} rows`)
      }
      const worst = (at: 'first' | 'middle' | 'last') =>
        Math.max(...Object.values(pages).map((page) => page.page_ms[at]))
      return {
        ...{ orders, balances, items },
        page_ms: { first: worst('first'), middle: worst('middle'), last: worst('last') },
        lists: Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, page.page_ms])),
        sorted_or_filtered_ms: Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, page.more])),
        orders_by_stage_ms: byStage,
        rows_a_page: PAGE,
      }
    } finally {
      http.close()
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
