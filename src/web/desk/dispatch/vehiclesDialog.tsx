import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { decimal, minorDigits } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { clock, kg } from './figures.ts'

type Answered = OutputOfCall<typeof api.delivery.vehicles>
type Vehicle = Answered['vehicles'][number]

/** The vehicles of a site: what they hold, their shifts, costs and emissions. */
export function VehiclesDialog({ siteId, close }: { siteId: string; close: () => void }) {
  const may = useMay()
  const vehicles = useRead(api.delivery.vehicles, { siteId })
  const [edited, setEdited] = useState<Vehicle | 'new' | null>(null)
  return (
    <Dialog label="Vehicles" close={close}>
      <div className="dialog-body">
        <h2>Vehicles</h2>
        <Answer query={vehicles}>
          {(data) =>
            edited ? (
              <VehicleForm
                key={edited === 'new' ? 'new' : edited.id}
                siteId={siteId}
                van={edited === 'new' ? null : edited}
                factors={data.factors}
                done={() => setEdited(null)}
              />
            ) : (
              <>
                <ul className="vans">
                  {data.vehicles.map((van) => (
                    <li key={van.id}>
                      <span>
                        <b>{van.code}</b> {van.name}{' '}
                        <span className="quiet">
                          {kg(van.capacityG)}, {clock(van.shiftFrom * 60)}–{clock(van.shiftTo * 60)}
                          {!van.active && ', not used'}
                        </span>
                      </span>
                      {may('delivery.fleet') && (
                        <Button small onClick={() => setEdited(van)}>
                          Change {van.code}
                        </Button>
                      )}
                    </li>
                  ))}
                </ul>
                {may('delivery.fleet') && <Button onClick={() => setEdited('new')}>Add a vehicle</Button>}
              </>
            )
          }
        </Answer>
      </div>
    </Dialog>
  )
}

const text = (title: string, value: string) => ({ title, minLength: 1, maxLength: 80, default: value })
const whole = (title: string, value: number) => ({
  type: 'integer' as const,
  title,
  minimum: 1,
  maximum: 1_000_000,
  default: value,
})
/** Half hours, and what it is now. */
const hour = (title: string, minutes: number) => {
  const times = Array.from({ length: 49 }, (_, n) => n * 30)
  const all = times.includes(minutes) ? times : [...times, minutes].toSorted((x, y) => x - y)
  const words = Object.fromEntries(all.map((one) => [String(one), clock(one * 60)]))
  return { title, enum: all.map(String), 'x-words': words, default: String(minutes) }
}
const amount = (title: string, minor: number | null | undefined, currency: string) => ({
  type: 'integer' as const,
  title,
  minimum: 0,
  'x-unit': 'minor' as const,
  default: decimal(minor ?? 0, minorDigits(currency)),
})

function VehicleForm({
  siteId,
  van,
  factors,
  done,
}: {
  siteId: string
  van: Vehicle | null
  factors: readonly string[]
  done: () => void
}) {
  const { currency } = useMe().company
  // Who does not see costs does not write them.
  const costs = useMay()('cost.read')
  const save = useCommand(api.delivery.saveVehicles, { said: 'Saved', quiet: true, done })
  return (
    <Form
      schema={{
        properties: {
          ...(!van && { code: text('Code', '') }),
          name: text('Name', van?.name ?? ''),
          capacityKg: whole('Load (kg)', Math.round((van?.capacityG ?? 1_200_000) / 1_000)),
          capacityDm3: {
            ...whole('Load (litres; empty: any)', 0),
            default: van ? (van.capacityMl === null ? '' : String(Math.round(van.capacityMl / 1_000))) : '8000',
          },
          shiftFrom: hour('Shift begins', van?.shiftFrom ?? 420),
          shiftTo: hour('Shift ends', van?.shiftTo ?? 960),
          ...(costs && {
            dayCostMinor: amount('A day costs', van?.dayCostMinor, currency),
            hourCostMinor: amount('An hour costs', van?.hourCostMinor, currency),
            kmCostMinor: amount('A kilometre costs', van?.kmCostMinor, currency),
          }),
          emissionFactor: { title: 'Emits as', enum: ['', ...factors], default: van?.emissionFactor ?? '' },
          ...(van && {
            active: {
              title: 'In use',
              enum: ['yes', 'no'],
              'x-words': { yes: 'Yes', no: 'No' },
              default: van.active ? 'yes' : 'no',
            },
          }),
        },
        required: ['code', 'name', 'capacityKg'],
      }}
      currency={currency}
      action="Save"
      busy={save.busy}
      error={save.error}
      onSubmit={(given) =>
        save.run({
          vehicles: [
            {
              siteId,
              code: van?.code ?? String(given.code),
              name: String(given.name),
              capacityG: Number(given.capacityKg) * 1_000,
              capacityMl: given.capacityDm3 === undefined ? null : Number(given.capacityDm3) * 1_000,
              shiftFrom: Number(given.shiftFrom),
              shiftTo: Number(given.shiftTo),
              ...(costs && {
                dayCostMinor: Number(given.dayCostMinor ?? 0),
                hourCostMinor: Number(given.hourCostMinor ?? 0),
                kmCostMinor: Number(given.kmCostMinor ?? 0),
              }),
              emissionFactor: given.emissionFactor ? String(given.emissionFactor) : null,
              ...(van && { active: given.active !== 'no' }),
            },
          ],
        })
      }
    />
  )
}
