import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, instant } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMe, useSite } from '../../kit/data/session.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { FindCustomer, FindItem, type FoundCustomer, type FoundItem } from '../master/find.tsx'

const schema = {
  properties: {
    qty: { type: 'integer' as const, title: 'Units', minimum: 1, maximum: 1_000_000_000 },
    hours: {
      type: 'integer' as const,
      title: 'For so many hours',
      description: 'Left empty: as long as your role allows',
      minimum: 1,
      maximum: 8_760,
    },
    note: { title: 'Note', maxLength: 200 },
  },
  required: ['qty'],
}

/** Keeps units of one item at one site for a customer; what can still be kept is said while it is chosen. */
export function KeepDialog({
  given = null,
  close,
}: {
  given?: { id: string; sku: string; uom: string } | null
  close: () => void
}) {
  const { sites } = useMe()
  const [item, setItem] = useState<FoundItem | null>(null)
  const [customer, setCustomer] = useState<FoundCustomer | null>(null)
  const [siteId, setSite] = useState(useSite()?.id ?? '')
  const [tried, setTried] = useState(false)
  const itemId = given?.id ?? item?.id ?? ''
  const unit = given?.uom ?? item?.uom ?? 'units'
  const free = useRead(
    api.promise.availability,
    { siteId, itemIds: [itemId] },
    { enabled: itemId !== '' && siteId !== '', keep: true },
  )
  const keep = useCommand(api.promise.hold, {
    quiet: true,
    said: ({ qty, expiresAt }) => `${count(qty)} ${unit} kept until ${instant(expiresAt)}`,
    done: close,
  })
  const missing = itemId === '' ? 'Choose the item.' : customer === null ? 'Choose the customer.' : null
  return (
    <Dialog label="Keep stock for a customer" close={close}>
      <div className="dialog-body">
        <h2>Keep stock for a customer{given && `: ${given.sku}`}</h2>
        <p className="quiet">
          Nobody else is promised it until then. The customer’s next order of the item takes it; which lots, is decided
          when that order is released.
        </p>
        <div className="form-grid">
          {!given && <FindItem value={item} onChange={setItem} autoFocus />}
          <FindCustomer value={customer} onChange={setCustomer} autoFocus={given !== null} />
          {sites.length > 1 && (
            <Field
              label="Site"
              value={siteId}
              onChange={setSite}
              options={sites.map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
            />
          )}
        </div>
        {free.data && itemId !== '' && (
          <p className="small" role="status">
            {count(free.data.rows[0]?.availableNow ?? 0)} {unit} are free there now
            {(free.data.rows[0]?.kept ?? 0) > 0 && `, ${count(free.data.rows[0]?.kept)} of them kept for channels`}.
          </p>
        )}
        <Form
          schema={schema}
          action="Keep it"
          busy={keep.busy}
          error={keep.error}
          onSubmit={({ qty, hours, note }) => {
            setTried(true)
            if (missing === null && customer)
              keep.run({
                siteId,
                itemId,
                partyId: customer.id,
                qty: Number(qty),
                ...(hours !== undefined && { hours: Number(hours) }),
                ...(note !== undefined && { note: String(note) }),
              })
          }}
        >
          {tried && missing && (
            <p className="bad" role="alert">
              {missing}
            </p>
          )}
        </Form>
      </div>
    </Dialog>
  )
}
