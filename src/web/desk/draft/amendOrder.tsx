import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import type { DraftLine } from './draft.ts'
import { DraftCard } from './draftCard.tsx'
import { SentFrom } from './sentFrom.tsx'
import { useDraft } from './useDraft.ts'

type Order = OutputOfCall<typeof api.sales.order>

/** A draft changed: quantities, units, lines more or fewer, address, day and reference. Priced anew as of its order date. */
export function AmendOrder() {
  const { id } = useParams() as { id: string }
  const order = useRead(api.sales.order, { orderId: id })
  if (order.data) return order.data.status === 'draft' ? <Latest order={order.data} /> : <NotNow order={order.data} />
  return (
    <Page title="Amend an order">
      <Answer query={order}>{() => null}</Answer>
    </Page>
  )
}

const NotNow = ({ order }: { order: Order }) => (
  <Page title={<span className="mono">{order.number}</span>} beside={wordOf(order.status)}>
    <section className="card">
      <Empty action={<LinkButton {...linkTo(`/orders/${order.id}`)}>Back to the order</LinkButton>}>
        A {wordOf(order.status).toLowerCase()} order is binding and cannot be amended: cancel what is open and enter it
        again.
      </Empty>
    </section>
  </Page>
)

/** What was opened stays under the user's hands; when a colleague saves meanwhile, that is said, never merged in silence. */
function Latest({ order }: { order: Order }) {
  const [base, take] = useState(order)
  return <Amend key={base.version} order={base} newer={order.version === base.version ? null : () => take(order)} />
}

/** The price of a line typed by hand stays with the line; all others are asked for again. */
const byHand = (line: Order['lines'][number]): boolean =>
  (line.explain.steps as { source?: string }[] | undefined)?.[0]?.source === 'manual'

const linesOf = (order: Order): DraftLine[] =>
  order.lines
    .filter((line) => line.sku !== null)
    .map((line) => ({
      key: line.id,
      asked: line.sku ?? '',
      item: null,
      known: false,
      qty: line.uomQty,
      uom: line.uom,
      ...(byHand(line) && { priceMicro: line.priceMicro }),
      ...(line.insteadOf && {
        insteadOf: {
          itemId: line.insteadOf.itemId,
          agreedBy: line.insteadOf.agreedBy,
          dearer: line.insteadOf.dearer,
        },
      }),
    }))

function Amend({ order, newer }: { order: Order; newer: (() => void) | null }) {
  const navigate = useNavigate()
  const [initial] = useState(() => linesOf(order))
  const customer = useRead(api.parties.customer, { id: order.customer.id })
  const said = order.sources.own === null ? '' : String(order.sources.own)
  const [splits, setSplits] = useState(said)
  const maxSplits = splits === '' ? null : Number(splits)
  const draft = useDraft({ partyId: order.customer.id, siteId: order.site.id, on: order.orderedOn, initial, maxSplits })
  const [shipToId, setShipToId] = useState('')
  const [customerRef, setCustomerRef] = useState(order.customerRef ?? '')
  const [requestedOn, setRequestedOn] = useState(order.requestedOn)
  const back = () => navigate(linkTo(`/orders/${order.id}`))
  const amend = useCommand(api.sales.amend, { quiet: true, done: back, said: ({ number }) => `${number} amended` })

  const figures = (lines: readonly DraftLine[]) =>
    lines.map((l) => [l.item?.sku ?? l.asked, l.uom, l.qty, l.priceMicro].join()).join(' ')
  const linesChanged = figures(draft.lines) !== figures(initial)
  const headChanged =
    splits !== said || shipToId !== '' || customerRef !== (order.customerRef ?? '') || requestedOn !== order.requestedOn
  const why =
    draft.why ??
    (requestedOn ? (linesChanged || headChanged ? null : 'Nothing is changed yet.') : 'Say the day it is asked for.')
  const save = () => {
    if (why || amend.busy) return
    amend.run({
      orderId: order.id,
      version: order.version,
      requestedOn,
      customerPo: customerRef.trim() || null,
      ...(shipToId && { shipToId }),
      ...(splits !== said && { maxSplits, ...(maxSplits === 1 && { sourceSiteIds: null }) }),
      ...(linesChanged && { lines: draft.asked }),
    })
  }
  useCommands([{ id: 'save-order', title: 'Save the changes', keys: 'ctrl+enter', run: save }])
  return (
    <Page
      title={
        <>
          Amend <span className="mono">{order.number}</span>
        </>
      }
      beside={order.customer.name}
      actions={
        <>
          <LinkButton {...linkTo(`/orders/${order.id}`)}>Leave as it was</LinkButton>
          <Button look="primary" hotkey="Ctrl Enter" blocked={why} disabled={amend.busy} onClick={save}>
            Save changes
          </Button>
        </>
      }
    >
      <div className="stack">
        {newer && !amend.busy && (
          <div className="problem line" role="alert">
            <strong>Someone else changed this order meanwhile</strong>
            <span>What you typed here can no longer be saved over it.</span>
            <Button small onClick={newer}>
              Take the newer order
            </Button>
          </div>
        )}
        {amend.error && <ProblemPanel error={amend.error} />}
        <DraftCard draft={draft} currency={order.currency} focus>
          <Field
            label="Ship to"
            value={shipToId}
            onChange={setShipToId}
            options={[
              { value: '', label: order.shipTo ? `${order.shipTo.name}, ${order.shipTo.city}` : 'Their usual address' },
              ...(customer.data?.shipTos ?? []).map((a) => ({ value: a.id, label: `To ${a.name}, ${a.city}` })),
            ]}
          />
          <Field label="Asked for" type="date" value={requestedOn} onChange={setRequestedOn} />
          <SentFrom partyId={order.customer.id} site={order.site} value={splits} onChange={setSplits} />
          <Field label="Their reference" value={customerRef} onChange={setCustomerRef} />
        </DraftCard>
      </div>
    </Page>
  )
}
