import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import type { Transfer } from './types.ts'

interface Step {
  id: string
  title: string
  keys?: string
  permission: string
  /** Why not now: shown on the button. `hidden`: the transfer has nothing for this step. */
  why: string | null | 'hidden'
  busy: boolean
  run: () => void
}

/** The steps of a transfer in their order; each end does its own. */
function useSteps(transfer: Transfer): Step[] {
  const { id: transferId, number, status, can, lines, documents, fromSiteId, toSiteId } = transfer
  const { sites } = useMe()
  const here = sites.some((site) => site.id === fromSiteId)
  const there = sites.some((site) => site.id === toSiteId)
  const navigate = useNavigate()
  const confirm = useCommand(api.promise.confirmTransfer, {
    said: ({ arrivesOn }) =>
      arrivesOn ? `${number} is promised for ${arrivesOn}` : `${number}: part of it has no supply`,
  })
  const release = useCommand(api.promise.releaseTransfer, { said: `${number} released to the warehouse` })
  const pack = useCommand(api.warehouse.packTransfer, { said: (packed) => `${packed.number} packed` })
  const ship = useCommand(api.warehouse.shipTransfer, { said: ({ dueOn }) => `${number} is on the road, due ${dueOn}` })
  const receive = useCommand(api.warehouse.receiveTransfer, { said: ({ number: receipt }) => `Received: ${receipt}` })
  const picked = lines.some((line) => line.picked > line.packed)
  const packed = documents.find((d) => d.kind === 'shipment' && d.status === 'packed')
  return [
    {
      id: 'amend',
      title: 'Amend',
      keys: 'e',
      permission: 'stock.transfer',
      why: status === 'draft' ? null : 'hidden',
      busy: false,
      run: () => navigate(linkTo(`/transfers/${transferId}/amend`)),
    },
    {
      id: 'confirm',
      title: 'Confirm',
      keys: 'c',
      permission: 'stock.transfer',
      why: status === 'draft' ? can.confirm : 'hidden',
      busy: confirm.busy,
      run: () => confirm.run({ transferId }),
    },
    {
      id: 'release',
      title: 'Release',
      keys: 'r',
      permission: 'stock.transfer',
      why: status === 'draft' || status === 'cancelled' || can.release !== null ? 'hidden' : null,
      busy: release.busy,
      run: () => release.run({ transferId }),
    },
    {
      id: 'pack',
      title: 'Pack',
      permission: 'warehouse.pack',
      why: picked && here ? null : 'hidden',
      busy: pack.busy,
      run: () => pack.run({ transferId }),
    },
    {
      id: 'ship',
      title: `Ship ${packed?.number ?? ''}`,
      permission: 'warehouse.ship',
      why: packed && here ? null : 'hidden',
      busy: ship.busy,
      run: () => packed && ship.run({ shipmentId: packed.id }),
    },
    {
      id: 'receive',
      title: 'Receive all',
      permission: 'warehouse.receive',
      why: can.receive === null && there ? null : 'hidden',
      busy: receive.busy,
      run: () => receive.run({ transferId }),
    },
  ]
}

/** What may be done to the transfer now. Not permitted, or not at this end: not shown. */
export function TransferActions({ transfer }: { transfer: Transfer }) {
  const may = useMay()
  const [cancelling, setCancelling] = useState(false)
  const steps = useSteps(transfer).filter((step) => step.why !== 'hidden' && may(step.permission))
  const next = steps.find((step) => step.why === null && step.id !== 'amend')
  useCommands([
    ...steps.flatMap(({ why, id, title, keys, run }) =>
      why === null ? [{ id, title: `${title} ${transfer.number}`, keys, run }] : [],
    ),
    { id: 'print', title: 'Print this transfer', keys: 'p', run: () => window.print() },
  ])
  return (
    <>
      {may('stock.transfer') && transfer.can.cancel === null && (
        <Button look="danger" onClick={() => setCancelling(true)}>
          Cancel
        </Button>
      )}
      <Button onClick={() => window.print()}>Print</Button>
      {steps.map((step) => (
        <Button
          key={step.id}
          look={step === next ? 'primary' : 'plain'}
          hotkey={step.why === null ? step.keys?.toUpperCase() : undefined}
          blocked={step.why}
          disabled={step.busy}
          onClick={step.run}
        >
          {step.title}
        </Button>
      ))}
      {cancelling && <CancelDialog transfer={transfer} close={() => setCancelling(false)} />}
    </>
  )
}

function CancelDialog({ transfer, close }: { transfer: Transfer; close: () => void }) {
  const cancel = useCommand(api.promise.cancelTransfer, {
    said: `${transfer.number} cancelled`,
    quiet: true,
    done: close,
  })
  return (
    <Dialog label={`Cancel ${transfer.number}`} close={close}>
      <div className="dialog-body">
        <h2>Cancel {transfer.number}</h2>
        <p className="quiet">
          What has not left stays at {transfer.from}, free for others; {transfer.to} expects no more of it, and who was
          promised from it there is promised anew. What is on the road goes on.
        </p>
        <Form
          schema={{ properties: { reason: { title: 'Why', maxLength: 200, minLength: 3 } }, required: ['reason'] }}
          action="Cancel the transfer"
          busy={cancel.busy}
          error={cancel.error}
          onSubmit={({ reason }) => cancel.run({ transferId: transfer.id, reason: String(reason) })}
        />
      </div>
    </Dialog>
  )
}
