import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import type { Holder, RecallTold } from './recall.tsx'

const did = {
  properties: {
    what: {
      title: 'What became of them',
      enum: ['returned', 'destroyed', 'used_up'],
      'x-words': { returned: 'Came back to us', destroyed: 'Destroyed there', used_up: 'Used up or sold on' },
      default: 'destroyed',
    },
    qty: { title: 'Units', type: 'integer' as const, minimum: 1 },
    note: { title: 'Note', maxLength: 400 },
  },
  required: ['what', 'qty'],
}

/** Units a customer had: what comes back is received like any return, into the quarantine; the rest is their word. */
export function OutcomeDialog({ told, holder, close }: { told: RecallTold; holder: Holder; close: () => void }) {
  const site = useSite()
  const may = useMay()
  const record = useCommand(api.trace.recordOutcome, { quiet: true, said: 'Recorded', done: close })
  const receive = useCommand(api.warehouse.receive, { quiet: true, said: 'Received into the quarantine', done: close })
  const lot = told.lots.find((one) => one.lotId === holder.lotId)
  const piece = told.pieces.find((one) => one.serialId === holder.serialId)
  const back = may('warehouse.receive') && site !== null
  const { what, ...rest } = did.properties
  const properties = back ? did.properties : { ...rest, what: { ...what, enum: ['destroyed', 'used_up'] } }
  return (
    <Dialog label="Record what became of them" close={close}>
      <div className="dialog-body">
        <h2>
          {holder.name}, {holder.serial ?? `lot ${holder.lot}`}
        </h2>
        <p className="quiet">
          {count(holder.open)} of {count(holder.shipped)} are open.
          {back && ` What comes back is received at ${site.name}.`}
        </p>
        <Form
          schema={{ ...did, properties }}
          action="Record"
          busy={record.busy || receive.busy}
          error={record.error ?? receive.error}
          onSubmit={({ what, qty, note }) => {
            const units = Number(qty)
            if (what === 'returned')
              receive.run({
                siteId: site!.id,
                partyId: holder.partyId,
                reference: told.recall.number,
                from: 'customer',
                reason: 'faulty',
                lines: [
                  {
                    itemId: (piece ?? lot)!.itemId,
                    qty: units,
                    status: 'returns',
                    ...(holder.lot && { lotCode: holder.lot }),
                    ...(lot?.expiresOn && { expiresOn: lot.expiresOn }),
                    ...(piece && { serials: [piece.serial] }),
                  },
                ],
              })
            else
              record.run({
                recallId: told.recall.id,
                partyId: holder.partyId,
                ...(piece ? { serialId: piece.serialId } : { lotId: holder.lotId! }),
                kind: what as 'destroyed',
                qty: units,
                ...(note ? { note: String(note) } : {}),
              })
          }}
        />
      </div>
    </Dialog>
  )
}

const end = {
  properties: {
    outcome: {
      title: 'How it ends',
      enum: ['completed', 'withdrawn'],
      'x-words': { completed: 'Completed: everything is accounted for', withdrawn: 'Withdrawn: it was a false alarm' },
      default: 'completed',
    },
    note: { title: 'Note', minLength: 3, maxLength: 400, multiline: true },
  },
  required: ['outcome', 'note'],
}

/** Units with customers of which nothing is known: of lots and of single pieces. */
export const openUnits = ({ lots, pieces }: RecallTold): number =>
  [...lots, ...pieces].reduce((sum, one) => sum + one.open, 0)

/** The end needs the house empty of it and every unit known; what is unknown is confirmed as a number. */
export function CloseDialog({ told, close }: { told: RecallTold; close: () => void }) {
  const open = openUnits(told)
  const here = told.sums.reduce((sum, one) => sum + one.onHand, told.pieces.filter((one) => one.inStock).length)
  const [sure, confirm] = useState(false)
  const command = useCommand(api.trace.closeRecall, {
    quiet: true,
    said: ({ number }) => `${number} is closed`,
    done: close,
  })
  return (
    <Dialog label="Close the recall" close={close}>
      <div className="dialog-body">
        <h2>Close {told.recall.number}</h2>
        <p className={here > 0 ? 'bad' : 'quiet'}>
          {here > 0
            ? `${count(here)} units are still in the house: to complete it, scrap them or send them back first.`
            : 'Nothing of it is in the house.'}
        </p>
        {open > 0 && (
          <label>
            <input type="checkbox" checked={sure} onChange={(event) => confirm(event.target.checked)} /> Nothing can be
            found out about {count(open)} units with customers
          </label>
        )}
        <Form
          schema={end}
          action="Close it"
          busy={command.busy}
          error={command.error}
          onSubmit={({ outcome, note }) =>
            command.run({
              recallId: told.recall.id,
              outcome: outcome as 'completed',
              note: String(note),
              ...(sure && { unaccounted: open }),
            })
          }
        />
      </div>
    </Dialog>
  )
}
