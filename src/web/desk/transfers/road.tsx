import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, day, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import type { Road, Transfer } from './types.ts'

type What = 'receive' | 'lose' | 'find'

/** What left, lot by lot: how much of it is still on the road, came, or was given up; and what can be done about it there. */
export function RoadCard({ transfer }: { transfer: Transfer }) {
  const may = useMay()
  const { sites } = useMe()
  const [doing, setDoing] = useState<{ what: What; road: Road } | null>(null)
  const there = sites.some((site) => site.id === transfer.toSiteId)
  const open = transfer.road.reduce((sum, row) => sum + row.inTransit, 0)
  const act = (what: What) => (road: Road) => setDoing({ what, road })
  const columns: readonly LineColumn<Road>[] = [
    {
      key: 'shipment',
      title: 'Shipment',
      width: '92px',
      cell: (r) => <span className="mono">{r.shipment}</span>,
      phone: '2',
    },
    {
      key: 'item',
      title: 'Item',
      width: 'minmax(160px, 1fr)',
      cell: (r) => (
        <>
          <span className="mono">{r.sku}</span> <span className="quiet">{r.description}</span>
        </>
      ),
      phone: '1',
    },
    {
      key: 'lot',
      title: 'Lot',
      width: '130px',
      cell: (r) => (
        <>
          <span className="mono">{r.lot}</span> {r.expiresOn && <span className="quiet">exp {r.expiresOn}</span>}
        </>
      ),
      phone: '2e',
    },
    { key: 'due', title: 'Due', width: '92px', cell: (r) => r.dueOn },
    { key: 'shipped', title: 'Shipped', width: '72px', number: true, cell: (r) => count(r.shipped) },
    {
      key: 'inTransit',
      title: 'In transit',
      width: '80px',
      number: true,
      cell: (r) => <span className={r.inTransit > 0 ? 'strong' : 'quiet'}>{count(r.inTransit)}</span>,
      phone: '1e',
    },
    {
      key: 'received',
      title: 'Received',
      width: '76px',
      number: true,
      cell: (r) => count(r.received),
      phone: '3',
      named: true,
    },
    {
      key: 'lost',
      title: 'Lost',
      width: '56px',
      number: true,
      cell: (r) => <span className={r.lost > 0 ? 'bad strong' : 'quiet'}>{count(r.lost)}</span>,
      phone: '3',
      named: true,
    },
    {
      key: 'act',
      title: 'Do',
      width: '210px',
      cell: (r) => (
        <span className="row">
          {there && r.inTransit > 0 && may('warehouse.receive') && (
            <Button small onClick={() => act('receive')(r)}>
              Receive
            </Button>
          )}
          {there && r.inTransit > 0 && may('warehouse.adjust') && (
            <Button small onClick={() => act('lose')(r)}>
              Lost
            </Button>
          )}
          {there && r.lost > 0 && may('warehouse.adjust') && (
            <Button small onClick={() => act('find')(r)}>
              Found
            </Button>
          )}
        </span>
      ),
      phone: '3e',
    },
  ]
  return (
    <section className="card" aria-label="On the road">
      <div className="card-head">
        <h2>On the road</h2>
        <span className="quiet">
          {open > 0
            ? `${plural(open, 'unit')} between ${transfer.from} and ${transfer.to}`
            : 'nothing of it is on the road any more'}
        </span>
      </div>
      <LinesGrid label="On the road" lines={transfer.road} columns={columns} keyOf={(r) => r.id} />
      {doing && <RoadDialog {...doing} transfer={transfer} close={() => setDoing(null)} />}
    </section>
  )
}

const words: Record<What, { title: string; action: string; says: (to: string) => string }> = {
  receive: {
    title: 'Receive',
    action: 'Receive',
    says: () =>
      'What is not here yet stays on the road. Damaged goods go to the quarantine and are promised to nobody.',
  },
  lose: {
    title: 'Give up as lost',
    action: 'Give up',
    says: (to) =>
      `Written off at ${to}; who was promised from it is promised anew. If it turns up, take it in as found.`,
  },
  find: {
    title: 'Found after all',
    action: 'Take in',
    says: () => 'It goes into stock like a receipt and is lost no more.',
  },
}
const conditions = [
  { value: '', label: 'As it was sent' },
  { value: 'damaged', label: 'Damaged' },
  { value: 'quarantine', label: 'To be inspected' },
]

function RoadDialog({
  what,
  road,
  transfer,
  close,
}: {
  what: What
  road: Road
  transfer: Transfer
  close: () => void
}) {
  const most = what === 'find' ? road.lost : road.inTransit
  const [qty, setQty] = useState(String(most))
  const [condition, setCondition] = useState('')
  const [reason, setReason] = useState('lost')
  const reasons = useRead(api.stock.reasons, { kind: 'adjust' as const }, { enabled: what === 'lose' })
  const options = { quiet: true, done: close } as const
  const receive = useCommand(api.warehouse.receiveTransfer, { ...options, said: ({ number }) => `Received: ${number}` })
  const lose = useCommand(api.warehouse.loseTransfer, {
    ...options,
    said: ({ lost }) => `${count(lost)} given up as lost`,
  })
  const find = useCommand(api.warehouse.findTransfer, { ...options, said: ({ number }) => `Taken in: ${number}` })
  const command = { receive, lose, find }[what]
  const typed = /^\d{1,13}$/.test(qty.trim()) ? Number(qty) : null
  const wrong = typed === null || typed < 1 || typed > most ? `A whole number from 1 to ${count(most)}.` : null
  const submit = () => {
    if (wrong || typed === null || command.busy) return
    const line = { transitId: road.id, qty: typed, ...(condition && { status: condition as 'damaged' | 'quarantine' }) }
    const transferId = transfer.id
    if (what === 'receive') receive.run({ transferId, lines: [line] })
    else if (what === 'find') find.run({ transferId, lines: [line] })
    else lose.run({ transferId, lines: [{ transitId: road.id, qty: typed }], reason })
  }
  const { title, action, says } = words[what]
  return (
    <Dialog
      label={`${title}: ${road.sku}`}
      close={close}
      submit={submit}
      foot={
        <>
          <Button onClick={close}>Back</Button>
          <Button type="submit" look={what === 'lose' ? 'danger' : 'primary'} disabled={command.busy || wrong !== null}>
            {action} {typed === null ? '' : count(typed)}
          </Button>
        </>
      }
    >
      <div className="dialog-body stack">
        <h2>
          {title}: <span className="mono">{road.sku}</span>
          {road.lot && <> · {road.lot}</>}
        </h2>
        <p className="quiet">{says(transfer.to)}</p>
        {command.error && <ProblemPanel error={command.error} />}
        <Field
          label={what === 'find' ? `Found (of ${count(most)} lost)` : `How many (of ${count(most)} on the road)`}
          inputMode="numeric"
          autoFocus
          value={qty}
          onChange={setQty}
          error={wrong}
        />
        {what === 'lose' ? (
          <Field
            label="Why"
            value={reason}
            onChange={setReason}
            options={(reasons.data?.reasons ?? [])
              .filter((r) => r.active)
              .map((r) => ({ value: r.code, label: r.name }))}
          />
        ) : (
          <Field label="Condition" value={condition} onChange={setCondition} options={conditions} />
        )}
        <p className="small">
          <Status state={road.status} plain /> sent in {road.shipment}, due {day(road.dueOn)}
        </p>
      </div>
    </Dialog>
  )
}
