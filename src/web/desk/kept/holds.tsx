import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, instant, money, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { ExtendDialog } from './extendDialog.tsx'

export type Hold = OutputOfCall<typeof api.promise.holds>['rows'][number]

const words: Readonly<Record<Hold['state'], string>> = {
  open: 'Kept',
  past: 'Run out',
  taken: 'Ordered',
  released: 'Let go',
  expired: 'Run out',
  lost: 'Lost',
}

/** What reps keep, the soonest to end first; with the ended ones on request. */
export function Holds({ itemId }: { itemId?: string }) {
  const [all, showAll] = useState(false)
  const filter = [itemId && `itemId:${itemId}`, !all && 'state:open'].filter(Boolean).join(' ')
  const holds = useRead(
    api.promise.holds,
    { limit: 200, sort: all ? '-madeAt' : 'expiresAt', ...(filter && { filter }) },
    { keep: true },
  )
  return (
    <section className="card" aria-label="Kept by reps">
      <div className="card-head">
        <h2>Kept for customers</h2>
        <span className="quiet">{holds.data && plural(holds.data.total, 'hold')}</span>
        <Button small onClick={() => showAll(!all)}>
          {all ? 'Only what is kept now' : 'Ended ones too'}
        </Button>
      </div>
      <Wide label="Kept for customers">
        <Answer query={holds}>
          {({ rows }) => (rows.length === 0 ? <Empty>Nothing is kept for a customer.</Empty> : <Rows rows={rows} />)}
        </Answer>
      </Wide>
    </section>
  )
}

const Rows = ({ rows }: { rows: readonly Hold[] }) => (
  <table className="table tight">
    <thead>
      <tr>
        <th>Item</th>
        <th>Customer</th>
        <th className="num">Kept</th>
        <th className="num">Ordered</th>
        <th className="num">Worth</th>
        <th>Until</th>
        <th>By</th>
        <td />
      </tr>
    </thead>
    <tbody>
      {rows.map((hold) => (
        <tr key={hold.id}>
          <td>
            <Link {...linkTo(`/stock/${hold.itemId}`)} className="mono link-hover">
              {hold.sku}
            </Link>{' '}
            <span className="quiet">{hold.site}</span>
          </td>
          <td>
            <Link {...linkTo(`/customers/${hold.partyId}`)} className="link-hover">
              {hold.customer}
            </Link>
            {hold.note && <div className="quiet small">{hold.note}</div>}
          </td>
          <td className="num">
            {count(hold.left)} <span className="quiet">of {count(hold.qty)}</span>
          </td>
          <td className={hold.taken === 0 ? 'num quiet' : 'num'}>{count(hold.taken)}</td>
          <td className="num">{money(hold.valueMinor, hold.currency)}</td>
          <td>
            {hold.state === 'open' ? (
              instant(hold.expiresAt)
            ) : (
              <Status state={hold.state} word={words[hold.state]} tone={hold.state === 'lost' ? 'warn' : undefined} />
            )}
          </td>
          <td>{hold.keptBy}</td>
          <td className="num">{hold.state === 'open' && <HoldActions hold={hold} />}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** Whose it is may; who manages holds may with everyone's. */
function HoldActions({ hold }: { hold: Hold }) {
  const may = useMay()
  const { user } = useMe()
  const [extending, extend] = useState(false)
  const release = useCommand(api.promise.releaseHold, {
    said: ({ released }) => `${plural(released, 'unit')} of ${hold.sku} free again`,
  })
  if (!may('promise.hold') || (hold.keptById !== user.id && !may('promise.manageHolds'))) return null
  const what = `${hold.sku} for ${hold.customer}`
  return (
    <>
      <Button small aria-label={`Longer: ${what}`} onClick={() => extend(true)}>
        Longer
      </Button>{' '}
      <Button
        small
        aria-label={`Let go: ${what}`}
        disabled={release.busy}
        onClick={() => release.run({ holdId: hold.id })}
      >
        Let go
      </Button>
      {extending && <ExtendDialog hold={hold} close={() => extend(false)} />}
    </>
  )
}
