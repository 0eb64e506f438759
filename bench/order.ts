/**
 * What an order costs: confirm + release of five lines over HTTP, CPU of app and all of PostgreSQL, beside the limit of
 * one round trip per step. Fsync, authentication, validation, audit, outbox and its relay are on.
 */
import assert from 'node:assert/strict'
import { startCluster } from './kit/cluster.ts'
import type { Measured } from './kit/cpu.ts'
import { startNode } from './kit/nodes.ts'
import { hasOption, numberOption, say } from './kit/report.ts'
import { tellStatements, watchStatements } from './kit/statements.ts'
import { booksBalance, footprintOf } from './order/footprint.ts'
import { createLimitConfirm } from './order/limitConfirm.ts'
import { createLimitRelease } from './order/limitRelease.ts'
import { prepareOrders } from './order/orders.ts'
import { driveOurs } from './order/ours.ts'
import { startRival } from './order/rival.ts'

const CALLERS = [1, 16, 64]
const LIMIT_CALLERS = [1, 2, 4, 8]
const WARM = 300
const BASELINE_WARM = 50
/** A machine’s speed wanders by a third within minutes: all are driven in turn, several times, and the median counts. */
const ROUNDS = 5

/** What one drive costs, or the median of several, in ms of CPU per order. */
interface Cost {
  readonly total: number
  readonly apps: number
  readonly postgres: number
  readonly wall: number
}
const perOrder = (m: Measured, count: number): Cost => ({
  ...{ total: m.total / count, apps: m.apps / count, postgres: m.postgres / count, wall: m.wall / count },
})
const thousandths = (ms: number): number => Math.round(1000 * ms) / 1000
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const medianCost = (costs: readonly Cost[]): Cost => {
  const of = (field: keyof Cost) => thousandths(median(costs.map((cost) => cost[field])))
  return { total: of('total'), apps: of('apps'), postgres: of('postgres'), wall: of('wall') }
}

interface Contender {
  readonly name: string
  readonly orders: number
  readonly drive: (ids: readonly string[]) => Promise<Measured>
}

export const run = async (words: readonly string[]) => {
  const count = numberOption(words, 'orders', 200)
  const rounds = numberOption(words, 'rounds', ROUNDS)
  const statements = hasOption(words, 'statements')
  const cluster = await startCluster(statements ? { shared_preload_libraries: 'pg_stat_statements' } : {})
  const closing: (() => Promise<unknown>)[] = [cluster.stop]
  try {
    const few = Math.ceil(count / 4)
    const { world, take } = await prepareOrders(
      3 * WARM + 2 * BASELINE_WARM + rounds * ((CALLERS.length + LIMIT_CALLERS.length) * count + 2 * few),
    )
    const { postmaster, database, sql } = cluster
    await createLimitConfirm(sql)
    await createLimitRelease(sql)
    await cluster.settle()
    const node = await startNode(database)
    closing.push(node.stop)
    // Foreign-key checks planned on empty tables stay sequential scans (27 ms instead of 0.3): rows first, then ANALYZE.
    await driveOurs(node, world.apiKey, postmaster, 16, take(WARM))
    await cluster.settle()
    await driveOurs(node, world.apiKey, postmaster, 16, take(WARM))
    const given = { app: database.app, company: world.company, actor: world.actor.id, poolSize: 6 }
    const rival = async (file: string, more: object, callers: number, warm: number) => {
      const one = await startRival(new URL(file, import.meta.url), { ...given, ...more })
      closing.push(one.stop)
      await one.drive(postmaster, callers, take(warm))
      return one
    }
    const limit = await rival('order/limitNode.ts', {}, 4, WARM)
    const plain = await rival('order/drizzleNode.ts', { prepared: false }, 1, BASELINE_WARM)
    const prepared = await rival('order/drizzleNode.ts', { prepared: true }, 1, BASELINE_WARM)
    const contenders: Contender[] = [
      ...CALLERS.map((callers) => ({
        ...{ name: `c${callers}`, orders: count },
        drive: (ids: readonly string[]) => driveOurs(node, world.apiKey, postmaster, callers, ids),
      })),
      ...LIMIT_CALLERS.map((callers) => ({
        ...{ name: `limit c${callers}`, orders: count },
        drive: (ids: readonly string[]) => limit.drive(postmaster, callers, ids),
      })),
      { name: 'drizzle-orm', orders: few, drive: (ids) => plain.drive(postmaster, 1, ids) },
      { name: 'drizzle-orm, prepared', orders: few, drive: (ids) => prepared.drive(postmaster, 1, ids) },
    ]
    const costs = new Map(contenders.map(({ name }): [string, Cost[]] => [name, []]))
    const footprints: Record<string, Record<string, number>> = {}
    for (let round = 1; round <= rounds; round += 1)
      for (const { name, orders, drive } of contenders) {
        const ids = take(orders)
        if (statements && name.startsWith('c')) await watchStatements(sql)
        costs.get(name)!.push(perOrder(await drive(ids), orders))
        if (statements && name.startsWith('c')) await tellStatements(sql, orders, 'order')
        footprints[`${name}, round ${round}`] = await footprintOf(world, ids)
      }
    const cost = new Map([...costs].map(([name, own]) => [name, medianCost(own)]))
    for (const [name, own] of cost) {
      const all = costs.get(name)!.map((one) => one.total.toFixed(1))
      say(
        `${name}: ${own.total.toFixed(2)} ms CPU per order (driver ${own.apps.toFixed(2)}, PostgreSQL ${own.postgres.toFixed(2)}; rounds ${all.join(', ')})`,
      )
    }
    const of = (name: string): number => cost.get(name)!.total
    const by = (prefix: string, callers: readonly number[], figure: (own: Cost) => number) =>
      Object.fromEntries(callers.map((n) => [`c${n}`, figure(cost.get(`${prefix}c${n}`)!)]))
    const ours = by('', CALLERS, (own) => own.total) as { c1: number; c16: number; c64: number }
    const limits = by('limit ', LIMIT_CALLERS, (own) => own.total)
    const limit_cpu_ms = Math.min(...Object.values(limits))
    const ratio = (a: number, b: number): number => Math.round((100 * a) / b) / 100

    for (const [who, footprint] of Object.entries(footprints))
      assert.deepEqual(
        footprint,
        { released: 1, lines: 5, promises: 5, audits: 2, events: 2, answers: 2, shortQty: 0 },
        who,
      )
    await booksBalance(world)
    return {
      cpu_ms_per_order: ours,
      limit_cpu_ms,
      baseline_cpu_ms: of('drizzle-orm'),
      baseline_prepared_cpu_ms: of('drizzle-orm, prepared'),
      limit_cpu_ms_by_callers: limits,
      orders_per_s: by('', CALLERS, (own) => Math.round(1000 / own.wall)),
      ratio_c1_to_limit: ratio(ours.c1, limit_cpu_ms),
      ratio_c64_to_limit: ratio(ours.c64, limit_cpu_ms),
      ratio_baseline_to_c64: ratio(of('drizzle-orm'), ours.c64),
      goals: {
        'c1 ≤ 3 × limit': ours.c1 <= 3 * limit_cpu_ms,
        'c64 < limit': ours.c64 < limit_cpu_ms,
        'baseline ≥ 10 × c64': of('drizzle-orm') >= 10 * ours.c64,
      },
      orders: count,
      rounds,
    }
  } finally {
    for (const end of closing.reverse()) await end()
  }
}
