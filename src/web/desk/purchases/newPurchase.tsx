import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMe, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { useGoodsDraft } from '../draft/goods.ts'
import { GoodsDraftCard } from '../draft/goodsCard.tsx'

/** A purchase order by hand: supplier, site, lines by SKU, words or paste; saved as a draft, or placed at once. */
export function NewPurchase() {
  const { sites } = useMe()
  const site = useSite()
  const navigate = useNavigate()
  const [siteId, setSiteId] = useState(site?.id ?? '')
  const [partyId, setPartyId] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [reference, setReference] = useState('')
  const suppliers = useRead(api.purchasing.suppliers, { limit: 500, sort: 'code' })
  const draft = useGoodsDraft({ fromSiteId: siteId, toSiteId: '' })
  const supplier = suppliers.data?.rows.find((one) => one.id === partyId)
  const create = useCommand(api.purchasing.createOrder, {
    quiet: true,
    done: ({ id }) => navigate(linkTo(`/purchases/${id}`)),
    said: ({ number, affected }, { place }) =>
      place
        ? `${number} is placed; ${plural(affected.orders, 'order')} got another date`
        : `${number} saved as a draft`,
  })
  const why = !partyId ? 'Choose the supplier.' : !siteId ? 'Choose the site it comes to.' : draft.why
  const save = (place: boolean) => {
    if (why || create.busy) return
    create.run({
      siteId,
      partyId,
      place,
      lines: draft.asked,
      ...(dueOn && { dueOn }),
      ...(reference.trim() && { reference: reference.trim() }),
    })
  }
  useCommands([{ id: 'save-purchase', title: 'Save the purchase order', keys: 'ctrl+enter', run: () => save(false) }])
  return (
    <Page
      title="New purchase order"
      beside={supplier?.name}
      actions={
        <>
          <Button hotkey="Ctrl Enter" blocked={why} disabled={create.busy} onClick={() => save(false)}>
            Save draft
          </Button>
          <Button look="primary" blocked={why} disabled={create.busy} onClick={() => save(true)}>
            Place
          </Button>
        </>
      }
    >
      <div className="stack">
        {create.error && <ProblemPanel error={create.error} />}
        <GoodsDraftCard
          what="Purchase"
          draft={draft}
          codes={{ from: sites.find((one) => one.id === siteId)?.code ?? '', to: null }}
        >
          <Field
            label="Supplier"
            value={partyId}
            onChange={setPartyId}
            options={[
              { value: '', label: 'Choose…' },
              ...(suppliers.data?.rows ?? []).map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
            ]}
            hint={supplier ? `${plural(supplier.leadDays, 'day')} from order to door` : null}
          />
          <Field
            label="Comes to"
            value={siteId}
            onChange={setSiteId}
            options={sites.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }))}
          />
          <Field
            label="Due on"
            type="date"
            value={dueOn}
            onChange={setDueOn}
            hint={dueOn ? null : 'By the lead time'}
          />
          <Field label="Reference" maxLength={60} value={reference} onChange={setReference} />
        </GoodsDraftCard>
      </div>
    </Page>
  )
}
