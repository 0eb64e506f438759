import { module } from '../../core/capability.ts'
import { creditNote } from './creditNote.ts'
import { invariants } from './invariants.ts'
import { invoiceOrder } from './invoiceOrder.ts'
import { invoicePeriod } from './invoicePeriod.ts'
import { invoiceShipments } from './invoiceShipments.ts'
import { aging, invoice, invoices } from './invoices.ts'
import { applyPayment, payments, recordPayment } from './payments.ts'

const billShipment = ({ id }: { id: string }) => ({ shipmentIds: [id] })

export const finance = module({
  name: 'finance',
  capabilities: {
    invoiceShipments,
    invoicePeriod,
    invoiceOrder,
    creditNote,
    recordPayment,
    applyPayment,
    invoices,
    invoice,
    payments,
    aging,
  },
  events: {
    'invoice.issued': { kind: 'invoice', permission: 'finance.read', version: 1 },
    'credit_note.issued': { kind: 'invoice', permission: 'finance.read', version: 1 },
    'payment.recorded': { kind: 'payment', permission: 'finance.read', version: 1 },
    'payment.applied': { kind: 'payment', permission: 'finance.read', version: 1 },
  },
  // The customer's policy decides which of the two bills: the other answers `waits` or `already`.
  on: [
    { event: 'shipment.shipped', run: 'finance.invoiceShipments', input: billShipment },
    { event: 'shipment.delivered', run: 'finance.invoiceShipments', input: billShipment },
  ],
  invariants,
})
