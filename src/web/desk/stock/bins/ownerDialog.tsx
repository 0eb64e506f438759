import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand, useRead } from '../../../kit/data/query.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { ActionDialog, ReasonField } from './actionDialog.tsx'
import { QuantityField, useQuantity } from './quantity.tsx'
import { type Bin, type ItemFacts, meant, wordsOf } from './types.ts'

const OURS = 'ours'

/** Goods become somebody else's where they stand. Who may own any is said on the page of the owners. */
export function OwnerDialog({ item, bin, close }: { item: ItemFacts; bin: Bin; close: () => void }) {
  const free = bin.onHand - bin.tasked
  const quantity = useQuantity(item, free, item.tracking === 'serial' ? '' : String(free))
  const owners = useRead(api.stock.owners, {})
  const others = (owners.data?.owners ?? [])
    .filter((owner) => owner.partyId !== bin.ownerId)
    .map(({ partyId, name, kind }) => ({
      value: partyId,
      label: kind === 'consigned' ? `${name}, consigned to us` : `${name}, stored for them`,
    }))
  const options = bin.ownerId === null ? others : [{ value: OURS, label: 'Ours' }, ...others]
  const [chosen, choose] = useState('')
  const [reason, setReason] = useState('')
  const to = options.find((one) => one.value === chosen)
  const change = useCommand(api.warehouse.changeOwner, {
    said: `${item.sku}: now ${to?.value === OURS ? 'ours' : `of ${to?.label ?? ''}`}`,
    quiet: true,
    done: close,
  })
  const nobody =
    owners.data && options.length === 0
      ? 'All goods here are our own: say first, under “Goods of others”, whose goods you keep.'
      : null
  return (
    <ActionDialog
      title={`Change the owner of ${item.sku}`}
      about={`In ${wordsOf(bin)}; they stay where they stand. What is allocated to orders or in pick tasks stays its owner’s. What was promised from goods that a customer now has is promised anew; what becomes ours to sell goes to who waits. Consigned goods that become ours are owed for.`}
      action="Change owner"
      busy={change.busy}
      error={change.error}
      ready={
        nobody ??
        quantity.wrong ??
        (to === undefined ? 'Choose whose they are from now on.' : null) ??
        (reason === '' ? 'Choose a reason.' : null)
      }
      run={() =>
        change.run({
          ...meant(item, bin),
          ...quantity.value!,
          locationId: bin.locationId,
          reason,
          ...(chosen !== OURS && { toOwnerId: chosen }),
        })
      }
      close={close}
    >
      {(tried) => (
        <>
          <QuantityField item={item} quantity={quantity} tried={tried} hint={`${count(free)} are in no task`} />
          <Field
            name="toOwner"
            label="New owner"
            value={chosen}
            onChange={choose}
            options={[{ value: '', label: 'Choose…' }, ...options]}
          />
          <ReasonField kind="owner" value={reason} onChange={setReason} />
        </>
      )}
    </ActionDialog>
  )
}
