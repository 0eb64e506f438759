import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand, useRead } from '../../../kit/data/query.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { useNavigate } from '../../../kit/shell/route.tsx'
import { ActionDialog } from './actionDialog.tsx'
import { QuantityField, useQuantity } from './quantity.tsx'
import { type Bin, type ItemFacts, meant, wordsOf } from './types.ts'

const NEW = 'new'
const kinds = [
  { value: 'pallet', label: 'Pallet' },
  { value: 'case', label: 'Case' },
  { value: 'tote', label: 'Tote' },
]

/** Goods of a bin onto a plate there: a new one, with a label of ours or the one it bears, or one that stands there. */
export function PlateDialog({ item, bin, close }: { item: ItemFacts; bin: Bin; close: () => void }) {
  const movable = bin.onHand - bin.tasked
  const quantity = useQuantity(item, movable, item.tracking === 'serial' ? '' : String(movable))
  const [plateId, setPlate] = useState(NEW)
  const [kind, setKind] = useState('pallet')
  const [sscc, setSscc] = useState('')
  const navigate = useNavigate()
  const here = useRead(api.stock.plates, {
    siteId: bin.siteId,
    filter: `state:open location:${JSON.stringify(bin.location)}`,
    limit: 100,
  })
  const others = (here.data?.rows ?? []).filter((plate) => plate.id !== bin.plateId)
  const options = {
    said: ({ sscc: label }: { sscc: string }) => `${item.sku} stands on plate ${label}`,
    quiet: true,
    done: ({ id }: { id: string }) => navigate(linkTo(`/plates/${id}`)),
  }
  const build = useCommand(api.warehouse.buildPlate, options)
  const load = useCommand(api.warehouse.loadPlate, options)
  const command = plateId === NEW ? build : load
  const label = sscc.replaceAll(/[^0-9]/g, '')
  const wrongLabel = plateId === NEW && sscc.trim() !== '' && label.length !== 18 ? 'An SSCC has 18 digits.' : null
  const run = () => {
    const goods = [{ ...meant(item, bin), ...quantity.value! }]
    if (plateId !== NEW) return load.run({ plateId, goods })
    build.run({
      locationId: bin.locationId,
      kind: kind as 'pallet',
      ...(sscc.trim() !== '' && { sscc: label }),
      goods,
    })
  }
  return (
    <ActionDialog
      title={`Put ${item.sku} onto a plate`}
      about={`From ${wordsOf(bin)}; the plate stands in the same bin and is then moved as one.`}
      action={plateId === NEW ? 'Build plate' : 'Load plate'}
      busy={command.busy}
      error={command.error}
      ready={quantity.wrong ?? wrongLabel}
      run={run}
      close={close}
    >
      {(tried) => (
        <>
          <QuantityField item={item} quantity={quantity} tried={tried} hint={`${count(movable)} can go`} />
          <Field
            name="plate"
            label="Plate"
            value={plateId}
            onChange={setPlate}
            options={[
              { value: NEW, label: 'A new plate' },
              ...others.map((plate) => ({ value: plate.id, label: `${plate.kind} ${plate.sscc}` })),
            ]}
          />
          {plateId === NEW && (
            <>
              <Field name="kind" label="Kind" value={kind} onChange={setKind} options={kinds} />
              <Field
                name="sscc"
                label="Label (SSCC)"
                hint="Left empty: a label of ours"
                inputMode="numeric"
                autoComplete="off"
                value={sscc}
                onChange={setSscc}
                error={tried ? wrongLabel : null}
              />
            </>
          )}
        </>
      )}
    </ActionDialog>
  )
}
