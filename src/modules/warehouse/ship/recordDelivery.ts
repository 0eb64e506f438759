import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

export const recordDelivery = command({
  title: 'Record proof of delivery',
  route: 'POST /warehouse/shipments/:shipmentId/delivered',
  permission: 'warehouse.ship',
  admits: { shipmentId: 'shipment' },
  emits: ['shipment.delivered'],
  input: t.object({ shipmentId: t.id('shipment'), deliveredAt: t.optional(t.moment()) }),
  output: t.object({ shipmentId: t.id('shipment'), deliveredAt: t.moment() }),
  async run({ shipmentId, deliveredAt }, ctx, call) {
    const { sql, company, now } = ctx
    const at = deliveredAt === undefined ? now : new Date(deliveredAt)
    if (at > now) throw new Refusal('not_yet', 'A delivery is recorded when it has happened.', 422)
    const [row] = await sql<{ siteId: string; partyId: string }[]>`
      update shipment
         set delivered_at = ${at}, version = version + 1
       where company_id = ${company} and id = ${shipmentId} and shipped_at is not null and shipped_at <= ${at} and delivered_at is null and transfer_id is null
      returning site_id, party_id`
    if (!row)
      throw new Refusal(
        'not_under_way',
        'This shipment has not left, left later than that, is delivered already, or goes to another site, which receives it.',
      )
    ctx.emit(call, 'shipment.delivered', { id: shipmentId, ...row })
    return { shipmentId, deliveredAt: at.toISOString() }
  },
})
