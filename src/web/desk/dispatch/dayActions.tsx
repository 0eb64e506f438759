import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import type { Board } from './types.ts'
import { VehiclesDialog } from './vehiclesDialog.tsx'

interface Props {
  readonly siteId: string
  readonly board: Board
  readonly setDay: (day: string) => void
}

/** What may be done to a whole day: another one, its vehicles, plan it, release what is planned. */
export function DayActions({ siteId, board, setDay }: Props) {
  const may = useMay()('delivery.plan')
  const [shown, setShown] = useState<'vehicles' | 'anew' | null>(null)
  const plan = useCommand(api.delivery.plan, {
    said: ({ stops, routes, left }) =>
      `${plural(stops, 'stop')} on ${plural(routes, 'vehicle')}${left > 0 ? `, ${left} left over: see why` : ''}`,
  })
  const release = useCommand(api.delivery.release, { said: ({ released }) => `Released: ${released.join(', ')}` })
  const planned = board.lanes.flatMap(({ route }) =>
    route?.state === 'planned' && route.stops.length > 0 ? [route] : [],
  )
  const ready = planned.filter(({ broken, stops }) => !broken && stops.some((stop) => !stop.gone))
  const barred =
    board.day < board.today ? 'This day is over.' : board.lanes.length === 0 ? 'Save a vehicle first.' : null
  const planNow = () => {
    setShown(null)
    plan.run({ siteId, day: board.day })
  }
  const planDay = () => {
    if (barred !== null || plan.busy) return
    if (planned.length > 0) setShown('anew')
    else planNow()
  }
  useCommands(may ? [{ id: 'plan-routes', title: 'Plan the routes of the day', keys: 'n', run: planDay }] : [])
  return (
    <>
      <input
        className="input day"
        type="date"
        aria-label="Day"
        value={board.day}
        onChange={(event) => event.target.value && setDay(event.target.value)}
      />
      <Button onClick={() => setShown('vehicles')}>Vehicles</Button>
      {may && (
        <Button
          hotkey="N"
          look={planned.length === 0 ? 'primary' : 'plain'}
          disabled={plan.busy}
          blocked={barred}
          onClick={planDay}
        >
          {plan.busy ? 'Planning…' : planned.length > 0 ? 'Plan anew' : 'Plan routes'}
        </Button>
      )}
      {may && ready.length > 0 && (
        <Button
          look="primary"
          disabled={release.busy}
          blocked={barred}
          onClick={() =>
            release.run({
              siteId,
              day: board.day,
              routes: ready.map(({ id, version }) => ({ routeId: id, version })),
            })
          }
        >
          Release {plural(ready.length, 'route')}
        </Button>
      )}
      {shown === 'vehicles' && <VehiclesDialog siteId={siteId} close={() => setShown(null)} />}
      {shown === 'anew' && (
        <Dialog
          label="Plan anew"
          close={() => setShown(null)}
          submit={planNow}
          foot={
            <>
              <Button onClick={() => setShown(null)}>Leave them</Button>
              <Button look="primary" type="submit">
                Plan anew
              </Button>
            </>
          }
        >
          <div className="dialog-body">
            <h2>Plan anew</h2>
            <p className="quiet">
              {plural(planned.length, 'planned route')} will be laid anew; what was moved by hand may move again.
              Released routes stay as they are.
            </p>
          </div>
        </Dialog>
      )}
    </>
  )
}
