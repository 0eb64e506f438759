import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, instant, plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { Equation, StandingTable } from './parts.tsx'
import { Pieces } from './pieces.tsx'
import { CloseDialog, OutcomeDialog, openUnits } from './recallDialogs.tsx'

export type RecallTold = OutputOfCall<typeof api.trace.recall>
export type Holder = OutputOfCall<typeof api.trace.recallCustomers>['rows'][number]

/** A recall from freeze to end: its lots with their sums, whom to call, what came back, what stands in the house. */
export function Recall() {
  const { id } = useParams() as { id: string }
  const recall = useRead(api.trace.recall, { recallId: id })
  const may = useMay()
  const [closing, close] = useState(false)
  const data = recall.data
  const open = data?.recall.closedAt === null
  return (
    <Page
      title={data ? <span className="mono">{data.recall.number}</span> : 'Recall'}
      beside={data?.recall.reason}
      actions={
        data && (
          <>
            {may('exchange.export') && (
              <a className="button" href={`/exports/trace/recallCustomers?recallId=${id}&format=csv`} download>
                Customers as CSV
              </a>
            )}
            {open && may('trace.recall') && <Button onClick={() => close(true)}>Close the recall</Button>}
          </>
        )
      }
    >
      <Answer query={recall}>{(told) => <Body told={told} />}</Answer>
      {closing && data && <CloseDialog told={data} close={() => close(false)} />}
    </Page>
  )
}

function Body({ told }: { told: RecallTold }) {
  const { recall, lots, pieces, sums } = told
  const total = (of: (lot: RecallTold['lots'][number]) => number) => lots.reduce((all, lot) => all + of(lot), 0)
  const facts: [string, React.ReactNode][] = [
    ['State', recall.outcome ? <Status key="s" state={recall.outcome} /> : <Status key="s" tone="bad" word="Open" />],
    ['Opened', `${instant(recall.openedAt)} by ${recall.openedBy}`],
    ['In the house', count(sums.reduce((all, one) => all + one.onHand, pieces.filter((one) => one.inStock).length))],
    [
      'With customers',
      count(total((lot) => lot.withCustomers) + pieces.filter((one) => one.locationKind === 'customer').length),
    ],
    ['Nothing known of', <strong key="o">{count(openUnits(told))}</strong>],
    ['Customers', count(told.customers)],
  ]
  if (recall.supplier) facts.push(['From', `${recall.supplier}, ${day(recall.fromDay)} to ${day(recall.toDay)}`])
  if (recall.closeNote) facts.push(['Closed', `${instant(recall.closedAt)}: ${recall.closeNote}`])
  const picked = total((lot) => lot.picked) + pieces.filter((one) => one.picked).length
  const names = new Map(lots.map((lot) => [lot.lotId, `${lot.sku} ${lot.lot}`]))
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      {picked > 0 && (
        <p className="bad" role="status">
          {plural(picked, 'unit')} are picked or packed for orders: their shipments are refused. Put them back.
        </p>
      )}
      {pieces.length > 0 && <Pieces pieces={pieces} />}
      <section className="card" aria-label="Lots" hidden={lots.length === 0}>
        <div className="card-head">
          <h2>Lots</h2>
        </div>
        <div className="card-body">
          {lots.map((lot, n) => (
            <div key={lot.lotId}>
              <Link className="link mono" {...linkTo(`/trace/lot/${lot.lotId}`)}>
                {lot.lot}
              </Link>{' '}
              <span className="quiet">
                {lot.sku} {lot.description}
                {lot.level > 0 && `, made from it (step ${lot.level})`}
              </span>{' '}
              {!lot.held && <Status tone="info" word="Let go" />}
              {sums[n] && <Equation sums={sums.find((one) => one.lotId === lot.lotId) ?? sums[n]} />}
            </div>
          ))}
        </div>
      </section>
      <Customers told={told} />
      {lots.length > 0 && (
        <StandingTable
          rows={told.standing}
          none="Nothing of it is in the house any more."
          lotOf={(id) => (id ? (names.get(id) ?? '') : '')}
        />
      )}
    </div>
  )
}

function Customers({ told }: { told: RecallTold }) {
  const may = useMay()
  const customers = useRead(api.trace.recallCustomers, { recallId: told.recall.id, limit: 500 })
  const [of, record] = useState<Holder | null>(null)
  const open = told.recall.closedAt === null && may('trace.recall')
  return (
    <section className="card" aria-label="Whom to call">
      <div className="card-head">
        <h2>Whom to call</h2>
      </div>
      <Wide label="Whom to call">
        <Answer query={customers}>
          {({ rows, total }) =>
            rows.length === 0 ? (
              <Empty>No customer got any of it.</Empty>
            ) : (
              <>
                <table className="table tight">
                  <thead>
                    <tr>
                      <th>Customer</th>
                      <th>Reach</th>
                      <th>{told.pieces.length > 0 ? 'Piece' : 'Lot'}</th>
                      <th>Shipments</th>
                      <th className="num">Got</th>
                      <th className="num">Came back</th>
                      <th className="num">Destroyed</th>
                      <th className="num">Used up</th>
                      <th className="num">Open</th>
                      <th>Record</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={row.id}>
                        <td>
                          <Link className="link" {...linkTo(pathOf('party', row.partyId)!)}>
                            {row.name}
                          </Link>
                        </td>
                        <td className="small">
                          {row.email && (
                            <a className="link" href={`mailto:${row.email}`}>
                              {row.email}
                            </a>
                          )}{' '}
                          <span className="quiet">{row.address}</span>
                        </td>
                        <td className="mono">{row.serial ?? row.lot}</td>
                        <td className="mono small">{row.shipments}</td>
                        <td className="num">{count(row.shipped)}</td>
                        <td className="num">{count(row.returned)}</td>
                        <td className="num">{count(row.destroyed)}</td>
                        <td className="num">{count(row.usedUp)}</td>
                        <td className={`num strong${row.open > 0 ? ' bad' : ''}`}>{count(row.open)}</td>
                        <td>
                          {open && row.open > 0 && (
                            <Button
                              small
                              onClick={() => record(row)}
                              aria-label={`Record for ${row.name}, ${row.serial ?? `lot ${row.lot}`}`}
                            >
                              Record
                            </Button>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                {total > rows.length && (
                  <p className="quiet">
                    The first {rows.length} of {total}; the file has all.
                  </p>
                )}
              </>
            )
          }
        </Answer>
      </Wide>
      {of && <OutcomeDialog told={told} holder={of} close={() => record(null)} />}
    </section>
  )
}
