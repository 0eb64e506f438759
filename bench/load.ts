/**
 * Ten times the load for half a minute (trust row 17). What the node can do is measured by callers who wait; then orders
 * arrive at a fixed rate, whether answered or not: at half of it, at ten times it, at half again. The excess is to be
 * refused early and with a code, the rest done as fast as ever, and afterwards all is as before.
 */
import { once } from 'node:events'
import { caller, inParallel } from './kit/caller.ts'
import { startCluster } from './kit/cluster.ts'
import { postgresCpu, processCpu } from './kit/cpu.ts'
import { startChild, startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { newWholesaler } from './kit/wholesaler.ts'
import type { Drive, Driven } from './load/arrivals.ts'
import { bodiesOf } from './load/bodies.ts'

/** So much work in each that who sends ten times as many, on the same two cores, costs a small part of it. */
const LINES = 80
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
    const goods = { siteId: world.siteId, partyIds: world.partyIds, itemIds: world.itemIds, lines: LINES }
    const bodies = bodiesOf(goods).map((bytes) => JSON.parse(bytes.toString()))
    const arrivals = await startChild<'ready'>(new URL('load/arrivals.ts', import.meta.url), {
      ...{ url: node.url, apiKey: world.apiKey, goods },
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
            const { status } = await http.post('/sales/orders', bodies[n % bodies.length], `${name}-${n}`)
            if (status !== 200) throw new Error(`an order was answered ${status}`)
            done += 1
          },
        )
        return (done * 1000) / ms
      }
      await closed('warm', 3_000)
      await cluster.settle()
      await closed('warmer', 2_000)
      const spent = () => ({
        node: processCpu(node.pid),
        postgres: postgresCpu(cluster.postmaster),
        arrivals: processCpu(arrivals.child.pid!),
      })
      const started = spent()
      const capacity = await closed('capacity', CAPACITY_S * 1000)
      const ended = spent()
      const orderMs = (ended.node + ended.postgres - started.node - started.postgres) / (capacity * CAPACITY_S)
      http.close()
      say(`${capacity.toFixed(0)} orders of ${LINES} lines a second with ${CALLERS} callers who wait`)
      const drive = async (asked: Drive): Promise<Driven & { cpu: Record<string, number> }> => {
        const before = spent()
        arrivals.child.send(asked)
        const [driven] = (await once(arrivals.child, 'message')) as [Driven]
        const after = spent()
        const cpu = Object.fromEntries(
          Object.entries(after).map(([who, ms]) => [who, ms - before[who as keyof typeof before]]),
        )
        say(
          `${asked.name}: ${asked.perS.toFixed(0)}/s for ${asked.seconds} s: ${driven.done} done (p50 ${driven.p50} ms, p99 ${driven.p99} ms), ${driven.refused} told to come back (p99 ${driven.refusedP99} ms), ${driven.most} under way at most${Object.keys(driven.wrong).length > 0 ? `, wrong: ${JSON.stringify(driven.wrong)}` : ''}`,
        )
        return { ...driven, cpu }
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
        /** Of the node and its database: what an order cost before, and in the flood with all that was turned away. */
        cpu_ms_per_order: {
          capacity: Math.round(10 * orderMs) / 10,
          flood: Math.round((10 * (flood.cpu.node! + flood.cpu.postgres!)) / flood.done) / 10,
        },
        flood_cpu_ms: flood.cpu,
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
