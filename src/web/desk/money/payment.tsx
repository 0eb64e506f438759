import { amountText } from '../../kit/data/amount.ts'
import { api } from '../../kit/data/api.ts'
import { money } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form, type FormSchema } from '../../kit/parts/form.tsx'
import type { InvoiceData } from './invoice.tsx'

const schema: FormSchema = {
  properties: {
    amountMinor: { title: 'Amount received', type: 'integer', minimum: 1, 'x-unit': 'minor' },
    on: { title: 'Received on', format: 'date' },
    method: {
      title: 'How',
      enum: ['bank', 'card', 'cash', 'cheque', 'direct_debit'],
      'x-words': {
        bank: 'Bank transfer',
        card: 'Card',
        cash: 'Cash',
        cheque: 'Cheque',
        direct_debit: 'Direct debit',
      },
      default: 'bank',
    },
    reference: { title: 'Bank reference', maxLength: 60 },
  },
  required: ['amountMinor', 'on', 'method'],
}

/** Applies to this invoice what it leaves open; more than that stays on the account as unapplied cash. */
export function PaymentDialog({ invoice, close }: { invoice: InvoiceData; close: () => void }) {
  const record = useCommand(api.finance.recordPayment, {
    quiet: true,
    done: close,
    said: ({ number }) => `${number} recorded on ${invoice.number}`,
  })
  const { currency, openMinor } = invoice
  return (
    <Dialog label="Record payment" close={close}>
      <div className="dialog-body">
        <h2>Payment for {invoice.number}</h2>
        <p className="quiet">
          {money(openMinor, currency)} is open. What is paid beyond it stays on the account of {invoice.customer}.
        </p>
        <Form
          schema={schema}
          currency={currency}
          initial={{ amountMinor: amountText(openMinor, currency), on: new Date().toISOString().slice(0, 10) }}
          action="Record payment"
          busy={record.busy}
          error={record.error}
          onSubmit={({ amountMinor, on, method, reference }) =>
            record.run({
              customerId: invoice.customerId,
              currency,
              amountMinor: Number(amountMinor),
              on: String(on),
              method: method as 'bank',
              ...(reference ? { reference: String(reference) } : {}),
              applyTo: [{ invoiceId: invoice.id, amountMinor: Math.min(Number(amountMinor), openMinor) }],
            })
          }
        />
      </div>
    </Dialog>
  )
}
