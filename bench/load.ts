/**
 * Ten times the load for half a minute (trust row 17). What the node can do is measured by callers who wait; then orders
 * arrive at a fixed rate, whether answered or not: at half of it, at ten times it, at half again. The excess is to be
 * refused early and with a code, the rest done as fast as ever, and afterwards all is as before.
 */
import { once } from 'node:events'
import { caller, inParallel } from './kit/caller.ts'
import { startCluster } from './kit/cluster.ts'
import { startChild, startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler } from './kit/wholesaler.ts'
import type { Drive, Driven } from './load/arrivals.ts'

const LINES = 40
const ITEMS = 400
const CALLERS = 32
const CAPACITY_S = 8
const CALM_S = 15
/** Part of what it can do that counts as an ordinary day. */
const CALM = 0.5

export const run = async (words: readonly string[]) => {
  const times = numberOption(words, 'times', 10)
  const seconds = numberOption(words, 'seconds', 30)
  const cluster = await startCluster()
  try {
    const world = await newWholesaler({ items: ITEMS, customers: 50, stock: 100_000_000 })
    await cluster.settle()
    const node = await startNode(cluster.database)
    const roll = dice(20261127)
    const bodies = Array.from({ length: 200 }, () =>
      JSON.stringify({
        partyId: world.partyIds[roll(50)],
        siteId: world.siteId,
        lines: Array.from({ length: LINES }, () => ({
          itemId: world.itemIds[roll(ITEMS)],
          uom: 'EA',
          uomQty: 1 + roll(9),
        })),
      }),
    )
    const arrivals = await startChild<'ready'>(new URL('load/arrivals.ts', import.meta.url), {
      ...{ url: node.url, apiKey: world.apiKey, bodies },
    })
    try {
      const http = caller(node.url, world.apiKey, CALLERS)
      const closed = async (name: string, ms: number): Promise<number> => {
        const until = performance.now() + ms
        let done = 0
        await inParallel(
          CALLERS,
          Array.from({ length: 100_000 }, (_, n) => n),
          async (n) => {
            if (performance.now() > until) return
            const { status } = await http.post('/sales/orders', JSON.parse(bodies[n % bodies.length]!), `${name}-${n}`)
            if (status !== 200) throw new Error(`an order was answered ${status}`)
            done += 1
          },
        )
        return (done * 1000) / ms
      }
      await closed('warm', 3_000)
      await cluster.settle()
      await closed('warmer', 2_000)
      const capacity = await closed('capacity', CAPACITY_S * 1000)
      http.close()
      say(`${capacity.toFixed(0)} orders of ${LINES} lines a second with ${CALLERS} callers who wait`)
      const drive = async (asked: Drive): Promise<Driven> => {
        arrivals.child.send(asked)
        const [driven] = (await once(arrivals.child, 'message')) as [Driven]
        say(
          `${asked.name}: ${asked.perS.toFixed(0)}/s for ${asked.seconds} s: ${driven.done} done (p50 ${driven.p50} ms, p99 ${driven.p99} ms), ${driven.refused} told to come back (p99 ${driven.refusedP99} ms), ${driven.most} under way at most${Object.keys(driven.wrong).length > 0 ? `, wrong: ${JSON.stringify(driven.wrong)}` : ''}`,
        )
        return driven
      }
      const before = await drive({ name: 'before', perS: capacity * CALM, seconds: CALM_S })
      const flood = await drive({ name: 'flood', perS: capacity * times, seconds })
      const after = await drive({ name: 'after', perS: capacity * CALM, seconds: CALM_S })
      const [kept] = await cluster.sql<{ n: number }[]>`
        select count(*)::int as n from sales_order where company_id = ${world.company}`
      const goodput = flood.done / (flood.wall / 1000)
      const calmAgain = after.bySecond.findIndex(({ p99 }) => p99 <= 2 * before.p99)
      const wrong = [before, flood, after].reduce(
        (sum, one) => sum + Object.values(one.wrong).reduce((a, b) => a + b, 0),
        0,
      )
      return {
        capacity_per_s: Math.round(capacity),
        offered_per_s: Math.round(flood.sent / seconds),
        goodput_per_s: Math.round(goodput),
        goodput_of_capacity: Math.round((100 * goodput) / capacity) / 100,
        refused: flood.refused,
        wrong,
        p99_ms: { before: before.p99, flood: flood.p99, refused: flood.refusedP99, after: after.p99 },
        calm_again_s: calmAgain < 0 ? null : calmAgain + 1,
        orders_kept: kept!.n,
        goals: {
          'goodput ≥ 80 % of capacity': goodput >= 0.8 * capacity,
          'p99 of the accepted ≤ 2 s': flood.p99 <= 2_000,
          'calm again within 10 s': calmAgain >= 0 && calmAgain < 10,
          'nothing but done or a code': wrong === 0,
        },
      }
    } finally {
      await arrivals.stop()
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
