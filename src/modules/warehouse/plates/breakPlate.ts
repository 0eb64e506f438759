import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { lockPlates, type Plate, postMoves } from '../../stock/index.ts'
import { demandPlace } from '../bins/places.ts'
import { plateDone, plateKindsOfPlace } from './buildPlate.ts'
import { contentsOf, refuseTasked } from './contents.ts'

/**
 * A plate is broken up: its goods stand loose where it stood, plates on it stand on the ground, and it ends. One that was
 * picked whole may be broken up at the stage, to be packed by hand, until it is in a shipment.
 */
export const breakPlate = command({
  title: 'Break up a plate',
  route: 'POST /warehouse/plates/:plateId/break',
  permission: 'warehouse.pick',
  admits: { plateId: 'lpn' },
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn') }),
  output: plateDone,
  async run({ plateId }, ctx, call) {
    const { sql, company, now } = ctx
    const picked = await sql<{ id: string; allocationId: string }[]>`
      select id, allocation_id
        from task
       where company_id = ${company} and to_lpn_id = ${plateId} and kind = 'pick'
         and allocation_id in (select id from allocation where company_id = ${company} and picked > shipped)
       order by id
         for update`
    const [plate] = await lockPlates(ctx, [plateId])
    if (!plate) throw notFound('plate')
    if (plate.endedAt !== null)
      throw new Refusal('plate_ended', `Plate ${plate.sscc} was broken up or has left already.`)
    await demandPlace(ctx, plate.locationId, [...plateKindsOfPlace, 'stage'])
    if (picked.length > 0)
      await unpick(
        ctx,
        plate,
        picked.map((task) => task.id),
      )
    await refuseTasked(ctx, [plate])
    const goods = await contentsOf(ctx, [plate])
    await postMoves(
      ctx,
      goods.map(({ locationId, status, ...row }) => ({
        ...row,
        toLpnId: NIL,
        ...(row.serials && picked[0] && { boundTo: picked[0].allocationId, bindTo: picked[0].allocationId }),
        fromLocationId: locationId,
        fromStatus: status,
        toLocationId: locationId,
        toStatus: status,
        causeKind: 'plate',
        causeId: plateId,
        actorId: call.actor.id,
        device: call.device,
      })),
    )
    await sql`
      update lpn
         set parent_id = ${NIL}, ended_at = case when id = ${plateId} then ${now}::timestamptz else ended_at end, version = version + 1
       where company_id = ${company} and (id = ${plateId} or parent_id = ${plateId})`
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: plate.siteId })
    return { id: plateId, sscc: plate.sscc }
  },
})

/** Its goods are loose at the stage from now on: packing finds them so. */
const unpick = async ({ sql, company }: Ctx, plate: Plate, taskIds: readonly string[]): Promise<void> => {
  const [packed] = await sql<{ number: string }[]>`
    select shipment.number
      from shipment_line line
      join shipment on shipment.company_id = ${company} and shipment.id = line.shipment_id and shipment.shipped_at is null
     where line.company_id = ${company} and line.lpn_id = ${plate.id}
     limit 1`
  if (packed)
    throw new Refusal('plate_packed', `Plate ${plate.sscc} is packed in shipment ${packed.number}: it leaves as it is.`)
  await sql`
    update task
       set to_lpn_id = null, version = version + 1
     where company_id = ${company} and id = any (${taskIds as string[]}::uuid[])`
}
