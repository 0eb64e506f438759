import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { instant, percent, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { FenceDialog } from './fenceDialog.tsx'

export type Fence = OutputOfCall<typeof api.promise.fences>['fences'][number]

/** What fences keep, and until when; who may opens one, or puts up another. */
export function Fences() {
  const may = useMay()
  const fences = useRead(api.promise.fences, {})
  const [all, showAll] = useState(false)
  const [adding, add] = useState(false)
  const rows = fences.data?.fences.filter((one) => all || one.openedAt === null) ?? []
  return (
    <section className="card" aria-label="Kept for channels">
      <div className="card-head">
        <h2>Kept for channels</h2>
        <span className="quiet">{fences.data && plural(rows.length, 'fence')}</span>
        <Button small onClick={() => showAll(!all)}>
          {all ? 'Only what stands' : 'Opened ones too'}
        </Button>
        {may('promise.rules') && (
          <Button small onClick={() => add(true)}>
            Keep for a channel
          </Button>
        )}
      </div>
      <Wide label="Kept for channels">
        <Answer query={fences}>
          {() => (rows.length === 0 ? <Empty>All stock is free to every channel.</Empty> : <Rows rows={rows} />)}
        </Answer>
      </Wide>
      {adding && fences.data && (
        <FenceDialog
          channels={fences.data.shares.map((one) => ({ id: one.channelId, name: one.channel }))}
          close={() => add(false)}
        />
      )}
    </section>
  )
}

const howMuch = ({ qty, percentPpm }: Fence) => (qty === null ? percent(percentPpm) : plural(qty, 'unit'))

const Rows = ({ rows }: { rows: readonly Fence[] }) => (
  <table className="table tight">
    <thead>
      <tr>
        <th>Channel</th>
        <th>Of</th>
        <th>At</th>
        <th className="num">How much</th>
        <th>From</th>
        <th>To</th>
        <td />
      </tr>
    </thead>
    <tbody>
      {rows.map((fence) => (
        <tr key={fence.id} className={fence.openedAt === null ? undefined : 'quiet'}>
          <td>{fence.channel}</td>
          <td>
            {fence.itemId ? (
              <Link {...linkTo(`/stock/${fence.itemId}`)} className="mono link-hover">
                {fence.sku}
              </Link>
            ) : (
              (fence.category ?? 'every item')
            )}
          </td>
          <td>{fence.site ?? 'every site'}</td>
          <td className="num">{howMuch(fence)}</td>
          <td>{fence.startsOn}</td>
          <td>{fence.until ?? 'until opened'}</td>
          <td className="num">
            {fence.openedAt === null ? (
              <Open fence={fence} />
            ) : (
              `opened ${instant(fence.openedAt)} by ${fence.openedBy}`
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

function Open({ fence }: { fence: Fence }) {
  const may = useMay()
  const open = useCommand(api.promise.openFence, {
    said: ({ lines }) =>
      lines === 0 ? 'Open to all; nobody waited for it' : `Open to all; ${plural(lines, 'waiting line')} served`,
  })
  if (!may('promise.rules')) return null
  return (
    <Button
      small
      aria-label={`Open to all: ${fence.sku ?? fence.category ?? 'every item'}, kept for ${fence.channel}`}
      disabled={open.busy}
      onClick={() => open.run({ fenceId: fence.id })}
    >
      Open to all
    </Button>
  )
}
