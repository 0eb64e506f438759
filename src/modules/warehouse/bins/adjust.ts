import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { checkReason, demandSerials, meantFields, serialsArriving, stockMeant } from '../../stock/index.ts'
import { openPlates } from '../plates/here.ts'
import { weighedItems } from '../weights.ts'
import { type Change, postChanges } from './changes.ts'

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
  admits: { itemId: 'item', lotId: 'lot', lpnId: 'lpn', ownerId: 'party', locationId: 'location' },
  emits: ['stock.adjusted'],
  input: t.object({
    ...meantFields(),
    locationId: t.id('location'),
    qty: t.int({ title: 'base units, negative when there is less than the books say' }),
    /** Of all of it, of goods that are sold by weight; left out: their share of the bin's, nominal weight of what is found. */
    weightG: t.optional(t.int({ min: 1 })),
    /** A reason code of kind adjust. */
    reason: t.code({ max: 40 }),
    /** When it was so, for what is entered later. */
    effectiveAt: t.optional(t.moment()),
  }),
  output: t.object({ moveId: t.id('stock_move') }),
  async run({ qty, weightG, reason, effectiveAt, ...meant }, ctx, call) {
    const { sql, company } = ctx
    const { locationId, itemId, lotId = NIL, lpnId = NIL, ownerId = NIL, status = 'available', serials } = meant
    if (qty === 0) throw new Refusal('no_change', 'A correction changes the quantity.', 422)
    await checkReason(ctx, 'adjust', reason)
    const [place] = await sql<{ siteId: string; kind: string }[]>`
      select site_id, kind
        from location
       where company_id = ${company} and id = ${locationId} and kind in ('storage', 'pick', 'dock', 'quarantine', 'stage')`
    if (!place) throw new Refusal('wrong_location', 'No stock is kept at this location.', 422)
    const good = status === 'available'
    if (qty > 0 && good && (place.kind === 'stage' || place.kind === 'quarantine'))
      throw new Refusal(
        'wrong_location',
        `Nobody picks from a ${place.kind}: good stock that was found belongs to a storage, pick or dock location.`,
        422,
      )
    const weighed = (await weighedItems(ctx, [itemId])).has(itemId)
    if (weightG !== undefined && !weighed)
      throw new Refusal('not_weighed', 'These goods are not sold by weight; leave the weight out.', 422)
    let changes: Change[]
    if (qty < 0) {
      if (place.kind === 'stage') await refuseBelowPicked(ctx, place.siteId, itemId, lotId, -qty)
      const [rows] = await stockMeant(ctx, [{ ...meant, qty: -qty }], () => 'serials')
      changes = rows!.map((from) => ({ from: { ...from, ...(weightG !== undefined && { weightG }) }, to: null }))
    } else {
      await demandSerials(ctx, [{ itemId, qty, ...(serials && { serials }) }], () => 'serials')
      const [pieces] = await serialsArriving(ctx, [{ itemId, codes: serials ?? [], path: 'serials' }], 'adjust')
      await openPlates(ctx, [{ lpnId, locationId }])
      const to = {
        ...{ locationId, itemId, lotId, lpnId, ownerId, status, qty },
        ...(weightG !== undefined && { weightG }),
        ...(pieces!.length > 0 && { serials: pieces! }),
      }
      changes = [{ from: null, to }]
    }
    const [moveId] = await postChanges(
      ctx,
      {
        siteId: place.siteId,
        itemId,
        outside: 'adjust',
        kind: 'adjust',
        id: call.actor.id,
        reason,
        actorId: call.actor.id,
        device: call.device,
        effectiveAt,
        call,
      },
      changes,
    )
    ctx.emit(call, 'stock.adjusted', { id: moveId!, siteId: place.siteId })
    return { moveId: moveId! }
  },
})
