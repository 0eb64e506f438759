import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { inWorkers } from '../../../core/workers/inWorkers.ts'
import { type Calibration, calibrate, clean } from '../../../math/forecast/index.ts'
import { type Given, type ItemAsked, type ItemFacts, PERIOD } from '../work/itemWork.ts'
import { inflows } from './leadTimes.ts'
import { propose } from './propose.ts'
import { dailyOf, itemSitesLeft, readDemand, type SiteItem } from './readDemand.ts'

/** Item-sites of one step: some seconds of work, one short transaction. */
const STEP = 2_000
/** Series whose earlier forecasts set the bands of all. */
const SCORED = 300
/** Kept with the forecast, so that a look at it reads no demand: half a year, and two months in which stock settles. */
const RECENT_DAYS = 242
const MODULE = new URL('../work/itemWork.ts', import.meta.url)

export interface Run {
  readonly id: string
  readonly day: string
  readonly state: 'running' | 'done' | 'failed'
  /** Of the company's currency: minor units are so many digits behind the point. */
  readonly digits: number
  readonly objective: 'valueFill' | 'unitFill' | 'itemFill'
  readonly levelPpm: number
  readonly holdingPpm: number
  readonly mostDays: number
  readonly horizon: number
  readonly calibration: Calibration | null
}

/**
 * One step of a run: the next item-sites are forecast on all processors; when none is left, everything is weighed together
 * and the proposals are written. The job of the event that the step before has told; each runs once.
 */
export const advance = command({
  title: 'Go on with a run of planning',
  route: 'POST /planning/runs/:runId/advance',
  permission: 'planning.run',
  admits: { runId: 'plan_run' },
  input: t.object({ runId: t.id('plan_run') }),
  output: t.object({ done: t.int(), proposals: t.nullable(t.int()) }),
  deadlineMs: 120_000,
  async run({ runId }, ctx, call) {
    const { sql, company, now } = ctx
    const [run] = await sql<Run[]>`
      select run.id, run.day, run.state, run.objective, run.level_ppm, run.holding_ppm, run.most_days, run.horizon, run.calibration, currency.digits
        from plan_run run
        join company on company.company_id = run.company_id
        join currency on currency.code = company.currency
       where run.company_id = ${company} and run.id = ${runId}
         for update of run`
    if (!run) throw notFound('run')
    if (run.state !== 'running') return { done: 0, proposals: null }
    const todo = await itemSitesLeft(ctx, run, STEP)
    if (todo.length > 0) {
      const { horizon, calibration } = await forecastSome(ctx, run, todo)
      await sql`
        update plan_run
           set stepped_at = ${now}, done = least(item_sites, done + ${todo.length}), horizon = ${horizon}, calibration = ${JSON.stringify(calibration)}::text::jsonb
         where company_id = ${company} and id = ${runId}`
      ctx.emit(call, 'plan.step', { id: runId })
      return { done: todo.length, proposals: null }
    }
    const { proposals, figures } = await propose(ctx, run)
    await sql`
      update plan_run
         set state = 'done', stepped_at = ${now}, done = item_sites, proposals = ${proposals}, figures = ${JSON.stringify(figures)}::text::jsonb, ended_at = ${now}
       where company_id = ${company} and id = ${runId}`
    ctx.emit(call, 'plan.done', { id: runId })
    return { done: 0, proposals }
  },
})

interface ItemRow {
  readonly id: string
  readonly costMicro: number
}

const forecastSome = async (ctx: Ctx, run: Run, todo: readonly SiteItem[]) => {
  const itemIds = [...new Set(todo.map((one) => one.itemId))]
  const [demand, flows, items] = await Promise.all([
    readDemand(ctx, run.day, todo),
    inflows(ctx, itemIds),
    ctx.sql<ItemRow[]>`
      select id, cost_micro
        from item
       where company_id = ${ctx.company} and id = any (${itemIds})`,
  ])
  const byKey = new Map(demand.map((row) => [`${row.siteId} ${row.itemId}`, row]))
  const cost = new Map(items.map((item) => [item.id, item.costMicro / 1e6]))
  const asked = todo.map(({ siteId, itemId }): ItemAsked => {
    const flow = flows.of(siteId, itemId)
    return {
      sold: dailyOf(byKey.get(`${siteId} ${itemId}`)),
      leadTimes: flow.leadTimes,
      reviewDays: flow.reviewDays,
      unitCost: cost.get(itemId)!,
      lineCost: flow.lineCost / 10 ** run.digits,
      pack: flows.supplied.has(siteId) ? 1 : (flows.sourcesOf(itemId)[0]?.packQty ?? 1),
    }
  })
  const horizon = run.horizon > 0 ? run.horizon : horizonOf(asked)
  const calibration = run.calibration ?? scoresOf(asked, horizon)
  const facts = await inWorkers<ItemAsked, ItemFacts, Given>(MODULE, asked, {
    given: {
      calibration,
      horizon,
      holdingPerYear: run.holdingPpm / 1e6,
      mostDays: run.mostDays,
      level: run.objective === 'itemFill' ? run.levelPpm / 1e6 : null,
    },
  })
  await keep(
    ctx,
    run,
    todo.map((one, at) => ({
      ...one,
      facts: {
        ...facts[at]!,
        recent: asked[at]!.sold.slice(-RECENT_DAYS),
        price: priceOf(byKey.get(`${one.siteId} ${one.itemId}`), run.digits),
        leadWhy: flows.of(one.siteId, one.itemId).why,
      },
    })),
  )
  return { horizon, calibration }
}

/** What is looked at at least, and at most, whatever a supplier takes. */
const [LEAST_HORIZON, MOST_HORIZON] = [56, 140]
/** The longest time that the first of them have to live through; a later one beyond it is read to its end, see itemWork. */
const horizonOf = (asked: readonly ItemAsked[]): number =>
  Math.min(
    MOST_HORIZON,
    Math.max(LEAST_HORIZON, ...asked.map((one) => one.reviewDays + Math.max(...one.leadTimes.map(([days]) => days)))),
  )

/** Of the first step, every so-manieth series with a past, twice forecast as it would have been: how far from what came. */
const scoresOf = (asked: readonly ItemAsked[], horizon: number): Calibration => {
  const past = asked.filter((one) => one.sold.length > 0)
  const step = Math.max(1, Math.floor(past.length / SCORED))
  return calibrate(
    past.filter((_, n) => n % step === 0).map((one) => clean(one.sold).y),
    { horizon, period: PERIOD, origins: 2, step: Math.ceil(horizon / 2) },
  )
}

/** Mean price of what was sold, in money; null: nothing was, or more was given back for it. */
const priceOf = (
  row: { readonly pricedUnits: number; readonly net: number } | undefined,
  digits: number,
): number | null =>
  row && row.pricedUnits > 0 && row.net > 0 ? Number((row.net / 10 ** digits / row.pricedUnits).toPrecision(6)) : null

/** The reorder points of the run before stand until this one sets its own. */
const keep = async (
  { sql, company }: Ctx,
  run: Run,
  rows: readonly (SiteItem & { facts: object })[],
): Promise<void> => {
  const given = rows.map(({ siteId, itemId, facts }) => ({ siteId, itemId, facts }))
  await sql`
    update item_forecast known
       set run_id = ${run.id}, made_on = ${run.day}, facts = given.facts
      from json_to_recordset(${rowsJson(given)}::text::json) as given (site_id uuid, item_id uuid, facts jsonb)
     where known.company_id = ${company} and known.site_id = given.site_id and known.item_id = given.item_id`
}
