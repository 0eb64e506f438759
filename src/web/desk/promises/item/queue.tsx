import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { countTo } from '../../../kit/data/format.ts'
import { useMay, useMe } from '../../../kit/data/session.ts'
import { Grid } from '../../../kit/grid/grid.tsx'
import { FilterBox } from '../../../kit/grid/tools.tsx'
import { type View, wholeList } from '../../../kit/grid/view.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Empty } from '../../../kit/parts/states.tsx'
import { pathOf } from '../../../kit/shell/places.ts'
import { Chips } from '../chips.tsx'
import type { Supplies, WaitingRow } from '../types.ts'
import type { SourceOf } from './promiseItem.tsx'
import { QueueActions } from './queueActions.tsx'
import { queueColumns } from './queueColumns.tsx'

/** Who waits, in the order in which a re-plan serves them. */
export function Queue({
  supplies: { site, item },
  of,
  clear,
}: {
  supplies: Supplies
  of: SourceOf
  clear: () => void
}) {
  const { company } = useMe()
  const may = useMay()
  const [view, setView] = useState<View>(wholeList)
  const [total, setTotal] = useState<number | null>(null)
  const [picked, setPicked] = useState<ReadonlyMap<string, WaitingRow>>(new Map())
  const change = (next: Partial<View>) => setView((now) => ({ ...now, ...next }))
  const works = ['sales.confirm', 'sales.cancel', 'promise.allocate'].some(may)
  return (
    <section className="card" aria-label="Who waits">
      <div className="queue-head">
        <h2>Who waits</h2>
        <span className="quiet">{countTo(total)}</span>
        {of && (
          <Button small className="button small choice" aria-pressed onClick={clear} title="Show all that wait">
            From {of.name} ×
          </Button>
        )}
        <Chips view={view} change={change} />
        <span className="push" />
        <FilterBox view={view} change={change} example="customer:Bistro class:1 late:yes…" codes="order" />
        {works && <QueueActions picked={picked} clear={() => setPicked(new Map())} />}
      </div>
      <div className="queue-box">
        <Grid
          label={`Lines that wait for ${item.sku}, first served first`}
          call={api.promise.waiting}
          input={{
            siteId: site.id,
            itemId: item.id,
            ...(of && ('stock' in of ? { fromStock: true } : { supplyId: of.supplyId })),
          }}
          columns={queueColumns(company.currency)}
          view={view}
          change={change}
          onTotal={setTotal}
          open={(row) =>
            (row.orderId && pathOf(row.kind === 'transfer' ? 'transfer_order' : 'sales_order', row.orderId)) ??
            '/promises'
          }
          picks={works ? { picked, set: setPicked, nameOf: (row) => row.order ?? row.sku } : undefined}
          empty={
            <Empty>
              {view.filter || of
                ? 'Nothing that waits fits this.'
                : 'Nobody waits: all that is ordered is set aside or gone.'}
            </Empty>
          }
        />
      </div>
    </section>
  )
}
