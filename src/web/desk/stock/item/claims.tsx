import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Explain, Steps } from '../../../kit/parts/explain.tsx'
import { Answer } from '../../../kit/parts/states.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'
import { KeepDialog } from '../../kept/keepDialog.tsx'

type Site = OutputOfCall<typeof api.promise.claims>['sites'][number]

/** Who may have what is free: the figures from "available" down to "free to all", one by one, at each site. */
export function Claims({
  item,
  sites,
}: {
  item: { id: string; sku: string; uom: string }
  sites: readonly { id: string; code: string }[]
}) {
  const may = useMay()
  const [keeping, keep] = useState(false)
  const claims = useRead(
    api.promise.claims,
    { itemId: item.id, siteIds: sites.map((site) => site.id) },
    { enabled: sites.length > 0 },
  )
  const codeOf = (id: string) => sites.find((site) => site.id === id)?.code ?? ''
  return (
    <section className="card" aria-label="Who may have it">
      <div className="card-head">
        <h2>Who may have it</h2>
        {may('promise.hold') && (
          <Button small onClick={() => keep(true)}>
            Keep for a customer
          </Button>
        )}
      </div>
      <Wide label="Who may have it">
        {sites.length === 0 ? (
          <p className="quiet">None on hand anywhere.</p>
        ) : (
          <Answer query={claims}>
            {({ sites: rows }) => (
              <table className="table tight">
                <thead>
                  <tr>
                    <th>Site</th>
                    <th className="num">Available</th>
                    <th className="num">Promised</th>
                    <th className="num">Kept by reps</th>
                    <th className="num">Can be promised</th>
                    <th className="num">For channels</th>
                    <th className="num">To all</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.siteId}>
                      <td>{codeOf(row.siteId)}</td>
                      <td className="num">{count(row.free)}</td>
                      <td className="num">{minus(row.promised)}</td>
                      <td className="num">
                        {row.keptByReps === 0 ? (
                          minus(0)
                        ) : (
                          <Link {...linkTo('/kept')} className="link-hover">
                            {minus(row.keptByReps)}
                          </Link>
                        )}
                      </td>
                      <td className="num strong">{count(row.unclaimed)}</td>
                      <td className="num">{forChannels(row)}</td>
                      <td className="num strong">{count(row.common)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Answer>
        )}
      </Wide>
      {keeping && <KeepDialog given={item} close={() => keep(false)} />}
    </section>
  )
}

const minus = (units: number) => (
  <span className={units === 0 ? 'quiet' : ''}>{units === 0 ? '0' : `−${count(units)}`}</span>
)

const forChannels = ({ unclaimed, common, channels }: Site) =>
  channels.length === 0 ? (
    minus(0)
  ) : (
    <Explain what="stock kept for channels" value={minus(unclaimed - common)}>
      {() => (
        <Steps
          steps={channels.map((one) => ({
            key: one.channelId,
            text: one.channel,
            value: `${count(one.there)} there now`,
            why: `${count(one.size)} kept in all, ${count(one.used)} had, ${count(one.left)} left of it; its orders can be promised ${count(one.available)} now`,
          }))}
        />
      )}
    </Explain>
  )
