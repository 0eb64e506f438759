import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, countTo, instant, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import { type Column, Grid } from '../../kit/grid/grid.tsx'
import { FilterBox } from '../../kit/grid/tools.tsx'
import { useView } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Empty, Progress } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { toast } from '../../kit/parts/toast.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'

type Row = OutputOfCall<typeof api.warehouse.waves>['rows'][number]

const columns: readonly Column<Row>[] = [
  {
    key: 'number',
    title: 'Wave',
    width: '110px',
    phone: 'first',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  {
    key: 'status',
    title: 'Status',
    width: '110px',
    phone: 'end',
    cell: (r) => <Status state={r.status} />,
    text: (r) => r.status,
  },
  { key: 'site', title: 'Site', width: 'minmax(110px, 1fr)', cell: (r) => r.site, text: (r) => r.site },
  {
    key: 'orders',
    title: 'Orders',
    width: '72px',
    number: true,
    cell: (r) => count(r.orders),
    text: (r) => String(r.orders),
  },
  {
    key: 'lines',
    title: 'Lines',
    width: '72px',
    number: true,
    cell: (r) => count(r.lines),
    text: (r) => String(r.lines),
  },
  {
    key: 'tasks',
    title: 'Picks',
    width: '110px',
    number: true,
    phone: 'second-end',
    cell: (r) => `${count(r.tasksDone)} / ${count(r.tasks)}`,
    text: (r) => `${r.tasksDone}/${r.tasks}`,
  },
  {
    key: 'progress',
    title: 'Progress',
    width: '160px',
    cell: (r) => <Progress done={r.tasksDone} total={r.tasks} label={`Picks of ${r.number}`} />,
  },
  {
    key: 'created',
    title: 'Created',
    width: '130px',
    phone: 'second',
    cell: (r) => instant(r.createdAt),
    text: (r) => r.createdAt,
  },
]

/** What may be released to the floor, and how far each wave is. */
export function Waves() {
  const [view, change] = useView()
  const site = useSite()
  const may = useMay()
  const navigate = useNavigate()
  const [total, setTotal] = useState<number | null>(null)
  const waiting = useRead(api.warehouse.toWave, { siteId: site?.id ?? '' }, { enabled: site !== null })
  const create = useCommand(api.warehouse.createWave, {
    said: (wave) => `Wave ${wave.number}: ${plural(wave.tasks, 'pick')} for ${plural(wave.orders, 'order')}`,
    done: (wave) => navigate(linkTo(`/waves/${wave.id}`)),
  })
  const orders = waiting.data?.orders ?? 0
  const why = !site ? 'You see no site.' : orders === 0 ? 'No released order waits with allocated stock.' : null
  const start = () => {
    if (why) toast(why)
    else if (site && !create.busy) create.run({ siteId: site.id })
  }
  const allowed = may('warehouse.wave')
  useCommands(allowed ? [{ id: 'new-wave', title: 'Create a wave', keys: 'n', run: start }] : [])
  return (
    <Page
      full
      title="Waves & picking"
      beside={[countTo(total), site?.name].filter(Boolean).join(' · ')}
      actions={
        <>
          <FilterBox view={view} change={change} example="status:picking…" />
          {allowed && (
            <Button look="primary" hotkey="N" blocked={why} disabled={create.busy} onClick={start}>
              {orders > 0
                ? `Wave ${plural(orders, 'order')}, ${plural(waiting.data?.lines ?? 0, 'line')}`
                : 'Create wave'}
            </Button>
          )}
        </>
      }
    >
      <Grid
        label="Waves"
        call={api.warehouse.waves}
        input={site ? { siteId: site.id } : {}}
        columns={columns}
        view={view}
        change={change}
        open={(row) => `/waves/${row.id}`}
        onTotal={setTotal}
        empty={
          <Empty>
            {view.filter ? `No wave fits “${view.filter}”.` : 'No wave yet. Release orders, then wave them here.'}
          </Empty>
        }
      />
    </Page>
  )
}
