/** Confirming one order of 5, 10, 100, 1,000 and 10,000 lines: the cost per line falls, and never grows with the order. */

import { caller } from './kit/caller.ts'
import { startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler, type Wholesaler } from './kit/wholesaler.ts'

const SIZES = [5, 10, 100, 1_000, 10_000]
const ITEMS = 10_000

const median = (figures: number[]): number => figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)]!
const rounded = (n: number): number => Math.round(n * 100) / 100

/** Draft orders of `size` different items. */
const draft = async (world: Wholesaler, size: number, roll: (below: number) => number): Promise<string> => {
  const start = roll(ITEMS)
  const lines = Array.from({ length: size }, (_, n) => [(start + n) % ITEMS, 1 + roll(12)] as const)
  return (await world.order(lines, roll(world.partyIds.length))).id
}

export const run = async (words: readonly string[]) => {
  const repeats = numberOption(words, 'repeats', 21)
  const cluster = await startCluster()
  try {
    const world = await cluster.filling(() => newWholesaler({ items: ITEMS, customers: 20, stock: 1_000_000 }))
    const roll = dice(5)
    const count = (size: number): number => (size >= 10_000 ? 3 : size >= 1_000 ? 5 : repeats)
    const orders = new Map<number, string[]>()
    const warm: string[] = []
    for (let n = 0; n < 30; n += 1) warm.push(await draft(world, 50, roll))
    for (const size of SIZES) {
      const ids: string[] = []
      for (let n = 0; n < count(size); n += 1) ids.push(await draft(world, size, roll))
      orders.set(size, ids)
    }
    await cluster.settle()
    const node = await startNode(cluster.database)
    const http = caller(node.url, world.apiKey, 1)
    const confirm = async (id: string, size: number): Promise<number> => {
      const started = performance.now()
      const { status, body } = await http.post(`/sales/orders/${id}/confirm`, {}, id)
      const ms = performance.now() - started
      if (status !== 200 || body.lines.length !== size || body.promisedOn === null)
        throw new Error(`confirming ${size} lines answered ${status} ${JSON.stringify(body).slice(0, 300)}`)
      return ms
    }
    try {
      for (const id of warm) await confirm(id, 50)
      await cluster.settle()
      for (const id of [await draft(world, 5, roll), await draft(world, 5, roll)]) await confirm(id, 5)
      const ms: Record<string, number> = {}
      for (const [size, ids] of orders) {
        const figures: number[] = []
        for (const id of ids) figures.push(await confirm(id, size))
        ms[size] = rounded(median(figures))
        say(`${size} lines: ${ms[size]} ms, median of ${ids.length} (${rounded((1000 * ms[size]) / size)} µs a line)`)
      }
      const { 5: five_line_ms, ...total_ms } = ms
      const ratios = {
        '10 to 5': rounded(ms[10]! / ms[5]!),
        '1000 to 10': rounded(ms[1000]! / ms[10]!),
        '10000 to 10': rounded(ms[10_000]! / ms[10]!),
      }
      return {
        total_ms,
        five_line_ms,
        ratios,
        goals: {
          '10 ≤ 2 × 5': ratios['10 to 5'] <= 2,
          '1000 ≤ 40 × 10': ratios['1000 to 10'] <= 40,
          '10000 ≤ 400 × 10': ratios['10000 to 10'] <= 400,
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
