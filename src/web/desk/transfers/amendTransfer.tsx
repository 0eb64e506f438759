import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import type { DraftLine } from '../draft/draft.ts'
import { useGoodsDraft } from '../draft/goods.ts'
import { GoodsDraftCard } from '../draft/goodsCard.tsx'
import type { Transfer } from './types.ts'

/** A draft changed: lines, day, reference, and after whom it is served. */
export function AmendTransfer() {
  const { id } = useParams() as { id: string }
  const transfer = useRead(api.stock.transfer, { transferId: id })
  if (transfer.data?.status === 'draft') return <Latest transfer={transfer.data} />
  return (
    <Page title="Amend a transfer">
      <Answer query={transfer}>
        {(data) => (
          <section className="card">
            <Empty action={<LinkButton {...linkTo(`/transfers/${id}`)}>Back to the transfer</LinkButton>}>
              A transfer that is {wordOf(data.status).toLowerCase()} cannot be amended: cancel what is open and enter it
              again.
            </Empty>
          </section>
        )}
      </Answer>
    </Page>
  )
}

/** What was opened stays under the user's hands; when a colleague saves meanwhile, that is said, never merged in silence. */
function Latest({ transfer }: { transfer: Transfer }) {
  const [base, take] = useState(transfer)
  const newer = transfer.version === base.version ? null : () => take(transfer)
  return <Amend key={base.version} transfer={base} newer={newer} />
}

const linesOf = (transfer: Transfer): DraftLine[] =>
  transfer.lines.map(({ id, sku, uomQty, uom }) => ({
    key: id,
    asked: sku,
    item: null,
    known: false,
    qty: uomQty,
    uom,
  }))
const figures = (lines: readonly DraftLine[]): string =>
  lines.map((line) => [line.item?.sku ?? line.asked, line.uom, line.qty].join()).join(' ')

function Amend({ transfer, newer }: { transfer: Transfer; newer: (() => void) | null }) {
  const navigate = useNavigate()
  const { id, from, to, fromSiteId, toSiteId } = transfer
  const [initial] = useState(() => linesOf(transfer))
  const draft = useGoodsDraft({ fromSiteId, toSiteId, initial })
  const [requestedOn, setRequestedOn] = useState(transfer.requestedOn)
  const [reference, setReference] = useState(transfer.reference ?? '')
  const [priority, setPriority] = useState(String(transfer.priority))
  const back = () => navigate(linkTo(`/transfers/${id}`))
  const amend = useCommand(api.stock.amendTransfer, { quiet: true, done: back, said: `${transfer.number} amended` })
  const linesChanged = figures(draft.lines) !== figures(initial)
  const rank = /^\d{1,2}$/.test(priority.trim()) ? Number(priority) : null
  const headChanged =
    requestedOn !== transfer.requestedOn || reference !== (transfer.reference ?? '') || rank !== transfer.priority
  const why =
    draft.why ??
    (rank === null
      ? 'The class is a whole number from 0 to 99.'
      : requestedOn
        ? linesChanged || headChanged
          ? null
          : 'Nothing is changed yet.'
        : 'Say the day on which it is wanted.')
  const save = () => {
    if (why || amend.busy || rank === null) return
    amend.run({
      transferId: id,
      version: transfer.version,
      requestedOn,
      priority: rank,
      reference: reference.trim() || null,
      ...(linesChanged && { lines: draft.asked }),
    })
  }
  useCommands([{ id: 'save-transfer', title: 'Save the changes', keys: 'ctrl+enter', run: save }])
  return (
    <Page
      title={
        <>
          Amend <span className="mono">{transfer.number}</span>
        </>
      }
      beside={`${from} → ${to}`}
      actions={
        <>
          <LinkButton {...linkTo(`/transfers/${id}`)}>Leave as it was</LinkButton>
          <Button look="primary" hotkey="Ctrl Enter" blocked={why} disabled={amend.busy} onClick={save}>
            Save changes
          </Button>
        </>
      }
    >
      <div className="stack">
        {newer && !amend.busy && (
          <div className="problem line" role="alert">
            <strong>Someone else changed this transfer meanwhile</strong>
            <span>What you typed here can no longer be saved over it.</span>
            <Button small onClick={newer}>
              Take the newer one
            </Button>
          </div>
        )}
        {amend.error && <ProblemPanel error={amend.error} />}
        <GoodsDraftCard draft={draft} codes={{ from, to }} focus>
          <Field label="Wanted there on" type="date" value={requestedOn} onChange={setRequestedOn} />
          <Field
            label="Served like class"
            inputMode="numeric"
            value={priority}
            onChange={setPriority}
            hint="Customers have 0 to 9; above that it comes after all of them."
          />
          <Field label="Reference" maxLength={60} value={reference} onChange={setReference} />
        </GoodsDraftCard>
      </div>
    </Page>
  )
}
