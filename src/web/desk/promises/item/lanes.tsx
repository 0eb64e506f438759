import { useState } from 'react'
import { count, day, plural } from '../../../kit/data/format.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Status, wordOf } from '../../../kit/parts/status.tsx'
import type { Supplies, Supply } from '../types.ts'
import type { SourceOf } from './promiseItem.tsx'
import { SupplyDialog } from './supplyDialog.tsx'
import { TimeLine } from './timeLine.tsx'

/** Stock on hand and each supply in its order of time; how much of each is promised, and to how many orders. */
export function Lanes({
  supplies: data,
  of,
  show,
}: {
  supplies: Supplies
  of: SourceOf
  show: (of: SourceOf) => void
}) {
  const may = useMay()
  const [changing, change] = useState<Supply | null>(null)
  const { supplies, item } = data
  const free = data.onHand - data.allocated - data.held
  const shownStock = of !== null && 'stock' in of
  return (
    <section className="card" aria-label="Supply">
      <div className="card-head">
        <h2>Supply on its line of time</h2>
        <span className="quiet small push">
          {supplies.length === 0
            ? 'Nothing is on its way.'
            : `${plural(supplies.length, 'supply', 'supplies')} to come`}
        </span>
      </div>
      <div className="card-body">
        <TimeLine supplies={data} />
        <ul className="lanes">
          <Lane
            name="On hand"
            detail="now"
            promised={Math.min(data.promised, free)}
            all={free}
            uom={item.uom}
            shown={shownStock}
            show={() => show(shownStock ? null : { stock: true, name: 'stock on hand' })}
          />
          {supplies.map((one) => {
            const shown = of !== null && 'supplyId' in of && of.supplyId === one.id
            return (
              <Lane
                key={one.id}
                name={one.ref}
                detail={`${wordOf(one.kind)}${one.from ? `, ${one.from}` : ''} · due ${day(one.dueOn)}, to pick from ${day(one.stockedOn)}`}
                promised={one.promised}
                all={one.expected - one.received}
                uom={item.uom}
                orders={one.orders}
                overdue={one.overdue}
                shown={shown}
                show={() => show(shown ? null : { supplyId: one.id, name: one.ref })}
                change={may('stock.supply') && !one.ofDocument ? () => change(one) : undefined}
              />
            )
          })}
        </ul>
      </div>
      {changing && <SupplyDialog supply={changing} supplies={data} close={() => change(null)} />}
    </section>
  )
}

function Lane({
  name,
  detail,
  promised,
  all,
  uom,
  orders,
  overdue,
  shown,
  show,
  change,
}: {
  name: string
  detail: string
  promised: number
  all: number
  uom: string
  orders?: number
  overdue?: boolean
  shown: boolean
  show: () => void
  change?: (() => void) | undefined
}) {
  const share = all > 0 ? Math.min(100, (promised / all) * 100) : 0
  return (
    <li className="lane">
      <span className="lane-name">
        <span className="mono strong">{name}</span> {overdue && <Status tone="bad" word="Overdue" />}
        <span className="quiet small text">{detail}</span>
      </span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width={share} height="8" fill="currentColor" />
      </svg>
      <span className="num">
        <span className="strong">{count(Math.max(0, all - promised))}</span>{' '}
        <span className="quiet">
          free of {count(all)} {uom}
        </span>
      </span>
      <Button small aria-pressed={shown} className="button small choice" onClick={show}>
        {orders === undefined ? 'Who has it' : plural(orders, 'order')}
        <span className="hidden"> of {name}</span>
      </Button>
      {change ? (
        <Button small onClick={change}>
          Change<span className="hidden"> {name}</span>
        </Button>
      ) : (
        <span />
      )}
    </li>
  )
}
