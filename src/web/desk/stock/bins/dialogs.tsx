import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand } from '../../../kit/data/query.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { ActionDialog, type Place, PlaceField, ReasonField } from './actionDialog.tsx'
import { QuantityField, useQuantity } from './quantity.tsx'
import { type Bin, codesOf, type ItemFacts, meant, statusWords, wordsOf } from './types.ts'

interface Props {
  readonly item: ItemFacts
  readonly bin: Bin
  readonly close: () => void
}
const free = (bin: Bin): number => bin.onHand - bin.tasked
const all = (item: ItemFacts, bin: Bin): string => (item.tracking === 'serial' ? '' : String(free(bin)))
const claimed = (bin: Bin): string => (bin.tasked > 0 ? ` ${count(bin.tasked)} are in pick tasks and stay.` : '')

export function MoveDialog({ item, bin, close }: Props) {
  const quantity = useQuantity(item, free(bin), all(item, bin))
  const [to, setTo] = useState<Place | null>(null)
  const move = useCommand(api.warehouse.move, {
    said: `${item.sku} moved to ${to?.code}`,
    quiet: true,
    done: close,
  })
  const noPlace = to === null ? 'Choose where they go.' : to.id === bin.locationId ? 'They are there already.' : null
  return (
    <ActionDialog
      title={`Move ${item.sku}`}
      about={`From ${wordsOf(bin)}, to another bin of ${bin.site}.${claimed(bin)}${bin.plate ? ' They come off their plate; the plate itself is moved on its own page.' : ''}`}
      action="Move"
      busy={move.busy}
      error={move.error}
      ready={quantity.wrong ?? noPlace}
      run={() =>
        move.run({ ...meant(item, bin), ...quantity.value!, fromLocationId: bin.locationId, toLocationId: to!.id })
      }
      close={close}
    >
      {(tried) => (
        <>
          <QuantityField item={item} quantity={quantity} tried={tried} hint={`${count(free(bin))} can move`} />
          <PlaceField siteId={bin.siteId} label="To bin" value={to} onChange={setTo} error={tried ? noPlace : null} />
        </>
      )}
    </ActionDialog>
  )
}

export function StatusDialog({ item, bin, close }: Props) {
  const quantity = useQuantity(item, free(bin), all(item, bin))
  const [toStatus, setStatus] = useState(bin.status === 'available' ? 'quarantine' : 'available')
  const [reason, setReason] = useState('')
  const [to, setTo] = useState<Place | null>(null)
  const change = useCommand(api.warehouse.changeStatus, {
    said: `${item.sku}: now ${(statusWords[toStatus] ?? toStatus).toLowerCase()}`,
    quiet: true,
    done: close,
  })
  const noReason = reason === '' ? 'Choose a reason.' : null
  return (
    <ActionDialog
      title={`Change the status of ${item.sku}`}
      about={`In ${wordsOf(bin)}. What is allocated to orders keeps its status; what was promised from these goods is promised anew, and what is good again goes to who waits.`}
      action="Change status"
      busy={change.busy}
      error={change.error}
      ready={quantity.wrong ?? noReason}
      run={() =>
        change.run({
          ...meant(item, bin),
          ...quantity.value!,
          locationId: bin.locationId,
          toStatus: toStatus as 'available',
          reason,
          ...(to && to.id !== bin.locationId && { toLocationId: to.id }),
        })
      }
      close={close}
    >
      {(tried) => (
        <>
          <QuantityField item={item} quantity={quantity} tried={tried} />
          <Field
            name="toStatus"
            label="New status"
            value={toStatus}
            onChange={setStatus}
            options={Object.entries(statusWords)
              .filter(([status]) => status !== bin.status)
              .map(([value, label]) => ({ value, label }))}
          />
          <ReasonField kind="status" value={reason} onChange={setReason} />
          <PlaceField
            siteId={bin.siteId}
            label="Put down in"
            hint={`Left empty: they stay in ${bin.location}`}
            value={to}
            onChange={setTo}
            error={null}
          />
        </>
      )}
    </ActionDialog>
  )
}

export function ScrapDialog({ item, bin, close }: Props) {
  const quantity = useQuantity(item, free(bin))
  const [reason, setReason] = useState('')
  const scrap = useCommand(api.warehouse.scrap, { said: `${item.sku} scrapped`, quiet: true, done: close })
  return (
    <ActionDialog
      title={`Scrap ${item.sku}`}
      about={`From ${wordsOf(bin)}. They leave the stock for good; the move keeps its reason.`}
      action="Scrap"
      danger
      busy={scrap.busy}
      error={scrap.error}
      ready={quantity.wrong ?? (reason === '' ? 'Choose a reason.' : null)}
      run={() => scrap.run({ ...meant(item, bin), ...quantity.value!, locationId: bin.locationId, reason })}
      close={close}
    >
      {(tried) => (
        <>
          <QuantityField item={item} quantity={quantity} tried={tried} />
          <ReasonField kind="scrap" value={reason} onChange={setReason} />
        </>
      )}
    </ActionDialog>
  )
}

/** What is really there: the difference to the books is posted. Of pieces with numbers, which are missing or were found. */
export function AdjustDialog({ item, bin, close }: Props) {
  const serial = item.tracking === 'serial'
  const [text, setText] = useState('')
  const [found, setFound] = useState('no')
  const [reason, setReason] = useState('')
  const adjust = useCommand(api.warehouse.adjust, { said: `${item.sku} corrected`, quiet: true, done: close })
  const codes = codesOf(text)
  const there = /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : null
  const difference = serial ? (found === 'yes' ? codes.length : -codes.length) : there === null ? 0 : there - bin.onHand
  const wrong = serial
    ? codes.length === 0
      ? 'Scan or type the numbers of the pieces.'
      : new Set(codes).size < codes.length
        ? 'A number stands here twice.'
        : null
    : there === null
      ? 'A whole number; 0 when none are there.'
      : difference === 0
        ? 'That is what the books say already.'
        : null
  return (
    <ActionDialog
      title={`Correct ${item.sku}`}
      about={`In ${wordsOf(bin)} the books have ${count(bin.onHand)} ${item.uom}.`}
      action={
        difference === 0 || wrong ? 'Correct' : `${difference > 0 ? 'Add' : 'Take away'} ${count(Math.abs(difference))}`
      }
      busy={adjust.busy}
      error={adjust.error}
      ready={wrong ?? (reason === '' ? 'Choose a reason.' : null)}
      run={() =>
        adjust.run({
          ...meant(item, bin),
          locationId: bin.locationId,
          qty: difference,
          reason,
          ...(serial && { serials: codes }),
        })
      }
      close={close}
    >
      {(tried) => (
        <>
          {serial && (
            <Field
              name="found"
              label="These pieces"
              value={found}
              onChange={setFound}
              options={[
                { value: 'no', label: 'are missing here' },
                { value: 'yes', label: 'were found here' },
              ]}
            />
          )}
          <Field
            name="there"
            label={serial ? 'Serial numbers' : `Really there (${item.uom})`}
            wide={serial}
            rows={serial ? 4 : undefined}
            inputMode={serial ? 'text' : 'numeric'}
            autoComplete="off"
            autoFocus
            value={text}
            onChange={setText}
            error={tried ? wrong : null}
          />
          <ReasonField kind="adjust" value={reason} onChange={setReason} />
        </>
      )}
    </ActionDialog>
  )
}
