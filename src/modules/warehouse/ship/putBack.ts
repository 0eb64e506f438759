import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import {
  allocateLines,
  dropAllocations,
  lockLinesWithPositions,
  pickedAllocations,
  promiseAgain,
  tellReplanned,
  withKitParts,
} from '../../promise/index.ts'
import { placeOfKind, postMoves, type SerialRef } from '../../stock/index.ts'
import { demandPlace } from '../bins/places.ts'
import { partAt } from './partAt.ts'
import { unpack } from './unpack.ts'

interface Pick {
  readonly taskId: string
  readonly allocationId: string
  readonly demandLineId: string
  readonly siteId: string
  readonly itemId: string
  readonly sku: string
  readonly lotId: string
  readonly ownerId: string
  readonly lpnId: string
  readonly stageId: string
  readonly done: number
  readonly weightG: number | null
  /** Of the allocation: picked and not gone; gone. */
  readonly back: number
  readonly shipped: number
}
type Part = Pick & { readonly qty: number }

/**
 * Picked goods that shall not leave after all (a recall, a mistake) go from the stage, or out of their cartons, back into
 * a bin. The order gives them up and gets others, or a date; a shipment with nothing left in it is no more.
 */
export const putBack = command({
  title: 'Put picked goods back',
  route: 'POST /warehouse/orders/:orderId/put-back',
  permission: 'warehouse.wave',
  admits: {
    orderId: ['sales_order', 'order_site'],
    siteId: 'site',
    itemId: 'item',
    lotId: 'lot',
    locationId: 'location',
  },
  emits: ['stock.moved'],
  input: t.object({
    orderId: t.id('sales_order'),
    /** Needed where goods of the order stand picked at several sites of the caller's. */
    siteId: t.optional(t.id('site')),
    /** Left out: all that is picked of the order and has not left. */
    itemId: t.optional(t.id('item')),
    lotId: t.optional(t.id('lot')),
    /** Left out: the site's quarantine. */
    locationId: t.optional(t.id('location')),
    reason: t.code({ max: 40 }),
  }),
  output: t.object({ qty: t.qty(), shipments: t.list(t.text(), { max: 500 }) }),
  async run({ orderId, itemId, lotId, locationId, reason }, ctx, call) {
    const { sql, company } = ctx
    await Promise.all([
      sql`select 1 as locked from sales_order where company_id = ${company} and id = ${orderId} for update`,
      sql`
        select 1 as locked
          from shipment
         where company_id = ${company} and order_id = ${orderId} and shipped_at is null
         order by id
           for update`,
    ])
    const picked = partsOf(await lockPicks(ctx, { orderId, itemId: itemId ?? null, lotId: lotId ?? null }))
    const siteId = partAt(
      call,
      picked.map((part) => part.siteId),
    )
    if (siteId instanceof Refusal) throw siteId
    const parts = picked.filter((part) => part.siteId === siteId)
    if (parts.length === 0)
      throw new Refusal('nothing_to_put_back', 'Nothing of this stands picked: it was not picked yet, or has left.')
    const lineIds = await withKitParts(ctx, [...new Set(parts.map((part) => part.demandLineId))])
    const allocationIds = [...new Set(parts.map((part) => part.allocationId))]
    await sql`
      select 1 as locked
        from demand_line
       where company_id = ${company} and id = any (${lineIds})
       order by id
         for update`
    await sql`
      select 1 as locked
        from allocation
       where company_id = ${company} and (id = any (${allocationIds}) or demand_line_id = any (${lineIds}))
       order by id
         for update`
    await lockLinesWithPositions(ctx, lineIds, { pools: lineIds.length > 1 })
    const shipments = await unpack(ctx, allocationIds)
    const target = await targetOf(ctx, parts[0]!.siteId, locationId)
    await untake(ctx, parts)
    await dropAllocations(
      ctx,
      allocationIds.map((allocationId) => ({
        allocationId,
        qty: parts.filter((part) => part.allocationId === allocationId).reduce((sum, part) => sum + part.qty, 0),
        reason,
      })),
    )
    const moves = await movesBack(ctx, parts, target)
    const [moveId] = await postMoves(
      ctx,
      moves.map((move) => ({
        ...move,
        ...{
          fromStatus: 'available',
          toLocationId: target,
          toStatus: move.recalled ? 'hold' : 'available',
          toLpnId: NIL,
        },
        ...{ causeKind: 'put_back', causeId: orderId, reason, actorId: call.actor.id, device: call.device },
      })),
    )
    await allocateLines(ctx, lineIds)
    tellReplanned(ctx, call, await promiseAgain(ctx, lineIds, { kind: 'lot' }))
    ctx.emit(call, 'stock.moved', { id: moveId!, siteId: parts[0]!.siteId })
    return { qty: parts.reduce((sum, part) => sum + part.qty, 0), shipments }
  },
})

/** Done picks of the order whose goods have not all left, the latest first: these are taken back first. */
const lockPicks = (
  { sql, company }: Ctx,
  { orderId, itemId, lotId }: { orderId: string; itemId: string | null; lotId: string | null },
) => sql<Pick[]>`
  with locked as (
    select *
      from task
     where company_id = ${company} and order_id = ${orderId} and kind = 'pick' and done_qty > 0
       and (${itemId}::uuid is null or item_id = ${itemId}) and (${lotId}::uuid is null or lot_id = ${lotId})
     order by id
       for update
  )
  select locked.id as task_id, locked.allocation_id, a.demand_line_id, locked.site_id, locked.item_id, item.sku, locked.lot_id, locked.owner_id,
         coalesce(locked.to_lpn_id, ${NIL}) as lpn_id, locked.to_location_id as stage_id, locked.done_qty as done, locked.weight_g, a.picked - a.shipped as back, a.shipped
    from locked
    join allocation a on a.company_id = ${company} and a.id = locked.allocation_id and a.picked > a.shipped
    join item on item.company_id = ${company} and item.id = locked.item_id
   order by locked.allocation_id, locked.id desc`

const partsOf = (picks: readonly Pick[]): Part[] => {
  const left = new Map<string, number>()
  return picks.flatMap((pick) => {
    const open = left.get(pick.allocationId) ?? pick.back
    const qty = Math.min(open, pick.done)
    left.set(pick.allocationId, open - qty)
    if (qty > 0 && qty < pick.done && pick.weightG !== null)
      throw new Refusal(
        'partly_shipped',
        `${pick.sku} is sold by weight and part of what was picked has left: what stays is not weighed by itself.`,
      )
    return qty > 0 ? [{ ...pick, qty }] : []
  })
}

const targetOf = async (ctx: Ctx, siteId: string, locationId: string | undefined): Promise<string> => {
  if (locationId !== undefined) {
    const place = await demandPlace(ctx, locationId, ['storage', 'pick', 'dock', 'quarantine'])
    if (place.siteId !== siteId)
      throw new Refusal('other_site', 'The goods stand at another site: put them back there.', 422)
    return locationId
  }
  const quarantine = (await placeOfKind(ctx, [siteId], 'quarantine')).get(siteId)
  if (!quarantine)
    throw new Refusal('no_quarantine', 'This site has no active quarantine; say into which bin the goods go.')
  return quarantine
}

/** The picks are undone: their tasks and allocations say so, unit for unit and gram for gram. */
const untake = async (ctx: Ctx, parts: readonly Part[]): Promise<void> => {
  const { sql, company } = ctx
  const taskIds = parts.map((part) => part.taskId)
  await sql`
    update task
       set done_qty = task.done_qty - given.qty, qty = task.qty - given.qty, weight_g = case when task.done_qty = given.qty then null else task.weight_g end, version = task.version + 1
      from unnest(${taskIds}::uuid[], ${parts.map((part) => part.qty)}::int8[]) as given (id, qty)
     where task.company_id = ${company} and task.id = any (${taskIds}::uuid[]) and task.id = given.id`
  await pickedAllocations(
    ctx,
    parts.map((part) => ({
      allocationId: part.allocationId,
      qty: -part.qty,
      untasked: 0,
      weightG: part.weightG === null ? null : -part.weightG,
    })),
  )
  // A weight is of picked goods alone.
  await sql`
    update allocation
       set weight_g = null
     where company_id = ${company} and id = any (${parts.map((part) => part.allocationId)}) and picked = 0`
}

interface Back {
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly lpnId: string
  readonly fromLocationId: string
  readonly qty: number
  readonly serials?: readonly SerialRef[]
  readonly boundTo?: string
  readonly weightG?: number
  /** Pieces that a recall froze: they go on hold. */
  readonly recalled?: boolean
}

/** Pieces go back from where they stand, by their numbers; the rest from where its pick put it. */
const movesBack = async ({ sql, company }: Ctx, parts: readonly Part[], target: string): Promise<Back[]> => {
  const pieces = await sql<
    (SerialRef & { allocationId: string; lpnId: string; locationId: string; recalled: boolean })[]
  >`
    select id, code, allocation_id, lpn_id, location_id, recall_id is not null as recalled
      from serial
     where company_id = ${company} and allocation_id = any (${parts.map((part) => part.allocationId)}::uuid[]) and location_id <> ${target}
     order by id`
  const serialised = new Set(pieces.map((piece) => piece.allocationId))
  const loose = parts
    .filter((part) => !serialised.has(part.allocationId))
    .map(({ itemId, lotId, ownerId, lpnId, stageId, qty, weightG }) => ({
      ...{ itemId, lotId, ownerId, lpnId, fromLocationId: stageId, qty },
      ...(weightG !== null && { weightG }),
    }))
  const byPlace = Map.groupBy(
    pieces,
    (piece) => `${piece.allocationId} ${piece.locationId} ${piece.lpnId} ${piece.recalled}`,
  )
  const numbered = [...byPlace.values()].map((own) => {
    const { itemId, lotId, ownerId, allocationId } = parts.find((part) => part.allocationId === own[0]!.allocationId)!
    return {
      ...{ itemId, lotId, ownerId, lpnId: own[0]!.lpnId, fromLocationId: own[0]!.locationId, qty: own.length },
      ...{ serials: own.map(({ id, code }) => ({ id, code })), boundTo: allocationId },
      recalled: own[0]!.recalled,
    }
  })
  return [...loose, ...numbered]
}
