import { useState } from 'react'
import { useNavigate, useParams } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { day } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { AddressDialog, CustomerDialog } from '../master/customerDialog.tsx'
import { CreditCard } from '../orders/credit.tsx'
import { BillPeriod } from './billPeriod.tsx'
import { CreditDialog } from './creditDialog.tsx'
import { History } from './history.tsx'
import { OpenItems } from './openItems.tsx'
import { Sources } from './sources.tsx'
import { invoicedWhen, partials, takes, termsOf } from './terms.ts'

type Party = OutputOfCall<typeof api.parties.party>

/** Everything of one customer on one page: who they are, what they owe, what they bought and at what prices. */
export function Customer() {
  const { id } = useParams() as { id: string }
  const party = useRead(api.parties.party, { id })
  const may = useMay()
  const me = useMe()
  const [editing, edit] = useState(false)
  const [billing, setBilling] = useState(false)
  const navigate = useNavigate()
  const data = party.data
  const ordering = data?.isCustomer && data.active && may('sales.order')
  const create = () => navigate(linkTo(`/orders/new?customer=${id}`))
  useCommands(ordering ? [{ id: 'new-order', title: `New order for ${data.name}`, keys: 'n', run: create }] : [])
  return (
    <Page
      title={data?.name ?? 'Customer'}
      beside={data && <span className="mono">{data.code}</span>}
      actions={
        <>
          {data && may('parties.write') && <Button onClick={() => edit(true)}>Change</Button>}
          {data?.invoiceTrigger === 'period' && may('finance.invoice') && (
            <Button onClick={() => setBilling(true)}>Invoice a period</Button>
          )}
          {ordering && (
            <LinkButton {...linkTo(`/orders/new?customer=${id}`)} look="primary" hotkey="N">
              New order
            </LinkButton>
          )}
        </>
      }
    >
      <Answer query={party}>{(data) => <Body party={data} />}</Answer>
      {editing && data && <CustomerDialog party={data} close={() => edit(false)} />}
      {billing && data && (
        <BillPeriod
          customer={{ id, name: data.name, currency: data.currency ?? me.company.currency }}
          close={() => setBilling(false)}
        />
      )}
    </Page>
  )
}

function Body({ party }: { party: Party }) {
  const may = useMay()
  return (
    <div className="stack">
      <Facts party={party} />
      <div className="order-cards">
        {may('credit.read') && <Credit party={party} />}
        {may('finance.read') && <OpenItems customerId={party.id} />}
        <Addresses party={party} />
        {party.isCustomer && may('promise.read') && <Sources partyId={party.id} name={party.name} />}
      </div>
      <History party={party} />
    </div>
  )
}

function Facts({ party }: { party: Party }) {
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" word={party.active ? 'Active' : 'Closed'} tone={party.active ? 'quiet' : 'warn'} />],
    ['Terms', termsOf(party.termsDays)],
    ['Currency', party.currency],
    ['Tax', `${wordOf(party.taxStatus)}${party.exemptUntil ? ` until ${day(party.exemptUntil)}` : ''}`],
    ['Tax number', party.taxNumber ?? '–'],
    ['Channel', party.channel ?? '–'],
    ['Price group', party.priceGroup ?? '–'],
    ['Invoiced', invoicedWhen[party.invoiceTrigger]],
    ['Deliveries', partials[party.partialPolicy]],
    ['Service class', party.serviceClass],
    ['Least shelf life', party.minShelfDays === 0 ? 'any' : `${party.minShelfDays} days`],
    ['Substitutes', takes[party.substitutes]],
    ['Successors', takes[party.successors]],
    ['E-mail', party.email ?? '–'],
    ['GLN', party.gln ?? '–'],
    ...Object.entries(party.custom).map(([name, value]): [string, React.ReactNode] => [wordOf(name), String(value)]),
  ]
  return (
    <section className="card" aria-label="Terms and tax">
      <dl className="strip">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {party.assumed.length > 0 && (
        <p className="quiet small assumed">
          Assumed, not told by the customer:{' '}
          {party.assumed.map((name) => name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)).join(', ')}.
        </p>
      )}
    </section>
  )
}

function Credit({ party }: { party: Party }) {
  const account = useRead(api.credit.account, { partyId: party.id })
  const { company } = useMe()
  const may = useMay()
  const [editing, edit] = useState(false)
  useCommands(
    may('credit.write') ? [{ id: 'credit', title: 'Change limit or hold', keys: 'e', run: () => edit(true) }] : [],
  )
  return (
    <Answer query={account}>
      {(credit) => {
        const currency = credit.currency ?? party.currency ?? company.currency
        return (
          <>
            <CreditCard
              credit={credit}
              currency={currency}
              action={
                may('credit.write') && (
                  <Button small hotkey="E" onClick={() => edit(true)}>
                    Change limit
                  </Button>
                )
              }
            />
            {editing && (
              <CreditDialog
                partyId={party.id}
                name={party.name}
                currency={currency}
                credit={credit}
                close={() => edit(false)}
              />
            )}
          </>
        )
      }}
    </Answer>
  )
}

const uses: Record<string, string> = { ship_to: 'ship to', bill_to: 'bill to', both: 'ship and bill to' }
function Addresses({ party }: { party: Party }) {
  const { addresses } = party
  const mayWrite = useMay()('parties.write')
  const [changing, change] = useState<Party['addresses'][number] | 'new' | null>(null)
  return (
    <section className="card" aria-label="Addresses">
      <div className="card-head">
        <h2>Addresses</h2>
        {mayWrite && (
          <span className="push">
            <Button small onClick={() => change('new')}>
              New address
            </Button>
          </span>
        )}
      </div>
      <div className="card-body">
        {addresses.length === 0 && <Empty>No address is kept.</Empty>}
        <ul className="documents">
          {addresses.map((a) => (
            <li key={a.id}>
              <span>
                <span className="strong">{a.name}</span> {!a.active && <Status tone="warn" word="Closed" />}
              </span>
              <span className="quiet small">{uses[a.kind] ?? a.kind}</span>
              <span className="quiet">
                {[a.line1, a.line2, [a.postcode, a.city].filter(Boolean).join(' '), a.country]
                  .filter(Boolean)
                  .join(', ')}
              </span>
              <span className="num quiet small">{a.routeDays > 0 ? `${a.routeDays} d on the way` : ''}</span>
              {mayWrite && (
                <Button small aria-label={`Change the address ${a.name}`} onClick={() => change(a)}>
                  Change
                </Button>
              )}
            </li>
          ))}
        </ul>
      </div>
      {changing && (
        <AddressDialog party={party} address={changing === 'new' ? null : changing} close={() => change(null)} />
      )}
    </section>
  )
}
