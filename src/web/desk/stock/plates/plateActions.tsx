import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand, useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Field } from '../../../kit/parts/field.tsx'
import { wordOf } from '../../../kit/parts/status.tsx'
import { ActionDialog, type Place, PlaceField } from '../bins/actionDialog.tsx'

export type PlateData = OutputOfCall<typeof api.stock.lpn>
const handled = new Set(['storage', 'pick', 'dock', 'quarantine'])

/** What may be done with a plate where it stands. */
export function PlateActions({ data }: { data: PlateData }) {
  const { plate, contents } = data
  const may = useMay()
  const [moving, move] = useState(false)
  const [breaking, breakUp] = useState(false)
  const [stacking, stack] = useState(false)
  const plateId = plate.id
  const close = useCommand(api.warehouse.closePlate, {
    said: plate.closedAt ? 'Open: goods go on and off again' : 'Closed: nothing goes on or off',
  })
  const lift = useCommand(api.warehouse.nestPlate, { said: 'It stands on the ground' })
  if (!may('warehouse.pick') || plate.endedAt) return null
  const here = handled.has(plate.locationKind)
  const notHere = here ? null : 'It goes by its shipment: it was picked for an order, or is on the road.'
  return (
    <>
      <Button
        blocked={here || plate.locationKind === 'stage' ? null : notHere}
        look="danger"
        onClick={() => breakUp(true)}
      >
        Break up
      </Button>
      {plate.parentId ? (
        <Button blocked={notHere} disabled={lift.busy} onClick={() => lift.run({ plateId, parentId: null })}>
          Lift off
        </Button>
      ) : (
        <Button blocked={notHere} onClick={() => stack(true)}>
          Stack
        </Button>
      )}
      <Button blocked={notHere} disabled={close.busy} onClick={() => close.run({ plateId, closed: !plate.closedAt })}>
        {plate.closedAt ? 'Open' : 'Close'}
      </Button>
      <Button look="primary" blocked={notHere} onClick={() => move(true)}>
        Move
      </Button>
      {moving && <MovePlate data={data} close={() => move(false)} />}
      {stacking && <StackPlate data={data} close={() => stack(false)} />}
      {breaking && (
        <BreakPlate sscc={plate.sscc} plateId={plateId} rows={contents.length} close={() => breakUp(false)} />
      )}
    </>
  )
}

function MovePlate({ data, close }: { data: PlateData; close: () => void }) {
  const { plate, plates, contents } = data
  const [to, setTo] = useState<Place | null>(null)
  const move = useCommand(api.warehouse.movePlate, {
    said: ({ qty }) => `Plate moved to ${to?.code} with ${count(qty)} units`,
    quiet: true,
    done: close,
  })
  const wrong = to === null ? 'Choose where it goes.' : to.id === plate.locationId ? 'It stands there already.' : null
  const units = contents.reduce((sum, row) => sum + row.onHand, 0)
  return (
    <ActionDialog
      title="Move the plate"
      about={`With all that is on it: ${count(units)} units${plates.length > 0 ? ` and ${count(plates.length)} more plates` : ''}.${plate.parentId ? ' It is lifted off the plate it stands on.' : ''}`}
      action="Move"
      busy={move.busy}
      error={move.error}
      ready={wrong}
      run={() => move.run({ plateId: plate.id, toLocationId: to!.id })}
      close={close}
    >
      {(tried) => (
        <PlaceField siteId={plate.siteId} label="To bin" value={to} onChange={setTo} error={tried ? wrong : null} />
      )}
    </ActionDialog>
  )
}

/** Onto another open plate that stands in the same place; not onto one that stands on it. */
function StackPlate({ data, close }: { data: PlateData; close: () => void }) {
  const { plate, plates } = data
  const [parentId, setParent] = useState('')
  const here = useRead(api.stock.plates, {
    siteId: plate.siteId,
    filter: `state:open location:${JSON.stringify(plate.location)}`,
    limit: 100,
  })
  const above = new Set([plate.id, ...plates.map((one) => one.id)])
  const others = (here.data?.rows ?? []).filter((one) => !above.has(one.id) && one.location === plate.location)
  const chosen = others.find((one) => one.id === parentId)
  const nest = useCommand(api.warehouse.nestPlate, {
    said: `It stands on plate ${chosen?.sscc}`,
    quiet: true,
    done: close,
  })
  const wrong = chosen
    ? null
    : here.data && others.length === 0
      ? `No other open plate stands in ${plate.location}.`
      : 'Choose the plate below it.'
  return (
    <ActionDialog
      title="Stack the plate"
      about="Onto another plate in the same place: from then on they move as one."
      action="Stack"
      busy={nest.busy}
      error={nest.error}
      ready={wrong}
      run={() => nest.run({ plateId: plate.id, parentId })}
      close={close}
    >
      {(tried) => (
        <Field
          name="parent"
          label="Onto"
          value={parentId}
          onChange={setParent}
          error={tried ? wrong : null}
          options={[
            { value: '', label: 'Choose…' },
            ...others.map((one) => ({ value: one.id, label: `${wordOf(one.kind)} ${one.sscc}` })),
          ]}
        />
      )}
    </ActionDialog>
  )
}

function BreakPlate({
  sscc,
  plateId,
  rows,
  close,
}: {
  sscc: string
  plateId: string
  rows: number
  close: () => void
}) {
  const run = useCommand(api.warehouse.breakPlate, { said: `Plate ${sscc} is broken up`, quiet: true, done: close })
  return (
    <ActionDialog
      title="Break up the plate"
      about={
        rows === 0
          ? 'It is empty. Its label is done with.'
          : 'Its goods stand loose where it stood, plates on it stand on the ground; its label is done with.'
      }
      action="Break up"
      danger
      busy={run.busy}
      error={run.error}
      ready={null}
      run={() => run.run({ plateId })}
      close={close}
    >
      {() => null}
    </ActionDialog>
  )
}
