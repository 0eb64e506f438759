import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { asWords, useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Combobox } from '../../kit/parts/combobox.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { FindItem, type FoundItem } from '../master/find.tsx'
import { codesOf } from '../stock/bins/types.ts'

type Found = OutputOfCall<typeof api.trace.find>['rows'][number]
type Opened = OutputOfCall<typeof api.trace.openRecall>
interface Named {
  readonly id: string
  readonly code: string
}
type Supplier = OutputOfCall<typeof api.parties.listParties>['rows'][number]

const reason = { title: 'Why', minLength: 3, maxLength: 200 }
const byLots = { properties: { reason }, required: ['reason'] }
const bySupplier = {
  properties: {
    reason,
    fromDay: { title: 'Received from', format: 'date' as const },
    toDay: { title: 'Received to', format: 'date' as const },
  },
  required: ['reason', 'fromDay', 'toDay'],
}

/** Lots by name, pieces by their numbers, or what a supplier brought on some days; what the freeze did is told before the dialog is left. */
export function NewRecall({ lots, close }: { lots: readonly Named[]; close: () => void }) {
  const [named, name] = useState<readonly Named[]>(lots)
  const [supplier, choose] = useState<Supplier | null>(null)
  const [of, take] = useState<'lots' | 'pieces' | 'supplier'>('lots')
  const [item, find] = useState<FoundItem | null>(null)
  const [numbers, scan] = useState('')
  const codes = codesOf(numbers)
  const [did, tell] = useState<Opened | null>(null)
  const [tried, setTried] = useState(false)
  const open = useCommand(api.trace.openRecall, { quiet: true, done: tell })
  const missing = {
    lots: named.length === 0 ? 'Choose the lots.' : null,
    pieces: item === null ? 'Choose the item.' : codes.length === 0 ? 'Type or scan the pieces’ numbers.' : null,
    supplier: supplier === null ? 'Choose the supplier.' : null,
  }[of]
  return (
    <Dialog label="Open a recall" close={close}>
      <div className="dialog-body">
        <h2>{did ? did.number : 'Open a recall'}</h2>
        {did ? (
          <Told did={did} close={close} />
        ) : (
          <>
            <p className="quiet">
              Lots are frozen at every site at once, with what was made from them; single pieces wherever they are:
              picking of them ends, orders get others or new dates, and packed goods stay in the house.
            </p>
            <label>
              <input type="radio" name="of" checked={of === 'lots'} onChange={() => take('lots')} /> These lots
            </label>{' '}
            <label>
              <input type="radio" name="of" checked={of === 'pieces'} onChange={() => take('pieces')} /> These pieces
            </label>{' '}
            <label>
              <input type="radio" name="of" checked={of === 'supplier'} onChange={() => take('supplier')} /> All that a
              supplier brought
            </label>
            {of === 'lots' ? (
              <>
                <Combobox
                  label="Lot"
                  call={api.trace.find}
                  input={(text) => ({ text: text || ' ' })}
                  rows={(output) => output.rows.filter((row) => row.kind === 'lot')}
                  idOf={(row: Found) => row.id}
                  titleOf={(row) => row.code}
                  detailOf={(row) => row.title}
                  value={null}
                  onChange={(row) => row && name([...named.filter((one) => one.id !== row.id), row])}
                />
                <ul>
                  {named.map((lot) => (
                    <li key={lot.id}>
                      <span className="mono">{lot.code}</span>{' '}
                      <Button
                        small
                        look="bare"
                        aria-label={`Leave out ${lot.code}`}
                        onClick={() => name(named.filter((one) => one.id !== lot.id))}
                      >
                        ×
                      </Button>
                    </li>
                  ))}
                </ul>
              </>
            ) : of === 'pieces' ? (
              <>
                <FindItem label="Item" value={item} onChange={find} />
                <Field
                  label="Serial numbers"
                  hint={`${plural(codes.length, 'piece')}; one a line, as the scanner types them`}
                  rows={4}
                  value={numbers}
                  onChange={scan}
                />
              </>
            ) : (
              <Combobox
                label="Supplier"
                call={api.parties.listParties}
                input={(text) => ({ limit: 20, filter: `supplier:yes ${asWords(text)}`.trim() })}
                rows={(output) => output.rows}
                idOf={(row: Supplier) => row.id}
                titleOf={(row) => row.name}
                detailOf={(row) => row.code}
                value={supplier}
                onChange={choose}
              />
            )}
            <Form
              key={of}
              schema={of === 'supplier' ? bySupplier : byLots}
              action="Freeze them now"
              busy={open.busy}
              error={open.error}
              onSubmit={(values) => {
                setTried(true)
                if (missing !== null) return
                open.run({
                  ...(values as { reason: string }),
                  ...(of === 'lots'
                    ? { lotIds: named.map((lot) => lot.id) }
                    : of === 'pieces'
                      ? { serials: [{ itemId: item!.id, codes }] }
                      : { supplierId: supplier!.id }),
                })
              }}
            >
              {tried && missing && (
                <p className="bad" role="alert">
                  {missing}
                </p>
              )}
            </Form>
          </>
        )}
      </div>
    </Dialog>
  )
}

function Told({ did, close }: { did: Opened; close: () => void }) {
  const of = (state: Opened['pieces'][number]['state']) => did.pieces.filter((piece) => piece.state === state).length
  const dropped = did.lots.reduce((all, lot) => all + lot.dropped, did.dropped)
  const picked = did.lots.reduce((all, lot) => all + lot.picked, of('picked'))
  const page = useRead(api.trace.recall, { recallId: did.id })
  return (
    <>
      {did.lots.length > 0 && (
        <p role="status">
          {plural(did.lots.length, 'lot')} frozen: {did.lots.map((lot) => lot.lot).join(', ')}.
        </p>
      )}
      {did.pieces.length > 0 && (
        <p role="status">
          {plural(did.pieces.length, 'piece')} recalled: {count(of('held'))} on hold now, {count(of('left'))} have left
          {of('kept') > 0 && `, ${count(of('kept'))} stood not to be sold`}.
        </p>
      )}
      {dropped > 0 && <p>{count(dropped)} units were taken back from orders, which got others or new dates.</p>}
      {picked > 0 && <p>{count(picked)} units are picked or packed: they do not leave; put them back.</p>}
      {did.untraced.length > 0 && (
        <p className="warn">
          Received without a lot, so nobody can say which units these are:{' '}
          {did.untraced.map((row) => `${row.sku} (${count(row.qty)})`).join(', ')}.
        </p>
      )}
      {page.data && <p>{plural(page.data.customers, 'customer')} to call.</p>}
      <p>
        <Link className="link" {...linkTo(`/recalls/${did.id}`)}>
          Open {did.number}
        </Link>
      </p>
      <Button onClick={close}>Close</Button>
    </>
  )
}
