/**
 * The wholesaler's months through the real commands, day by day, from order to invoice; then every invariant over what
 * they left. `--weeks N` replays the last N weeks only.
 */

import { addDays } from '../demo/calendar.ts'
import { groundOf } from '../demo/load/ground.ts'
import { hands } from '../demo/load/hands.ts'
import { writeMasters } from '../demo/load/masters.ts'
import { planOf } from '../demo/load/plan.ts'
import { replayDay } from '../demo/load/replay.ts'
import { demoWorld, SEED } from '../demo/master.ts'
import { check, checkPool, invariantsOf } from '../src/core/check/check.ts'
import { systemClock } from '../src/core/clock.ts'
import { readTable } from '../src/core/data/index.ts'
import { onlineRetail } from '../src/modules/exchange/index.ts'
import { modules } from '../src/modules.ts'
import { startCluster } from './kit/cluster.ts'
import { numberOption, say } from './kit/report.ts'
import { replayCompany } from './replay/company.ts'
import { watchStages } from './replay/stages.ts'

const DATA = new URL('../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url)
/** 2010-12-01 to 2011-07-31: 35 weeks hold all of it. */
const ALL_WEEKS = 35

const readFile = async () => {
  let reader: ReturnType<typeof onlineRetail> | undefined
  await readTable(DATA.pathname, {
    onHeader: ({ header }) => {
      reader = onlineRetail(header)
    },
    onRows: (rows, first) => reader!.add(rows, first),
  })
  return reader!.finish()
}

export const run = async (words: readonly string[]) => {
  const weeks = numberOption(words, 'weeks', ALL_WEEKS)
  const file = await readFile()
  const today = systemClock.now().toISOString().slice(0, 10)
  const plan = planOf(file, today, 'full', weeks)
  const world = demoWorld(file)
  const cluster = await startCluster()
  try {
    const { app, owner } = cluster.database
    const company = await replayCompany(app)
    const h = await hands(app, company, `${addDays(plan.from, -1)}T17:00:00`)
    const stages = watchStages(h, cluster.postmaster)
    const ids = await writeMasters(h, world, plan, () => {})
    const fresh = async () => {
      await cluster.settle()
      await h.kernel.pool.recycle()
    }
    await fresh()
    const ground = groundOf(world, SEED)
    const sums = { orders: 0, lines: 0, shipments: 0, invoices: 0 }
    let replayMs = 0
    stages.begin()
    for (const [i, day] of plan.days.entries()) {
      const started = performance.now()
      const counts = await replayDay(h, ground, ids, day, Number.POSITIVE_INFINITY)
      replayMs += performance.now() - started
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counts[key]
      if (((i + 1) & i) === 0 || i % 30 === 29) await fresh()
      if (i % 7 === 6)
        say(
          `${day.day}: ${sums.orders} orders, ${sums.lines} lines, ${sums.invoices} invoices; ${Math.round((1000 * sums.lines) / replayMs)} lines/s`,
        )
    }
    stages.end()
    const commands = stages.done()
    await h.close()

    const [counted] = await cluster.sql<{ audit: number; shipped: number; moves: number }[]>`
      select (select count(*)::int from audit_event where company_id = ${company} and outcome = 'done') as audit,
             (select count(*)::int from shipment_line where company_id = ${company}) as shipped,
             (select count(*)::int from stock_move where company_id = ${company} and cause_kind in ('pick', 'shipment')) as moves`
    await cluster.settle()
    const pool = checkPool(owner)
    const found = await check(pool, invariantsOf(modules), { company })
    await pool.close()
    for (const { name, examined, differing, first, ms } of found)
      say(
        `  ${differing === 0 ? '✔' : '✘'} ${name}: ${examined} rows, ${differing} differ (${ms} ms)${differing ? ` ${JSON.stringify(first)}` : ''}`,
      )
    const moves_per_shipped_line =
      counted!.shipped === 0 ? 0 : Math.round((100 * counted!.moves) / counted!.shipped) / 100
    const result = {
      orders: sums.orders,
      lines: sums.lines,
      lines_per_s: Math.round((1000 * sums.lines) / replayMs),
      commands,
      audit_rows: counted!.audit,
      check_rows_examined: found.reduce((sum, one) => sum + one.examined, 0),
      check_rows_differing: found.reduce((sum, one) => sum + one.differing, 0),
      invariants: found.length,
      invoices: sums.invoices,
      shipped_lines: counted!.shipped,
      moves_per_shipped_line,
      cpu_ms_per_line_by_stage: Object.fromEntries(
        Object.entries(stages.cpu).map(([stage, ms]) => [stage, Math.round((1000 * ms) / sums.lines) / 1000]),
      ),
      refusals: Object.fromEntries(h.refusals),
      weeks,
    }
    say(JSON.stringify(result))
    if (commands !== counted!.audit)
      throw new Error(`${commands} commands were done, ${counted!.audit} audit rows tell of them`)
    if (moves_per_shipped_line < 2) throw new Error('a shipped line moves at least twice: to the stage, and away')
    if (result.check_rows_examined === 0 || result.check_rows_differing > 0)
      throw new Error(`${result.check_rows_differing} rows break an invariant`)
    return result
  } finally {
    await cluster.stop()
  }
}
