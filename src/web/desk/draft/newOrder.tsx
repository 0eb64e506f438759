import { useState } from 'react'
import { useNavigate, useSearch } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { may, useMe, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { FindCustomer } from '../master/find.tsx'
import { DraftCard } from './draftCard.tsx'
import { SentFrom } from './sentFrom.tsx'
import { useDraft } from './useDraft.ts'

interface Customer {
  id: string
  code: string
  name: string
  currency: string
}

/** Customer, then lines by SKU, words or paste; price, promise and credit are live while typing. */
export function NewOrder() {
  const me = useMe()
  const site = useSite()
  const navigate = useNavigate()
  /** Opened from a customer's page: theirs, until another is chosen. */
  const { customer: given = '' } = useSearch() as { customer?: string }
  const [chosen, choose] = useState<Customer | null>(null)
  const detail = useRead(
    api.parties.customer,
    { id: chosen?.id ?? given },
    { enabled: chosen !== null || given !== '' },
  )
  const customer: Customer | null = chosen ?? detail.data ?? null
  const [shipToId, setShipToId] = useState('')
  const [customerRef, setCustomerRef] = useState('')
  const [requestedOn, setRequestedOn] = useState('')
  const [partyId, siteId] = [customer?.id ?? '', site?.id ?? '']
  const owners = useRead(api.stock.owners, {}, { enabled: partyId !== '' && may(me, 'stock.read') })
  const stores = owners.data?.owners.some((owner) => owner.partyId === partyId && owner.kind === 'customer') ?? false
  const [goods, setGoods] = useState('ours')
  const theirs = stores && goods === 'theirs'
  const [splits, setSplits] = useState('')
  const maxSplits = splits === '' || theirs ? null : Number(splits)
  const draft = useDraft({ partyId, siteId, theirs, maxSplits })
  const currency = draft.total?.currency ?? customer?.currency ?? me.company.currency

  const open = (order: { id: string }) => navigate(linkTo(`/orders/${order.id}`))
  const create = useCommand(api.sales.createOrder, { quiet: true, done: open, said: ({ number }) => `${number} saved` })
  const why = !site ? 'You see no site to sell from.' : !customer ? 'Choose the customer first.' : draft.why
  const save = () => {
    if (why || create.busy) return
    create.run({
      partyId,
      siteId,
      lines: draft.asked,
      ...(shipToId && { shipToId }),
      ...(customerRef && { customerPo: customerRef }),
      ...(requestedOn && { requestedOn }),
      ...(theirs && { goods: 'theirs' as const }),
      ...(maxSplits !== null && { maxSplits }),
    })
  }
  useCommands([{ id: 'save-order', title: 'Save the order', keys: 'ctrl+enter', run: save }])
  return (
    <Page
      title="New order"
      beside={customer?.name}
      actions={
        <Button look="primary" hotkey="Ctrl Enter" blocked={why} disabled={create.busy} onClick={save}>
          Save order
        </Button>
      }
    >
      <div className="stack">
        {create.error && <ProblemPanel error={create.error} />}
        {detail.error && <ProblemPanel error={detail.error} retry={() => void detail.refetch()} />}
        <DraftCard draft={draft} currency={currency}>
          <FindCustomer
            autoFocus
            value={customer}
            onChange={(row) => {
              choose(row)
              setShipToId('')
              setSplits('')
            }}
          />
          <Field
            label="Ship to"
            value={shipToId}
            onChange={setShipToId}
            options={[
              { value: '', label: detail.data ? 'Their usual address' : '' },
              ...(detail.data?.shipTos ?? []).map((a) => ({ value: a.id, label: `${a.name}, ${a.city}` })),
            ]}
          />
          <Field label="Asked for" type="date" value={requestedOn} onChange={setRequestedOn} />
          {stores && (
            <Field
              label="Goods"
              value={goods}
              onChange={setGoods}
              options={[
                { value: 'ours', label: 'Ours, sold to them' },
                { value: 'theirs', label: 'Theirs, stored with us' },
              ]}
            />
          )}
          {!theirs && <SentFrom partyId={partyId} site={site ?? null} value={splits} onChange={setSplits} />}
          <Field label="Their reference" value={customerRef} onChange={setCustomerRef} />
        </DraftCard>
      </div>
    </Page>
  )
}
