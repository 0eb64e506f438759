import { api } from '../../kit/data/api.ts'
import { money } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useSite } from '../../kit/data/session.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { pathOf } from '../../kit/shell/places.ts'

type Row = OutputOfCall<typeof api.insight.decisions>['rows'][number]

/** @param currency the company's; empty while it is not known yet. */
const columnsOf = (currency: string): readonly Column<Row>[] => [
  {
    key: 'type',
    title: 'What',
    width: '120px',
    sort: 'type',
    phone: 'second-end',
    cell: (r) => <Status tone={r.tone} word={r.label} />,
    text: (r) => r.label,
  },
  {
    key: 'ref',
    title: 'Record',
    width: '116px',
    sort: 'ref',
    phone: 'second',
    cell: (r) => <span className="mono">{r.ref}</span>,
    text: (r) => r.ref,
  },
  {
    key: 'party',
    title: 'Customer or item',
    width: 'minmax(180px, 1fr)',
    sort: 'party',
    phone: 'first',
    cell: (r) => r.party,
    text: (r) => r.party,
  },
  {
    key: 'detail',
    title: 'Why',
    width: 'minmax(200px, 1fr)',
    cell: (r) => <span className="quiet">{r.detail}</span>,
    text: (r) => r.detail,
  },
  {
    key: 'risk',
    title: 'At risk',
    width: '120px',
    number: true,
    sort: 'risk',
    phone: 'end',
    cell: (r) => currency && money(r.riskMinor, currency),
    text: (r) => currency && money(r.riskMinor, currency),
  },
]

/** All that needs a decision, however much it is; Today shows the dearest of it. */
export function Decisions() {
  const site = useSite()
  const at = site ? { siteId: site.id } : {}
  const currency = useRead(api.insight.today, at).data?.currency ?? ''
  return (
    <ListPage
      title="Needs a decision"
      screen="decisions"
      call={api.insight.decisions}
      input={() => at}
      columns={columnsOf(currency)}
      example="type:late risk>1000…"
      open={(row) => row.action.to ?? pathOf(row.kind, row.refId) ?? '/orders?filter=status:shipped'}
      empty={(filter) => <Empty>{filter ? `Nothing fits “${filter}”.` : 'Nothing waits for a decision.'}</Empty>}
    />
  )
}
