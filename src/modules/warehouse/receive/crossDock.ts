import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { NIL } from '../../../core/t.ts'
import { type CrossDock, type Moved, pickedAllocations } from '../../promise/index.ts'
import { placeOfKind, postMoves } from '../../stock/index.ts'
import { lockUntasked, type Untasked } from '../wave/untasked.ts'

/** A line of a receipt, as far as its goods may go straight on. */
export interface Arrived {
  readonly itemId: string
  readonly lotId: string
  readonly supplyId: string | null
  readonly qty: number
  /** Where it is put away if nobody waits for it. */
  readonly homeId: string
  /** Good, ours, loose, counted by quantity, and nobody said where to put it. */
  readonly loose: boolean
}
export interface Crossed {
  readonly orderId: string
  readonly lineId: string
  readonly qty: number
}

interface Door {
  readonly dockId: string
  readonly stageId: string
  /** Which of the receipt's lines stop at the dock until it is known who gets them. */
  readonly stops: readonly boolean[]
  readonly lineIds: readonly string[]
  readonly before: ReadonlySet<string>
}

/**
 * Goods that released orders wait for are not put away: they stop at the dock, are allocated, and what is allocated goes
 * to the stage, to be packed at once. `planned`: for lines that were promised from the very supply; `opportunistic`: for
 * whatever waits. Null: all is put away as usual.
 */
export const crossDockDoor = async (
  ctx: Ctx,
  siteId: string,
  rule: CrossDock,
  arrived: readonly Arrived[],
  moved: readonly Moved[],
): Promise<Door | null> => {
  if (rule === 'none') return null
  const { sql, company } = ctx
  const waits = moved.filter(
    (line) =>
      line.released &&
      // What an assembly waits for goes to its bin, where who assembles it takes it from.
      line.kind !== 'kit' &&
      (rule === 'opportunistic' ||
        arrived.some(
          (one) => one.supplyId !== null && one.itemId === line.itemId && line.wasFrom.includes(one.supplyId),
        )),
  )
  const items = new Set(waits.map((line) => line.itemId))
  const stops = arrived.map((line) => line.loose && items.has(line.itemId))
  if (!stops.includes(true)) return null
  const [docks, stages] = await Promise.all([placeOfKind(ctx, [siteId], 'dock'), placeOfKind(ctx, [siteId], 'stage')])
  const [dockId, stageId] = [docks.get(siteId), stages.get(siteId)]
  if (!dockId || !stageId) return null
  const lineIds = waits.map((line) => line.lineId)
  // What is allocated already stands somewhere else.
  const before = await sql<{ id: string }[]>`
    select id
      from allocation
     where company_id = ${company} and demand_line_id = any (${lineIds}) and qty > tasked + picked + dropped`
  return { dockId, stageId, stops, lineIds, before: new Set(before.map((row) => row.id)) }
}

/** After the receipt was posted to the dock and allocated: dock → stage for those who got some, dock → home for the rest. */
export const crossDock = async (
  ctx: Ctx,
  { dockId, stageId, stops, lineIds, before }: Door,
  receipt: {
    readonly id: string
    readonly siteId: string
    readonly entityId: string
    readonly actorId: string
    readonly device: string | null
    readonly effectiveAt: string | undefined
  },
  arrived: readonly Arrived[],
): Promise<Crossed[]> => {
  const { sql, company, now } = ctx
  const left = new Map<string, number>()
  for (const [at, line] of arrived.entries())
    if (stops[at]) left.set(stockOf(line), (left.get(stockOf(line)) ?? 0) + line.qty)
  const takes = (await lockUntasked(ctx, await wholeLines(ctx, lineIds))).flatMap(
    (want): (Untasked & { take: number })[] => {
      const take =
        before.has(want.allocationId) || want.ownerId !== NIL ? 0 : Math.min(want.qty, left.get(stockOf(want)) ?? 0)
      if (take === 0) return []
      left.set(stockOf(want), left.get(stockOf(want))! - take)
      return [{ ...want, take }]
    },
  )
  const numbers = await ctx.numbers(receipt.entityId, 'task', takes.length)
  const tasks = takes.map((want, at) => ({
    companyId: company,
    id: ctx.id(),
    number: numbers[at]!,
    kind: 'pick',
    siteId: receipt.siteId,
    waveId: null,
    orderId: want.orderId,
    demandLineId: want.demandLineId,
    allocationId: want.allocationId,
    itemId: want.itemId,
    lotId: want.lotId,
    lpnId: NIL,
    ownerId: NIL,
    fromLocationId: dockId,
    toLocationId: stageId,
    seq: at + 1,
    qty: want.take,
    doneQty: want.take,
    shortQty: 0,
    reason: 'cross_dock',
    recordedAt: now,
    endedAt: now,
    actorId: receipt.actorId,
    version: 1,
  }))
  if (tasks.length > 0) {
    await sql`
      insert into task
      select * from json_populate_recordset(null::task, ${rowsJson(tasks)}::text::json)`
    await pickedAllocations(
      ctx,
      takes.map(({ allocationId, take }) => ({ allocationId, qty: take, untasked: 0, weightG: null })),
    )
  }
  const loose = {
    fromLocationId: dockId,
    fromStatus: 'available',
    toStatus: 'available',
    actorId: receipt.actorId,
    device: receipt.device,
    effectiveAt: receipt.effectiveAt,
  }
  await postMoves(ctx, [
    ...tasks.map((task) => ({
      ...loose,
      itemId: task.itemId,
      lotId: task.lotId,
      toLocationId: stageId,
      qty: task.qty,
      causeKind: 'pick',
      causeId: task.id,
      causeLineId: task.allocationId,
      reason: 'cross_dock',
    })),
    ...arrived.flatMap((line, at) => {
      if (!stops[at] || line.homeId === dockId) return []
      const qty = Math.min(line.qty, left.get(stockOf(line))!)
      left.set(stockOf(line), left.get(stockOf(line))! - qty)
      return qty === 0
        ? []
        : [
            {
              ...loose,
              itemId: line.itemId,
              lotId: line.lotId,
              toLocationId: line.homeId,
              qty,
              causeKind: 'receipt',
              causeId: receipt.id,
            },
          ]
    }),
  ])
  return takes.map(({ orderId, demandLineId, take }) => ({ orderId, lineId: demandLineId, qty: take }))
}

const stockOf = (row: { readonly itemId: string; readonly lotId: string }): string => `${row.itemId} ${row.lotId}`

/** Of these lines, those that may leave as far as they are allocated: what leaves whole only with all of it. */
const wholeLines = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    select line.id
      from demand_line line
     where line.company_id = ${company} and line.id = any (${lineIds as string[]})
       and not exists (
           select 1
             from demand_line other
            where line.partial_policy <> 'partial' and other.company_id = ${company} and other.ref_id = line.ref_id
              and other.allocated + other.shipped + other.cancelled < other.qty
              and (line.partial_policy = 'complete' and other.partial_policy = 'complete'
                   or coalesce(other.order_line_id, other.id) = coalesce(line.order_line_id, line.id)))`
  return rows.map((row) => row.id)
}
