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
const BASELINE_ORDERS = 200

const perOrder = (m: Measured, count: number): number => Math.round((1000 * m.total) / count) / 1000

export const run = async (words: readonly string[]) => {
  const count = numberOption(words, 'orders', 800)
  const statements = hasOption(words, 'statements')
  const cluster = await startCluster(statements ? { shared_preload_libraries: 'pg_stat_statements' } : {})
  try {
    const { world, take } = await prepareOrders(
      3 * WARM + (CALLERS.length + LIMIT_CALLERS.length) * count + 2 * (BASELINE_WARM + BASELINE_ORDERS),
    )
    const { postmaster, database, sql } = cluster
    await createLimitConfirm(sql)
    await createLimitRelease(sql)
    await cluster.settle()
    if (statements) await watchStatements(sql)
    const footprints: Record<string, Record<string, number>> = {}

    const ours: Record<string, number> = {}
    const orders_per_s: Record<string, number> = {}
    const node = await startNode(database)
    try {
      // Foreign-key checks planned on empty tables stay sequential scans (27 ms instead of 0.3): rows first, then ANALYZE.
      await driveOurs(node, world.apiKey, postmaster, 16, take(WARM))
      await cluster.settle()
      await driveOurs(node, world.apiKey, postmaster, 16, take(WARM))
      for (const callers of CALLERS) {
        const ids = take(count)
        if (statements) await watchStatements(sql)
        const m = await driveOurs(node, world.apiKey, postmaster, callers, ids)
        ours[`c${callers}`] = perOrder(m, count)
        orders_per_s[`c${callers}`] = Math.round((count * 1000) / m.wall)
        if (statements) await tellStatements(sql, count, 'order')
        footprints[`ours ${callers}`] = await footprintOf(world, ids)
        say(
          `${callers} callers: ${perOrder(m, count)} ms CPU per order (app ${(m.apps / count).toFixed(2)}, PostgreSQL ${(m.postgres / count).toFixed(2)}), ${orders_per_s[`c${callers}`]} orders/s`,
        )
      }
    } finally {
      await node.stop()
    }

    const limits: Record<string, number> = {}
    const limit = await startRival(new URL('order/limitNode.ts', import.meta.url), {
      app: database.app,
      company: world.company,
      actor: world.actor.id,
      poolSize: 6,
    })
    try {
      await limit.drive(postmaster, 4, take(WARM))
      for (const callers of LIMIT_CALLERS) {
        const ids = take(count)
        const m = await limit.drive(postmaster, callers, ids)
        limits[`c${callers}`] = perOrder(m, count)
        footprints[`limit ${callers}`] = await footprintOf(world, ids)
        say(
          `limit, ${callers} callers: ${perOrder(m, count)} ms CPU per order (driver ${(m.apps / count).toFixed(2)}, PostgreSQL ${(m.postgres / count).toFixed(2)})`,
        )
      }
    } finally {
      await limit.stop()
    }
    const limit_cpu_ms = Math.min(...Object.values(limits))

    const baselines: number[] = []
    for (const prepared of [false, true]) {
      const given = { app: database.app, company: world.company, actor: world.actor.id, poolSize: 6, prepared }
      const rival = await startRival(new URL('order/drizzleNode.ts', import.meta.url), given)
      try {
        await rival.drive(postmaster, 1, take(BASELINE_WARM))
        const ids = take(BASELINE_ORDERS)
        const m = await rival.drive(postmaster, 1, ids)
        baselines.push(perOrder(m, ids.length))
        footprints[`drizzle${prepared ? ', prepared' : ''}`] = await footprintOf(world, ids)
        say(
          `drizzle-orm${prepared ? ', prepared' : ''}: ${perOrder(m, ids.length)} ms CPU per order (driver ${(m.apps / ids.length).toFixed(2)}, PostgreSQL ${(m.postgres / ids.length).toFixed(2)})`,
        )
      } finally {
        await rival.stop()
      }
    }
    const [baseline_cpu_ms, baseline_prepared_cpu_ms] = baselines as [number, number]

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
      baseline_cpu_ms,
      baseline_prepared_cpu_ms,
      limit_cpu_ms_by_callers: limits,
      orders_per_s,
      ratio_c1_to_limit: Math.round((100 * ours.c1!) / limit_cpu_ms) / 100,
      ratio_c64_to_limit: Math.round((100 * ours.c64!) / limit_cpu_ms) / 100,
      goals: {
        'c1 ≤ 3 × limit': ours.c1! <= 3 * limit_cpu_ms,
        'c64 < limit': ours.c64! < limit_cpu_ms,
        'baseline ≥ 10 × c64': baseline_cpu_ms >= 10 * ours.c64!,
      },
      orders: count,
    }
  } finally {
    await cluster.stop()
  }
}
