import '../../../kit/css/detail.css'
import { api } from '../../../kit/data/api.ts'
import { count, instant } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import { FactStrip } from '../../../kit/document/factStrip.tsx'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { Status, wordOf } from '../../../kit/parts/status.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link, useParams } from '../../../kit/shell/route.tsx'
import { Page } from '../../../kit/shell/shell.tsx'
import { statusWords } from '../bins/types.ts'
import { PlateActions, type PlateData } from './plateActions.tsx'

/** One plate: where it stands, what is on it, the plates below and above it; moved, closed, stacked and broken up here. */
export function Plate() {
  const { id } = useParams() as { id: string }
  const found = useRead(api.stock.lpn, { id })
  const plate = found.data?.plate
  return (
    <Page
      title={plate ? <span className="mono">{plate.sscc}</span> : 'Plate'}
      beside={plate ? `${wordOf(plate.kind)} · ${plate.site} ${plate.location}` : undefined}
      actions={found.data && <PlateActions data={found.data} />}
    >
      <Answer query={found}>{(data) => <Body data={data} />}</Answer>
    </Page>
  )
}

function Body({ data }: { data: PlateData }) {
  const { plate, on, plates, contents } = data
  const labelOf = new Map([plate, ...plates].map((one) => [one.id, one.sscc]))
  const facts: [string, React.ReactNode][] = [
    ['Kind', wordOf(plate.kind)],
    ['Place', `${plate.site} ${plate.location}`],
    ['Units', count(contents.reduce((sum, row) => sum + row.onHand, 0))],
    ['In tasks', count(contents.reduce((sum, row) => sum + row.tasked, 0))],
    [
      'State',
      plate.endedAt ? `Ended ${instant(plate.endedAt)}` : plate.closedAt ? `Closed ${instant(plate.closedAt)}` : 'Open',
    ],
    [
      'Stands on',
      on.length === 0
        ? 'the ground'
        : on.map((below) => (
            <Link key={below.id} className="link mono" {...linkTo(`/plates/${below.id}`)}>
              {below.sscc}
            </Link>
          )),
    ],
  ]
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      {plates.length > 0 && (
        <section className="card" aria-label="Plates on it">
          <div className="card-head">
            <h2>Plates on it</h2>
          </div>
          <ul className="card-body">
            {plates.map((one) => (
              <li key={one.id}>
                <Link className="link mono" {...linkTo(`/plates/${one.id}`)}>
                  {one.sscc}
                </Link>{' '}
                <span className="quiet">{wordOf(one.kind)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-label="Goods on it">
        <div className="card-head">
          <h2>Goods on it</h2>
        </div>
        <Wide label="Goods on it">
          {contents.length === 0 && <Empty>Nothing stands on it.</Empty>}
          <table className="table tight" hidden={contents.length === 0}>
            <thead>
              <tr>
                <th>Item</th>
                <th>Lot</th>
                <th>Owner</th>
                <th>Status</th>
                <th>Plate</th>
                <th className="num">On hand</th>
                <th className="num">In tasks</th>
              </tr>
            </thead>
            <tbody>
              {contents.map((row) => (
                <tr key={`${row.plateId}${row.itemId}${row.lotId}${row.ownerId}${row.status}`}>
                  <td>
                    <Link className="link mono" {...linkTo(`/stock/${row.itemId}`)}>
                      {row.sku}
                    </Link>{' '}
                    <span className="quiet">{row.description}</span>
                    {row.serials.length > 0 && (
                      <div className="mono small quiet">
                        {row.serials.slice(0, 20).join(' ')}
                        {row.serials.length > 20 && ` and ${count(row.serials.length - 20)} more`}
                      </div>
                    )}
                  </td>
                  <td className="mono">
                    {row.lot} {row.expiresOn && <span className="quiet">{row.expiresOn}</span>}
                  </td>
                  <td>{row.owner ?? (row.ownerId ? '–' : 'Own')}</td>
                  <td>{row.status !== 'available' && <Status tone="warn" word={statusWords[row.status]} />}</td>
                  <td className="mono quiet">…{labelOf.get(row.plateId)?.slice(-6)}</td>
                  <td className="num">
                    {count(row.onHand)} <span className="quiet">{row.uom}</span>
                  </td>
                  <td className={row.tasked === 0 ? 'num quiet' : 'num'}>{count(row.tasked)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </section>
    </div>
  )
}
