import { command } from '../../core/capability.ts'
import { Refusal } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { linesToBill, lockBillable, markInvoiced } from './invoiceShipments.ts'
import { type Draft, issue, totalsOfDraft } from './issue.ts'

/** Lines of one document stay readable, and its transaction short. */
const MOST = 500

/** One invoice over all that left for a customer: for those who are billed by the month, not by the parcel. */
export const invoicePeriod = command({
  title: 'Invoice a customer’s shipments of a period together',
  route: 'POST /finance/period-invoices',
  permission: 'finance.invoice',
  admits: { customerId: 'party' },
  emits: ['invoice.issued'],
  input: t.object({
    customerId: t.id('party'),
    until: t.date(),
    /** Shipments billed in one call, the oldest first; `left` says how many wait for the next. */
    most: t.optional(t.int({ min: 1, max: MOST })),
  }),
  output: t.object({
    invoices: t.list(t.object({ id: t.id('invoice'), number: t.text(), shipments: t.int(), grossMinor: t.amount() })),
    left: t.int({ title: 'shipments of the period that are still to be billed' }),
  }),
  async run({ customerId, until, most = MOST }, ctx, call) {
    const { sql, company } = ctx
    const waiting = await sql<{ id: string; inAll: number }[]>`
      select shipment.id, count(*) over () as in_all
        from shipment
        join party on party.company_id = ${company} and party.id = shipment.party_id and party.invoice_trigger = 'period'
       where shipment.company_id = ${company} and shipment.party_id = ${customerId} and shipment.shipped_at is not null and shipment.invoiced_at is null
         and shipment.shipped_on <= ${until}
       order by shipment.id
       limit ${most}`
    const shipments =
      waiting.length === 0
        ? []
        : (
            await lockBillable(
              ctx,
              waiting.map((row) => row.id),
            )
          ).filter((row) => row.invoicedAt === null)
    if (shipments.length === 0)
      throw new Refusal(
        'nothing_to_bill',
        'Nothing left for this customer in that time that is billed by period and not billed yet.',
      )
    const lines = await linesToBill(ctx, shipments)
    // One document has one currency and one seller; what was ordered in two becomes two.
    const groups = Map.groupBy(shipments, (shipment) => `${shipment.entityId} ${shipment.currency}`)
    const drafts = [...groups.values()].flatMap((group): Draft[] => {
      const first = group[0]!
      const own = group.flatMap((shipment) => lines.get(shipment.id)!)
      if (own.length === 0) return []
      const { gross } = totalsOfDraft({ lines: own })
      const orders = new Set(group.map((shipment) => shipment.orderId))
      return [
        {
          id: ctx.id(),
          kind: 'invoice',
          entityId: first.entityId,
          partyId: customerId,
          orderId: orders.size === 1 ? first.orderId : null,
          shipmentId: group.length === 1 ? first.id : null,
          customerPo: null,
          currency: first.currency,
          issuedOn: first.issuedOn,
          dueOn: first.dueOn,
          lines: own,
          links: [
            ...[...orders].map((orderId) => ({ fromKind: 'sales_order', fromId: orderId, kind: 'billed_in' })),
            ...group.map((shipment) => ({ fromKind: 'shipment', fromId: shipment.id, kind: 'billed_in' })),
          ],
          exposure: [
            {
              entityId: first.entityId,
              partyId: customerId,
              shippedUnbilled: -group.reduce((sum, shipment) => sum + shipment.gross, 0),
              openReceivables: gross,
            },
          ],
        },
      ]
    })
    if (drafts.length === 0)
      throw new Refusal('nothing_to_bill', 'What left for this customer in that time is on invoices already.')
    await markInvoiced(
      ctx,
      shipments.map((shipment) => shipment.id),
    )
    const issued = await issue(ctx, 'invoice', drafts)
    return {
      left: waiting[0]!.inAll - waiting.length,
      invoices: drafts.map((draft) => {
        const { id, number, gross } = issued.get(draft.id)!
        ctx.emit(call, 'invoice.issued', { id, partyId: customerId })
        return {
          id,
          number,
          shipments: draft.links.filter((link) => link.fromKind === 'shipment').length,
          grossMinor: gross,
        }
      }),
    }
  },
})
