import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { allocateLines, promiseAgain, promiseArrivals, promiseLosses, tellReplanned } from '../../promise/index.ts'
import { placeOfKind, postMoves } from '../../stock/index.ts'
import { holdSuspects } from '../pick/short.ts'
import { arrivingLot, lotFacts } from './lots.ts'

export interface Adjustment {
  readonly siteId: string
  readonly locationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
  /** Base units, signed; nil when only what was held is let go. */
  readonly qty: number
  /** Units of the lot that a short pick held in the pool until this count. */
  readonly held: number
  readonly reason: string
  readonly causeKind: 'adjust' | 'count'
  readonly causeId: string
  readonly actorId: string
  readonly device: string | null
  readonly call: { readonly no: number }
}

/**
 * Corrects what the books say of a bin, against the site's adjust location, and lets go what a short pick held for the
 * count. Never below what is allocated or tasked; what was promised from lost units is promised anew, found ones go to
 * who waits. Demand and positions are settled first, then pools and bins: the order in which everyone locks them.
 */
export const postAdjustment = async (ctx: Ctx, adjustment: Adjustment): Promise<string | null> => {
  const { siteId, locationId, qty, held, call, ...rest } = adjustment
  const { itemId, lotId, ownerId, status } = rest
  const adjustId = (await placeOfKind(ctx, [siteId], 'adjust')).get(siteId)
  if (!adjustId)
    throw new Refusal('no_adjust_location', 'This site has no active location of kind adjust; make one first.')
  const lot = (await lotFacts(ctx, [lotId])).get(lotId)
  const promisable = status === 'available' && ownerId === NIL && !lot?.held
  const free = promisable ? qty + held : 0
  const losers = free < 0 ? await promiseLosses(ctx, { siteId, itemId, lost: -free }) : []
  const waiting =
    free > 0
      ? await promiseArrivals(ctx, [{ siteId, itemId, available: free, lot: arrivingLot(lot), supply: null }])
      : []
  if (held > 0) await holdSuspects(ctx, [{ siteId, itemId, lotId, ownerId, qty: -held }])
  if (qty < 0) await refuseBelowAllocated(ctx, adjustment)
  const moves = qty === 0 ? [] : [{ ...rest, ...way(adjustment, adjustId), qty: Math.abs(qty) }]
  const [moveId] = await postMoves(ctx, moves)
  // They lost stock: whatever the new plan says, it is another one.
  const again = (await promiseAgain(ctx, losers)).map((line) => ({ ...line, changed: true }))
  await allocateLines(
    ctx,
    waiting.filter((line) => line.released).map((line) => line.lineId),
  )
  tellReplanned(ctx, call, [...waiting, ...again])
  return moveId ?? null
}

const way = ({ locationId, qty, status }: Adjustment, adjustId: string) => ({
  fromLocationId: qty < 0 ? locationId : adjustId,
  fromStatus: status,
  toLocationId: qty < 0 ? adjustId : locationId,
  toStatus: status,
})

/** Says what must be released first, by name: the orders that hold the lot, the tasks that claim the bin. Pool before bin. */
const refuseBelowAllocated = async (
  { sql, company }: Ctx,
  { siteId, locationId, itemId, lotId, lpnId, ownerId, status, qty }: Adjustment,
): Promise<void> => {
  const [[pool], [bin]] = await Promise.all([
    sql<{ free: number }[]>`
      select on_hand - allocated - held as free
        from stock_pool
       where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and lot_id = ${lotId} and owner_id = ${ownerId} and status = ${status}
         for update`,
    sql<{ free: number }[]>`
      select on_hand - tasked as free
        from stock_balance
       where company_id = ${company} and location_id = ${locationId} and item_id = ${itemId} and lot_id = ${lotId} and lpn_id = ${lpnId} and owner_id = ${ownerId} and status = ${status}
         for update`,
  ])
  const less = -qty
  if (!pool || !bin) throw new Refusal('not_enough_stock', 'There is no such stock at this place.')
  if (pool.free >= less && bin.free >= less) return
  const holders = await sql<{ name: string; qty: number }[]>`
    select coalesce(sales_order.number, line.kind) as name, sum(allocation.qty - allocation.shipped - allocation.dropped)::int8 as qty
      from allocation
      join demand_line line on line.company_id = ${company} and line.id = allocation.demand_line_id
      left join sales_order on sales_order.company_id = ${company} and sales_order.id = line.ref_id
     where allocation.company_id = ${company} and allocation.site_id = ${siteId} and allocation.item_id = ${itemId} and allocation.lot_id = ${lotId} and allocation.owner_id = ${ownerId}
       and allocation.qty > allocation.shipped + allocation.dropped
     group by 1
     order by 2 desc, 1
     limit 20`
  const named = holders.map((holder) => `${holder.name} (${holder.qty})`).join(', ')
  throw new Refusal(
    'below_allocated',
    pool.free < less
      ? `Only ${pool.free} of this lot are free here; ${less} would go. Release first: ${named === '' ? 'the units held for counting' : named}.`
      : `Tasks claim this bin: only ${Math.max(bin.free, 0)} are unclaimed, ${less} would go. End or pick the tasks first${named === '' ? '' : ` (${named})`}.`,
  )
}

/** What was picked and has not left stands on the stages: without it the shipment could not leave. */
const refuseBelowPicked = async (
  { sql, company }: Ctx,
  siteId: string,
  itemId: string,
  lotId: string,
  less: number,
): Promise<void> => {
  const [row] = await sql<{ staged: number; picked: number }[]>`
    select (select coalesce(sum(bin.on_hand), 0)::int8
              from stock_balance bin
              join location place on place.company_id = ${company} and place.id = bin.location_id and place.kind = 'stage'
             where bin.company_id = ${company} and bin.site_id = ${siteId} and bin.item_id = ${itemId} and bin.lot_id = ${lotId} and bin.status = 'available') as staged,
           (select coalesce(sum(picked - shipped), 0)::int8
              from allocation
             where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and lot_id = ${lotId} and qty > shipped + dropped) as picked`
  if (row!.staged - less < row!.picked)
    throw new Refusal(
      'below_picked',
      `${row!.picked} of the ${row!.staged} on the stage are picked for orders and have not left; ${less} would go. Ship them or put them back first.`,
    )
}

export const adjust = command({
  title: 'Correct the stock of a bin',
  route: 'POST /warehouse/adjustments',
  permission: 'warehouse.adjust',
  admits: { itemId: 'item', lotId: 'lot', locationId: 'location' },
  emits: ['stock.adjusted'],
  input: t.object({
    locationId: t.id('location'),
    itemId: t.id('item'),
    lotId: t.optional(t.id('lot')),
    status: t.optional(t.oneOf(['available', 'quarantine', 'damaged', 'hold', 'returns'])),
    qty: t.int({ title: 'base units, negative when there is less than the books say' }),
    reason: t.oneOf(['count', 'damaged', 'lost', 'found', 'expired', 'sample', 'data_error']),
  }),
  output: t.object({ moveId: t.id('stock_move') }),
  async run({ locationId, itemId, lotId, status, qty, reason }, ctx, call) {
    const { sql, company } = ctx
    if (qty === 0) throw new Refusal('no_change', 'A correction changes the quantity.', 422)
    const [place] = await sql<{ siteId: string; kind: string }[]>`
      select site_id, kind
        from location
       where company_id = ${company} and id = ${locationId} and kind in ('storage', 'pick', 'dock', 'quarantine', 'stage')`
    if (!place) throw new Refusal('wrong_location', 'No stock is kept at this location.', 422)
    const good = (status ?? 'available') === 'available'
    if (qty > 0 && good && (place.kind === 'stage' || place.kind === 'quarantine'))
      throw new Refusal(
        'wrong_location',
        `Nobody picks from a ${place.kind}: good stock that was found belongs to a storage, pick or dock location.`,
        422,
      )
    if (qty < 0 && place.kind === 'stage') await refuseBelowPicked(ctx, place.siteId, itemId, lotId ?? NIL, -qty)
    const moveId = await postAdjustment(ctx, {
      siteId: place.siteId,
      locationId,
      itemId,
      lotId: lotId ?? NIL,
      lpnId: NIL,
      ownerId: NIL,
      status: status ?? 'available',
      qty,
      held: 0,
      reason,
      causeKind: 'adjust',
      causeId: call.actor.id,
      actorId: call.actor.id,
      device: call.device,
      call,
    })
    ctx.emit(call, 'stock.adjusted', { id: moveId!, siteId: place.siteId })
    return { moveId: moveId! }
  },
})
