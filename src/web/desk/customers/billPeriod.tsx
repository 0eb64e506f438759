import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'

type Billed = OutputOfCall<typeof api.finance.invoicePeriod>

interface Props {
  customer: { id: string; name: string; currency: string }
  close: () => void
}

/** One invoice over what left in a period; a long one is billed in parts, and what is left is said until nothing is. */
export function BillPeriod({ customer, close }: Props) {
  const [until, setUntil] = useState('')
  const [billed, tell] = useState<readonly Billed['invoices'][number][]>([])
  const [left, setLeft] = useState<number | null>(null)
  const bill = useCommand(api.finance.invoicePeriod, {
    quiet: true,
    done: (answer) => {
      tell([...billed, ...answer.invoices])
      setLeft(answer.left)
    },
  })
  const run = (day: string) => {
    setUntil(day)
    bill.run({ customerId: customer.id, until: day })
  }
  const title = `Invoice a period of ${customer.name}`
  return (
    <Dialog label={title} close={close}>
      <div className="dialog-body">
        <h2>{title}</h2>
        {left === null ? (
          <>
            <p className="quiet">All that left until the end of this day and is not billed yet, on one invoice.</p>
            <Form
              schema={{ properties: { until: { title: 'Until', format: 'date' } }, required: ['until'] }}
              initial={{ until: new Date().toISOString().slice(0, 10) }}
              action="Invoice"
              busy={bill.busy}
              error={bill.error}
              onSubmit={(values) => run(String(values.until))}
            />
          </>
        ) : (
          <>
            <ul className="documents">
              {billed.map((one) => (
                <li key={one.id}>
                  <Link className="link mono" {...linkTo(`/invoices/${one.id}`)}>
                    {one.number}
                  </Link>
                  <span className="quiet">{plural(one.shipments, 'shipment')}</span>
                  <span className="num">{money(one.grossMinor, customer.currency)}</span>
                </li>
              ))}
            </ul>
            <p role="status">
              {left === 0
                ? 'Nothing of the period is left to bill.'
                : `${plural(left, 'shipment')} of the period ${left === 1 ? 'is' : 'are'} still to be billed: one invoice stays readable, and takes no more.`}
            </p>
            {bill.error && <p className="error">{bill.error.message}</p>}
            <div className="row">
              {left > 0 && (
                <Button look="primary" disabled={bill.busy} onClick={() => run(until)}>
                  Invoice the rest
                </Button>
              )}
              <Button onClick={close}>Close</Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  )
}
