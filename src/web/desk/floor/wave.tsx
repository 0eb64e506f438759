import { useParams } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import '../../kit/css/floor.css'
import { api } from '../../kit/data/api.ts'
import { count, instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Progress } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { PrintSheet } from '../../kit/print/sheet.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { PickList } from './pickList.tsx'
import { pickSheet } from './pickSheet.ts'
import { useWalk } from './useWalk.ts'
import { WaveOrders } from './waveOrders.tsx'

export type WaveData = OutputOfCall<typeof api.warehouse.wave>

/** A wave: what is to be picked next, and each of its orders from picking to the truck. */
export function Wave() {
  const { id } = useParams() as { id: string }
  const wave = useRead(api.warehouse.wave, { id })
  const data = wave.data
  const tasks = useWalk(data)
  const whole = data !== undefined && tasks.length >= data.tasksTotal
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Wave'}
      beside={data && `${data.site} · ${instant(data.createdAt)}`}
      actions={
        data && (
          <>
            <Status state={data.status} />
            <span className="quiet">
              {count(data.tasksDone)} / {count(data.tasksTotal)} picks
            </span>
            {data.walkMm !== null && <span className="quiet">{walkOf(data)}</span>}
            <Button disabled={!whole} onClick={() => window.print()}>
              {whole ? 'Print pick list' : `Reading the walk: ${count(tasks.length)} of ${count(data.tasksTotal)}`}
            </Button>
          </>
        )
      }
    >
      <Answer query={wave}>
        {(data) => (
          <div className="stack">
            <Progress done={data.tasksDone} total={data.tasksTotal} label="Picks done" />
            <div className="cols flow">
              <PickList tasks={tasks} />
              <WaveOrders orders={data.orders} siteId={data.siteId} />
            </div>
            <PrintSheet sheet={() => pickSheet({ ...data, tasks })} />
          </div>
        )}
      </Answer>
    </Page>
  )
}

const metres = (mm: number): string => `${count(Math.round(mm / 1000))} m`

/** The walk, and what the order of bins would have taken more. */
const walkOf = ({ walkMm, walkBeforeMm }: WaveData): string => {
  const saved = (walkBeforeMm ?? 0) - (walkMm ?? 0)
  return `walk ${metres(walkMm ?? 0)}${saved >= 1_000 ? `, ${metres(saved)} less than bin by bin` : ''}`
}
