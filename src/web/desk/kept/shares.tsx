import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { percent } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'

type Share = OutputOfCall<typeof api.promise.fences>['shares'][number]

/** How channels share when there is not enough for all that waits. */
export function Shares() {
  const may = useMay()
  const fences = useRead(api.promise.fences, {})
  const [changing, change] = useState<Share | null>(null)
  return (
    <section className="card" aria-label="When there is not enough">
      <div className="card-head">
        <h2>When there is not enough</h2>
      </div>
      <div className="card-body">
        <p className="quiet small">
          Orders that wait share by these weights when stock comes; what a channel does not need goes to the others,
          what division leaves over to the lowest rank. Within a channel the service class, then the older order comes
          first.
        </p>
        <Answer query={fences}>
          {({ shares }) =>
            shares.length === 0 ? (
              <Empty>There are no channels.</Empty>
            ) : (
              <table className="table tight">
                <thead>
                  <tr>
                    <th>Channel</th>
                    <th className="num">Share</th>
                    <th className="num">Rank</th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {shares.map((share) => (
                    <tr key={share.channelId}>
                      <td>{share.channel}</td>
                      <td className={share.said ? 'num' : 'num quiet'}>
                        {share.said ? percent(share.sharePpm, 0) : 'none'}
                      </td>
                      <td className="num">{share.said ? share.rank : '–'}</td>
                      <td className="num">
                        {may('promise.rules') && (
                          <Button
                            small
                            aria-label={`Change the share of ${share.channel}`}
                            onClick={() => change(share)}
                          >
                            Change
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Answer>
      </div>
      {changing && <ShareDialog share={changing} close={() => change(null)} />}
    </section>
  )
}

const schema = {
  properties: {
    share: { type: 'integer' as const, title: 'Share, per cent', minimum: 0, maximum: 100 },
    rank: { type: 'integer' as const, title: 'Rank', description: 'the lowest first', minimum: 0, maximum: 99 },
  },
  required: ['share', 'rank'],
}

function ShareDialog({ share, close }: { share: Share; close: () => void }) {
  const save = useCommand(api.promise.saveChannelShares, {
    quiet: true,
    said: `Share of ${share.channel} saved`,
    done: close,
  })
  return (
    <Dialog label={`Share of ${share.channel}`} close={close}>
      <div className="dialog-body">
        <h2>Share of {share.channel}</h2>
        <Form
          schema={schema}
          initial={{ share: Math.round(share.sharePpm / 10_000), rank: share.rank }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ share: part, rank }) =>
            save.run({ shares: [{ channelId: share.channelId, sharePpm: Number(part) * 10_000, rank: Number(rank) }] })
          }
        />
      </div>
    </Dialog>
  )
}
