import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import {
  allocateLines,
  dropAllocations,
  kitSurplus,
  levelKits,
  lockAllocations,
  type Moved,
  promiseAgain,
} from '../../promise/index.ts'
import { makePickTasks, type PickTask } from '../wave/pickTasks.ts'
import { lockUntasked } from '../wave/untasked.ts'
import { cutTasks, type KitTask } from './kitTasks.ts'

/** A bin that held less than its task asked for. */
export interface Short {
  readonly call: number
  readonly taskId: string
  readonly waveId: string | null
  readonly seq: number
  readonly entityId: string
  readonly stageId: string
  readonly allocationId: string
  readonly orderId: string
  readonly demandLineId: string
  readonly siteId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly locationId: string
  readonly qty: number
  readonly reason: string
}

/** What a line's customer was last told. */
export interface Told {
  readonly id: string
  readonly promisedOn: string | null
  readonly backordered: number
}

/**
 * The lines of a batch with shorts and what is delivered together with them, then all that is allocated to the lines:
 * before positions, pools and bins in the house order, as a cancellation and a wave take them.
 */
export const lockLines = async (ctx: Ctx, lineIds: readonly string[]): Promise<readonly Told[]> => {
  const { sql, company } = ctx
  const [lines] = await Promise.all([
    sql<Told[]>`
      select id, latest_promise_on as promised_on, backordered
        from demand_line
       where company_id = ${company}
         and id = any (array(select given.id
                               from unnest(${lineIds as string[]}::uuid[]) as given (id)
                              union
                             select mate.id
                               from demand_line line
                               join demand_line mate on mate.company_id = ${company} and mate.ref_id = line.ref_id and mate.partial_policy = 'complete'
                              where line.company_id = ${company} and line.id = any (${lineIds as string[]}) and line.partial_policy = 'complete'))
       order by id
         for update`,
    lockAllocations(ctx, lineIds),
  ])
  return lines
}

/**
 * Positions, pools, then bins of the batch's items, all of them in key order before any is changed: what follows touches
 * several lots and bins of one item in turn, and two pickers short of the same item must wait for each other, not deadlock.
 */
const lockItems = async ({ sql, company }: Ctx, rows: readonly { siteId: string; itemId: string }[]): Promise<void> => {
  const sites = rows.map((row) => row.siteId)
  const items = rows.map((row) => row.itemId)
  await Promise.all([
    sql`
      select 1 as locked
        from promise_position position
       where position.company_id = ${company}
         and position.site_id = any (${sites}::uuid[]) and position.item_id = any (${items}::uuid[])
         and (position.site_id, position.item_id) in (select * from unnest(${sites}::uuid[], ${items}::uuid[]))
       order by position.site_id, position.item_id
         for update`,
    sql`
      select 1 as locked
        from stock_pool pool
       where pool.company_id = ${company}
         and pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[])
         and (pool.site_id, pool.item_id) in (select * from unnest(${sites}::uuid[], ${items}::uuid[]))
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.status
         for update`,
    sql`
      select 1 as locked
        from stock_balance bin
       where bin.company_id = ${company}
         and bin.site_id = any (${sites}::uuid[]) and bin.item_id = any (${items}::uuid[])
         and (bin.site_id, bin.item_id) in (select * from unnest(${sites}::uuid[], ${items}::uuid[]))
       order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
         for update`,
  ])
}

/** Units that someone could not find are held in their pool until they are counted: nobody is promised them meanwhile. */
export const holdSuspects = (
  { sql, company }: Ctx,
  rows: readonly { siteId: string; itemId: string; lotId: string; ownerId: string; qty: number }[],
) => sql`
  update stock_pool pool
     set held = pool.held + suspect.qty
    from (
         select site_id, item_id, lot_id, owner_id, sum(qty)::int8 as qty
           from unnest(${rows.map((r) => r.siteId)}::uuid[], ${rows.map((r) => r.itemId)}::uuid[], ${rows.map((r) => r.lotId)}::uuid[],
                       ${rows.map((r) => r.ownerId)}::uuid[], ${rows.map((r) => r.qty)}::int8[]) as r (site_id, item_id, lot_id, owner_id, qty)
          group by site_id, item_id, lot_id, owner_id
         ) suspect
   where pool.company_id = ${company} and pool.site_id = any (${rows.map((r) => r.siteId)}::uuid[]) and pool.item_id = any (${rows.map((r) => r.itemId)}::uuid[])
     and pool.site_id = suspect.site_id and pool.item_id = suspect.item_id and pool.lot_id = suspect.lot_id
     and pool.owner_id = suspect.owner_id and pool.status = 'available'`

/**
 * A blind count of each short bin: `short_qty` is what it holds back in the pool. An open count of the bin takes it up.
 * Counts are documents: locked here in the order of bins, before demand and stock, as who counts and approves does.
 */
export const countBins = async (ctx: Ctx, shorts: readonly Short[]): Promise<void> => {
  const { sql, company, now } = ctx
  const bins = [...Map.groupBy(shorts, (s) => `${s.locationId} ${s.itemId} ${s.lotId} ${s.lpnId} ${s.ownerId}`)]
  const rows: object[] = []
  for (const [, [short, ...more]] of bins.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [number] = await ctx.numbers(short!.entityId, 'task', 1)
    rows.push({
      companyId: company,
      id: ctx.id(),
      number,
      kind: 'count',
      siteId: short!.siteId,
      itemId: short!.itemId,
      lotId: short!.lotId,
      lpnId: short!.lpnId,
      ownerId: short!.ownerId,
      fromLocationId: short!.locationId,
      seq: short!.seq,
      qty: 0,
      doneQty: 0,
      shortQty: more.reduce((sum, one) => sum + one.qty, short!.qty),
      reason: 'short_pick',
      causeTaskId: short!.taskId,
      recordedAt: now,
      version: 1,
    })
  }
  await sql`
    insert into task as counting
    select * from json_populate_recordset(null::task, ${rowsJson(rows)}::text::json)
    on conflict (company_id, from_location_id, item_id, lot_id, lpn_id, owner_id) where kind = 'count' and ended_at is null do update
       set short_qty = counting.short_qty + excluded.short_qty, version = counting.version + 1`
}

export interface Reallocated {
  /** The new tasks, by the call that was short. */
  readonly tasks: ReadonlyMap<number, readonly PickTask[]>
  /** Lines planned anew, by the same; `changed` against what was told before the short. */
  readonly replanned: ReadonlyMap<number, readonly Moved[]>
}

const itemsOf = ({ sql, company }: Ctx, lineIds: readonly string[]) => sql<{ siteId: string; itemId: string }[]>`
  select site_id, item_id
    from demand_line
   where company_id = ${company} and id = any (${lineIds as string[]})`

/**
 * In the transaction of the pick: the missing units leave the allocation and are held in the pool, the line is allocated
 * again (the same lot from another bin first, as FEFO has it; then later lots), the new allocation gets its tasks in the
 * same wave, and what no stock covers is promised anew. A component that stays short takes the rest of its kits with it:
 * of the others nothing stays allocated or tasked beyond whole kits. The caller holds counts, lines and allocations, and
 * has ended the tasks' claims on these.
 * @param picks items of the whole batch: their bins are locked here too, before the batch's moves.
 * @param kits the short lines with the components of their kits, and these kits' other open tasks, locked.
 */
export const reallocate = async (
  ctx: Ctx,
  shorts: readonly Short[],
  picks: readonly { siteId: string; itemId: string }[],
  kits: { readonly lineIds: readonly string[]; readonly tasks: readonly KitTask[] },
  told: readonly Told[],
): Promise<Reallocated> => {
  const lineIds = [...new Set(shorts.map((s) => s.demandLineId))]
  const ofKits = kits.lineIds.length > lineIds.length
  await lockItems(ctx, ofKits ? [...picks, ...(await itemsOf(ctx, kits.lineIds))] : picks)
  await dropAllocations(
    ctx,
    shorts.map(({ allocationId, qty, reason }) => ({ allocationId, qty, reason })),
  )
  await holdSuspects(ctx, shorts)
  await allocateLines(ctx, kits.lineIds)
  if (ofKits) {
    await cutTasks(ctx, kits.tasks, await kitSurplus(ctx, kits.lineIds))
    await levelKits(ctx, kits.lineIds)
  }
  const byLine = new Map(shorts.map((s) => [s.demandLineId, s]))
  const byOrder = new Map(shorts.map((s) => [s.orderId, s]))
  const tasks = await makePickTasks(ctx, await lockUntasked(ctx, lineIds), (want) => byLine.get(want.demandLineId)!)
  const before = new Map(told.map(({ id, ...line }) => [id, line]))
  const moved = await promiseAgain(ctx, kits.lineIds, { kind: 'loss' }, before)
  return {
    tasks: Map.groupBy(tasks, (task) => byLine.get(task.demandLineId)!.call),
    // What is delivered together with a short line is told by the same call.
    replanned: Map.groupBy(moved, (line) => (byLine.get(line.lineId) ?? byOrder.get(line.orderId)!).call),
  }
}
