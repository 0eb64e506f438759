/** Stock by site of 5,000 items after 100,000 moves, and 5,000 order points evaluated: counted from the ledger beside. */
import assert from 'node:assert/strict'
import { caller } from './kit/caller.ts'
import { startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler, type Wholesaler } from './kit/wholesaler.ts'

const rounded = (n: number): number => Math.round(n * 10) / 10

/** Real receipts, 1,000 lines each, until the ledger holds `moves`. */
const receive = async (world: Wholesaler, moves: number): Promise<void> => {
  const roll = dice(100_000)
  for (let made = 0; made < moves; made += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, moves - made) }, () => {
      const at = roll(world.itemIds.length)
      return { itemId: world.itemIds[at]!, qty: 1 + roll(20), locationId: world.bins[at]! }
    })
    await world.run('warehouse.receive', { siteId: world.siteId, reference: `R${made}`, lines })
  }
}

export const run = async (words: readonly string[]) => {
  const items = numberOption(words, 'items', 5_000)
  const moves = numberOption(words, 'moves', 100_000)
  const cluster = await startCluster()
  try {
    const world = await cluster.filling(() => newWholesaler({ items, customers: 1, stock: 1 }))
    const rules = world.itemIds.map((itemId) => ({
      siteId: world.siteId,
      itemId,
      abc: 'B',
      reorderPoint: 200,
      maxQty: 500,
      packQty: 12,
    }))
    for (let from = 0; from < rules.length; from += 1_000)
      await world.run('stock.saveItemSites', { rules: rules.slice(from, from + 1_000) })
    await cluster.filling(() => receive(world, moves - items))
    await cluster.settle()
    const node = await startNode(cluster.database)
    const http = caller(node.url, world.apiKey, 1)
    const best = async (path: string) => {
      const figures: number[] = []
      let body: {
        rows: {
          itemId: string
          onHand: number
          position: number
          proposed: number
          reorderPoint: number
          maxQty: number
        }[]
        examined?: number
      } = { rows: [] }
      for (let n = 0; n < 7; n += 1) {
        const started = performance.now()
        const reply = await http.get(path)
        figures.push(performance.now() - started)
        if (reply.status !== 200) throw new Error(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`)
        body = reply.body
      }
      return { body, ms: rounded(figures.sort((a, b) => a - b)[3]!) }
    }
    try {
      const levels = await best(`/stock/by-site?siteId=${world.siteId}`)
      const points = await best(`/stock/order-points?siteId=${world.siteId}`)
      const ledger = await world.sql<{ itemId: string; qty: number; moves: number }>(
        'select item_id, sum(qty)::int8 as qty, count(*)::int8 as moves from stock_move where company_id = $1 group by item_id',
        world.company,
      )
      assert.equal(
        ledger.reduce((sum, row) => sum + row.moves, 0),
        moves,
        'moves in the ledger',
      )
      assert.equal(levels.body.rows.length, items)
      const byItem = new Map(ledger.map((row) => [row.itemId, row.qty]))
      for (const row of levels.body.rows)
        assert.equal(row.onHand, byItem.get(row.itemId), 'a level is not the sum of its moves')
      const below = ledger.filter((row) => row.qty <= 200)
      assert.ok(
        below.length > 0 && below.length < items,
        'every item or none is below its order point: the bench shows nothing',
      )
      const proposed = new Map(
        points.body.rows.filter((row) => row.proposed > 0).map((row) => [row.itemId, row.proposed]),
      )
      assert.equal(proposed.size, below.length, 'order points proposed')
      for (const { itemId, qty } of below)
        assert.equal(proposed.get(itemId), 12 * Math.floor((500 - qty) / 12) || 12 * Math.ceil((500 - qty) / 12))
      say(`stock by site: ${levels.ms} ms; order points: ${points.ms} ms, ${proposed.size} of ${items} to order`)
      return { levels_ms: levels.ms, order_points_ms: points.ms, items, moves, to_order: proposed.size }
    } finally {
      http.close()
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
