import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand } from '../../../kit/data/query.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Dialog } from '../../../kit/parts/dialog.tsx'
import { Form } from '../../../kit/parts/form.tsx'

interface Lot {
  readonly id: string
  readonly code: string
  readonly held: boolean
}

/** Puts a lot on hold or lets it go, at every site at once; what that did to orders is told before the dialog is left. */
export function LotHold({ lot }: { lot: Lot }) {
  const may = useMay()
  const [asking, ask] = useState(false)
  if (!may('warehouse.hold')) return null
  const word = lot.held ? 'Let go' : 'Hold'
  return (
    <>
      <Button small aria-label={`${word} lot ${lot.code}`} onClick={() => ask(true)}>
        {word}
      </Button>
      {asking && <HoldDialog lot={lot} close={() => ask(false)} />}
    </>
  )
}

const schema = { properties: { reason: { title: 'Why', minLength: 3, maxLength: 200 } }, required: ['reason'] }

function HoldDialog({ lot, close }: { lot: Lot; close: () => void }) {
  // Held when the dialog was opened: the row behind it changes as soon as it is done.
  const [wasHeld] = useState(lot.held)
  const [did, tell] = useState<readonly string[] | null>(null)
  const hold = useCommand(api.warehouse.holdLot, {
    quiet: true,
    done: ({ dropped, tasked, picked }) =>
      tell([
        dropped > 0
          ? `${count(dropped)} units were taken back from orders, which got other lots or new dates.`
          : 'No order had unpicked units of it.',
        ...(tasked > 0
          ? [`${count(tasked)} units are in open pick tasks: end these tasks and hold the lot again.`]
          : []),
        ...(picked > 0 ? [`${count(picked)} units are picked and have not left: they stand at the stage.`] : []),
      ]),
  })
  const release = useCommand(api.warehouse.releaseLot, {
    quiet: true,
    done: ({ allocated }) =>
      tell([
        allocated > 0 ? `${count(allocated)} units went to orders that waited.` : 'No released order waited for it.',
      ]),
  })
  const command = wasHeld ? release : hold
  const title = wasHeld ? `Let lot ${lot.code} go` : `Hold lot ${lot.code}`
  return (
    <Dialog label={title} close={close}>
      <div className="dialog-body">
        <h2>{title}</h2>
        {did ? (
          <>
            <p role="status">
              Lot {lot.code} is {wasHeld ? 'free again' : 'on hold, at every site'}.
            </p>
            {did.map((line) => (
              <p key={line}>{line}</p>
            ))}
            <Button look="primary" autoFocus onClick={close}>
              Close
            </Button>
          </>
        ) : (
          <>
            <p className="quiet">
              {wasHeld
                ? 'What is free of it goes to the orders that wait, the best class and the oldest first.'
                : 'It is promised and allocated to nobody until it is let go. What no task has claimed is taken back from orders.'}
            </p>
            <Form
              schema={schema}
              action={wasHeld ? 'Let it go' : 'Put it on hold'}
              busy={command.busy}
              error={command.error}
              onSubmit={({ reason }) => command.run({ lotId: lot.id, reason: String(reason) })}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
