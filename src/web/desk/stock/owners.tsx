import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { asWords, useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Combobox } from '../../kit/parts/combobox.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { ActionDialog } from './bins/actionDialog.tsx'

type Owner = OutputOfCall<typeof api.stock.owners>['owners'][number]
type Party = OutputOfCall<typeof api.parties.listParties>['rows'][number]
const kindWords = { consigned: 'Consigned to us', customer: 'Stored for them' } as const

/** Whose goods stand in our house beside our own, and what we owe for those that were consigned. */
export function Owners() {
  const owners = useRead(api.stock.owners, {})
  const may = useMay()
  const [adding, add] = useState(false)
  return (
    <Page
      title="Goods of others"
      beside="consigned by suppliers, stored for customers"
      actions={
        may('stock.rules') && (
          <Button look="primary" onClick={() => add(true)}>
            Add an owner
          </Button>
        )
      }
    >
      <div className="stack">
        <section className="card" aria-label="Owners">
          <Wide label="Owners">
            <Answer query={owners}>{(data) => <OwnerTable owners={data.owners} />}</Answer>
          </Wide>
        </section>
        <Owed />
      </div>
      {adding && <AddOwner close={() => add(false)} />}
    </Page>
  )
}

const OwnerTable = ({ owners }: { owners: readonly Owner[] }) =>
  owners.length === 0 ? (
    <Empty>All goods here are our own. Say whose goods you keep before you receive any.</Empty>
  ) : (
    <table className="table tight">
      <thead>
        <tr>
          <th>Owner</th>
          <th>Their goods are</th>
          <th className="num">Items</th>
          <th className="num">Units on hand</th>
        </tr>
      </thead>
      <tbody>
        {owners.map((owner) => (
          <tr key={owner.partyId}>
            <td>
              {owner.kind === 'customer' ? (
                <Link className="link" {...linkTo(`/customers/${owner.partyId}`)}>
                  {owner.name}
                </Link>
              ) : (
                owner.name
              )}
            </td>
            <td>{kindWords[owner.kind]}</td>
            <td className="num">{count(owner.items)}</td>
            <td className="num">{count(owner.onHand)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

/** What became ours or was lost of consigned goods, between two days. */
function Owed() {
  const today = new Date()
  const [from, setFrom] = useState(dayOf(new Date(today.getFullYear(), today.getMonth(), 1, 12)))
  const [to, setTo] = useState(dayOf(today))
  const right = from !== '' && to !== '' && from <= to
  const owed = useRead(api.stock.consumption, { from, to }, { enabled: right, keep: true })
  return (
    <section className="card" aria-label="Owed for consigned goods">
      <div className="card-head">
        <h2 className="grow">Owed for consigned goods</h2>
      </div>
      <Wide label="Owed for consigned goods" stack>
        <div className="row wrap">
          <Field label="From" type="date" value={from} onChange={setFrom} />
          <Field
            label="To"
            type="date"
            value={to}
            onChange={setTo}
            error={right ? null : 'The first day comes before the last.'}
          />
        </div>
        {right && (
          <Answer query={owed}>
            {({ rows }) =>
              rows.length === 0 ? (
                <Empty>Nothing consigned left the house or became ours in these days.</Empty>
              ) : (
                <table className="table tight">
                  <thead>
                    <tr>
                      <th>Owner</th>
                      <th>Item</th>
                      <th className="num">Shipped</th>
                      <th className="num">Taken over</th>
                      <th className="num">Lost</th>
                      <th className="num">Owed</th>
                      <th className="num">At planning cost</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={`${row.ownerId}${row.itemId}`}>
                        <td>{row.owner ?? 'another'}</td>
                        <td>
                          <Link className="link mono" {...linkTo(`/stock/${row.itemId}`)}>
                            {row.sku}
                          </Link>{' '}
                          <span className="quiet">{row.description}</span>
                        </td>
                        <td className="num">{count(row.shipped)}</td>
                        <td className={row.taken === 0 ? 'num quiet' : 'num'}>{count(row.taken)}</td>
                        <td className={row.lost === 0 ? 'num quiet' : 'num'}>{count(row.lost)}</td>
                        <td className="num strong">
                          {count(row.owed)} <span className="quiet">{row.uom}</span>
                        </td>
                        <td className="num">
                          {row.valueMicro === null ? '–' : count(Math.round(row.valueMicro / 1_000_000))}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )
            }
          </Answer>
        )}
      </Wide>
    </section>
  )
}

function AddOwner({ close }: { close: () => void }) {
  const [party, setParty] = useState<Party | null>(null)
  const [kind, setKind] = useState<Owner['kind']>('consigned')
  const save = useCommand(api.stock.saveOwners, {
    said: `${party?.name}: ${kindWords[kind].toLowerCase()}`,
    quiet: true,
    done: close,
  })
  return (
    <ActionDialog
      title="Add an owner"
      about="Consigned goods are ours to sell and are owed for when they leave; a customer’s stored goods go to that customer’s own orders only."
      action="Save"
      busy={save.busy}
      error={save.error}
      ready={party === null ? 'Choose whose goods they are.' : null}
      run={() => save.run({ owners: [{ partyId: party!.id, kind }] })}
      close={close}
    >
      {() => (
        <>
          <Combobox
            label="Supplier or customer"
            autoFocus
            call={api.parties.listParties}
            input={(text) => ({ filter: asWords(text), limit: 10 })}
            rows={(page) => page.rows}
            idOf={(row) => row.id}
            titleOf={(row) => row.name}
            detailOf={(row) => row.code}
            value={party}
            onChange={setParty}
          />
          <Field
            name="kind"
            label="Their goods are"
            value={kind}
            onChange={(value) => setKind(value as Owner['kind'])}
            options={[
              { value: 'consigned', label: kindWords.consigned },
              { value: 'customer', label: kindWords.customer },
            ]}
          />
        </>
      )}
    </ActionDialog>
  )
}
