/**
 * Memory over time (trust row 18): half the load a node can take, for as long as told (`--minutes`, ten when left out), with
 * everything that holds memory for a while: orders to release, lists and searches, exports, imports of a file, and live
 * streams that are opened and left. Each half minute the heap after a forced collection, the handles and the resident size.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { firstRows } from './import.ts'
import { caller, inParallel } from './kit/caller.ts'
import { startCluster } from './kit/cluster.ts'
import { type Memory, startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler } from './kit/wholesaler.ts'

const LINES = 5
const ITEMS = 300
const EVERY_MS = 30_000
const CAPACITY_MS = 8_000
const MB = 1024 * 1024

/** Least squares: what `ys` grow by for one of `xs`. */
const slopeOf = (xs: readonly number[], ys: readonly number[]): number => {
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
  const [mx, my] = [mean(xs), mean(ys)]
  const over = xs.reduce((sum, x, at) => sum + (x - mx) * (ys[at]! - my), 0)
  return over / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0)
}
const tenth = (value: number): number => Math.round(value * 10) / 10

export const run = async (words: readonly string[]) => {
  const minutes = numberOption(words, 'minutes', 10)
  const file = await firstRows(3_000)
  const cluster = await startCluster()
  try {
    const world = await newWholesaler({ items: ITEMS, customers: 50, stock: 100_000_000 })
    await cluster.settle()
    const node = await startNode(cluster.database)
    const http = caller(node.url, world.apiKey, 40)
    const headers = { authorization: `Bearer ${world.apiKey}` }
    const roll = dice(20261127)
    const counts = { orders: 0, reads: 0, exports: 0, imports: 0, streams: 0 }
    const ok = (status: number, what: string) => {
      if (status !== 200) throw new Error(`${what} was answered ${status}`)
    }
    let no = 0
    const order = async () => {
      no += 1
      const key = `order-${no}`
      const lines = Array.from({ length: LINES }, () => ({
        itemId: world.itemIds[roll(ITEMS)],
        uom: 'EA',
        uomQty: 1 + roll(9),
      }))
      const made = await http.post(
        '/sales/orders',
        { partyId: world.partyIds[roll(50)], siteId: world.siteId, lines },
        key,
      )
      ok(made.status, 'an order')
      for (const what of ['confirm', 'release'])
        ok((await http.post(`/sales/orders/${made.body.id}/${what}`, {}, `${key}-${what}`)).status, what)
      counts.orders += 1
    }
    const read = async () => {
      for (const path of ['/sales/orders?limit=50', `/stock/levels?siteId=${world.siteId}`, '/catalog/items?limit=50'])
        ok((await http.get(path)).status, path)
      counts.reads += 1
    }
    const whole = async (path: string, init: RequestInit = {}): Promise<Response> => {
      const reply = await fetch(`${node.url}${path}`, { ...init, headers: { ...headers, ...init.headers } })
      ok(reply.status, path)
      return reply
    }
    const exported = async () => {
      await (
        await whole(`/exports/catalog/listItems?format=${counts.exports % 2 === 0 ? 'csv' : 'xlsx'}`)
      ).arrayBuffer()
      counts.exports += 1
    }
    const imported = async () => {
      const stored = await whole('/files', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'x-file-name': 'orders.csv' },
        body: file as Uint8Array<ArrayBuffer>,
      })
      const { id } = (await stored.json()) as { id: string }
      const started = await http.post('/exchange/imports', { profile: 'online-retail', fileId: id }, `import-${id}`)
      ok(started.status, 'an import')
      counts.imports += 1
    }
    const streamed = async () => {
      const left = new AbortController()
      const reply = await whole('/events', { signal: left.signal })
      const reading = reply.body!.getReader()
      void reading.closed.catch(() => {})
      await reading.read()
      await wait(1_000 + roll(2_000))
      left.abort()
      counts.streams += 1
    }
    try {
      const until = performance.now() + CAPACITY_MS
      await inParallel(16, Array.from({ length: 100_000 }), async () => {
        if (performance.now() < until) await order()
      })
      await cluster.settle()
      const perS = (0.5 * counts.orders * 1000) / CAPACITY_MS
      say(`half of what the node can take: ${perS.toFixed(0)} orders a second from entry to release`)
      const end = performance.now() + minutes * 60_000
      const failed: unknown[] = []
      const under = new Set<Promise<unknown>>()
      /** Begins `work` so many times a second, whether the last one is done or not, but never piles it up. */
      const steadily = async (rate: number, work: () => Promise<unknown>) => {
        const own = new Set<Promise<unknown>>()
        while (performance.now() < end && failed.length === 0) {
          if (own.size < 20) {
            const doing: Promise<unknown> = work()
              .catch((error: unknown) => failed.push(error))
              .finally(() => {
                under.delete(doing)
                own.delete(doing)
              })
            under.add(doing)
            own.add(doing)
          }
          await wait(1000 / rate)
        }
      }
      const seen: (Memory & { minute: number })[] = []
      const look = async () => {
        const began = performance.now()
        while (performance.now() < end && failed.length === 0) {
          await wait(Math.min(EVERY_MS, Math.max(1, end - performance.now())))
          const memory = await node.memory()
          seen.push({ ...memory, minute: (performance.now() - began) / 60_000 })
          if (seen.length % 4 === 0)
            say(
              `${seen.at(-1)!.minute.toFixed(0)} min: heap ${tenth(memory.heapUsed / MB)} MB, resident ${tenth(memory.rss / MB)} MB, ${memory.handles} handles; ${JSON.stringify(counts)}`,
            )
        }
      }
      await Promise.all([
        steadily(perS, order),
        steadily(2, read),
        steadily(0.5, exported),
        steadily(0.1, imported),
        steadily(1, streamed),
        look(),
      ])
      await Promise.all(under)
      if (failed.length > 0) throw failed[0]
      const late = seen.slice(Math.floor(seen.length / 3))
      const slope = slopeOf(
        late.map((one) => one.minute),
        late.map((one) => one.heapUsed / MB),
      )
      const handles = slopeOf(
        late.map((one) => one.minute),
        late.map((one) => one.handles),
      )
      const middle = seen.find((one) => one.minute >= Math.min(10, minutes / 2))!
      const rss = seen.at(-1)!.rss / middle.rss
      return {
        ...{ minutes, ...counts },
        heap_mb: { first: tenth(seen[0]!.heapUsed / MB), last: tenth(seen.at(-1)!.heapUsed / MB) },
        heap_mb_per_10_min: Math.round(1000 * slope) / 100,
        handles_per_10_min: tenth(10 * handles),
        rss_mb: tenth(seen.at(-1)!.rss / MB),
        rss_end_to_middle: Math.round(100 * rss) / 100,
        goals: {
          'heap ≤ 1 MB in 10 min': 10 * slope <= 1,
          'handles flat': Math.abs(10 * handles) <= 5,
          'resident ≤ 1.2 ×': rss <= 1.2,
        },
      }
    } finally {
      http.close()
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
