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
import { NoLane } from './lane.tsx'

/** From, to, then lines by SKU, words or paste; what both ends have of each is there while typing. */
export function NewTransfer() {
  const { sites } = useMe()
  const site = useSite()
  const navigate = useNavigate()
  const [fromSiteId, setFrom] = useState(site?.id ?? '')
  const [toSiteId, setTo] = useState('')
  const [requestedOn, setRequestedOn] = useState('')
  const [reference, setReference] = useState('')
  const lanes = useRead(api.sites.lanes, {})
  const draft = useGoodsDraft({ fromSiteId, toSiteId })
  const from = sites.find((one) => one.id === fromSiteId)
  const to = sites.find((one) => one.id === toSiteId)
  const lane = lanes.data?.lanes.find((one) => one.active && one.fromSiteId === fromSiteId && one.toSiteId === toSiteId)
  const create = useCommand(api.stock.createTransfer, {
    quiet: true,
    done: ({ id }) => navigate(linkTo(`/transfers/${id}`)),
    said: ({ number }) => `${number} saved`,
  })
  const why =
    sites.length < 2
      ? 'You see one site only: a transfer needs two.'
      : !from
        ? 'Choose the site it leaves.'
        : !to
          ? 'Choose the site it goes to.'
          : lanes.data && !lane
            ? 'There is no way between these two sites yet.'
            : draft.why
  const save = () => {
    if (why || create.busy) return
    create.run({
      fromSiteId,
      toSiteId,
      lines: draft.asked,
      ...(requestedOn && { requestedOn }),
      ...(reference.trim() && { reference: reference.trim() }),
    })
  }
  useCommands([{ id: 'save-transfer', title: 'Save the transfer', keys: 'ctrl+enter', run: save }])
  const options = (not: string) => [
    { value: '', label: 'Choose…' },
    ...sites.filter((one) => one.id !== not).map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` })),
  ]
  return (
    <Page
      title="New transfer"
      beside={from && to && `${from.code} → ${to.code}`}
      actions={
        <Button look="primary" hotkey="Ctrl Enter" blocked={why} disabled={create.busy} onClick={save}>
          Save transfer
        </Button>
      }
    >
      <div className="stack">
        {create.error && <ProblemPanel error={create.error} />}
        {from && to && lanes.data && !lane && <NoLane from={from} to={to} />}
        <GoodsDraftCard draft={draft} codes={{ from: from?.code ?? '', to: to?.code ?? '' }}>
          <Field label="From" value={fromSiteId} onChange={setFrom} options={options(toSiteId)} />
          <Field
            label="To"
            value={toSiteId}
            onChange={setTo}
            options={options(fromSiteId)}
            hint={lane ? `${plural(lane.days, 'day')} on the road` : null}
          />
          <Field label="Wanted there on" type="date" value={requestedOn} onChange={setRequestedOn} />
          <Field label="Reference" maxLength={60} value={reference} onChange={setReference} />
        </GoodsDraftCard>
      </div>
    </Page>
  )
}
