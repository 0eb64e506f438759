import { api } from '../../kit/data/api.ts'
import { count, duration, money } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useSite } from '../../kit/data/session.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { pathOf } from '../../kit/shell/places.ts'
import { useParams } from '../../kit/shell/route.tsx'

type Row = OutputOfCall<typeof api.insight.records>['rows'][number]
type Unit = OutputOfCall<typeof api.insight.today>['kpis'][number]['unit']

const worded = (unit: Unit, row: Row, currency: string): string =>
  unit === 'minutes'
    ? duration(row.part)
    : unit === 'minor'
      ? money(row.part, currency)
      : `${count(row.part)} of ${count(row.whole)}`

const columnsOf = (unit: Unit, currency: string): readonly Column<Row>[] => [
  { key: 'day', title: 'Day', width: '96px', sort: 'day', phone: 'second', cell: (r) => r.day, text: (r) => r.day },
  {
    key: 'ref',
    title: 'Record',
    width: '116px',
    sort: 'ref',
    phone: 'second-end',
    cell: (r) => <span className="mono">{r.ref}</span>,
    text: (r) => r.ref,
  },
  {
    key: 'party',
    title: 'Customer',
    width: 'minmax(180px, 1fr)',
    sort: 'party',
    phone: 'first',
    cell: (r) => r.party,
    text: (r) => r.party ?? '',
  },
  {
    key: 'what',
    title: 'Of',
    width: '116px',
    sort: 'what',
    cell: (r) => <span className="mono">{r.what}</span>,
    text: (r) => r.what ?? '',
  },
  {
    key: 'part',
    title: 'Figure',
    width: '120px',
    number: true,
    sort: 'part',
    phone: 'end',
    cell: (r) => worded(unit, r, currency),
    text: (r) => worded(unit, r, currency),
  },
  {
    key: 'good',
    title: 'Counts',
    width: '112px',
    sort: 'good',
    cell: (r) =>
      unit === 'minor' ? null : r.good ? <span className="quiet">yes</span> : <Status tone="bad" word="no" />,
    text: (r) => (r.good ? 'yes' : 'no'),
  },
]

/** The records behind a figure of Today: what it was summed over, in the days that the address names. */
export function Figure() {
  const { key } = useParams() as { key: string }
  const site = useSite()
  const at = site ? { siteId: site.id } : {}
  const today = useRead(api.insight.today, at).data
  const kpi = today?.kpis.find((one) => one.key === key)
  return (
    <ListPage
      title={kpi?.label ?? 'Figure'}
      label={kpi ? `${kpi.label}: ${kpi.definition}` : undefined}
      screen={`figure-${key}`}
      call={api.insight.records}
      input={() => ({ key, ...at })}
      columns={columnsOf(kpi?.unit ?? 'ppm', today?.currency ?? '')}
      example="day:2026-01-31 good:no…"
      open={(row) => (row.refId && pathOf(row.kind, row.refId)) || '/'}
      empty={(filter) => <Empty>{filter ? `No record fits “${filter}”.` : 'Nothing in these weeks yet.'}</Empty>}
    />
  )
}
