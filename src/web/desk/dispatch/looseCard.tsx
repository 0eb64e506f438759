import { useState } from 'react'
import { plural } from '../../kit/data/format.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { kg } from './figures.ts'
import { type Board, idOf, type Picked } from './types.ts'
import type { Drag } from './useDrag.ts'

/** So many are listed before more is asked for. */
const SHOWN = 6

interface Props {
  readonly board: Board
  readonly selected: string | null
  readonly select: (picked: Picked) => void
  readonly drag: Drag
}

/** Due, and on no route: why, each by itself. It can be dragged onto a route where a place allows it. */
export function LooseCard({ board, selected, select, drag }: Props) {
  const [all, setAll] = useState(false)
  const rows = all ? board.loose : board.loose.slice(0, SHOWN)
  return (
    <section className="card van-lane" aria-label="On no route">
      <header>
        <b>On no route</b>
        <Status tone="warn" word={plural(board.loose.length, 'stop')} />
      </header>
      {board.later > 0 && <p className="quiet">{plural(board.later, 'order')} more need not leave yet.</p>}
      <ul className="loose-stops">
        {rows.map((stop) => {
          const { addressId, part } = stop
          const picked = addressId === null ? null : { addressId, part }
          const on = picked !== null && selected === idOf(picked)
          return (
            <li key={stop.orders.map(({ orderId }) => orderId).join()}>
              <button
                type="button"
                className={`chip${on ? ' on' : ''}${stop.late ? ' bad' : ''}`}
                aria-pressed={on}
                disabled={addressId === null}
                onClick={() => picked && select(picked)}
                {...(picked && stop.latE7 !== null ? drag.source(picked) : {})}
              >
                {stop.customer} <span className="quiet">{stop.city}</span> {kg(stop.weightG)}
                {stop.late && <em> late</em>}
              </button>
              <span className="quiet">{stop.reason}</span>
            </li>
          )
        })}
      </ul>
      {board.loose.length > SHOWN && (
        <Button small look="bare" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${board.loose.length}`}
        </Button>
      )}
    </section>
  )
}
