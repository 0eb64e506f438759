import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { PromisedFrom } from '../../kit/document/promisedFrom.tsx'
import { TimelineCard } from '../../kit/document/timelineCard.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { PrintSheet } from '../../kit/print/sheet.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { RoadCard } from './road.tsx'
import { TransferActions } from './transferActions.tsx'
import { TransferLines } from './transferLines.tsx'
import { transferSheet } from './transferSheet.ts'
import type { Transfer as TransferData } from './types.ts'

/** Everything of one transfer on one page, for the site it leaves and the site it goes to. */
export function Transfer() {
  const { id } = useParams() as { id: string }
  const transfer = useRead(api.stock.transfer, { transferId: id })
  const data = transfer.data
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Transfer'}
      beside={data && `${data.from} → ${data.to}`}
      actions={data && <TransferActions transfer={data} />}
    >
      <Answer query={transfer}>{(data) => <Body transfer={data} />}</Answer>
    </Page>
  )
}

function Body({ transfer }: { transfer: TransferData }) {
  return (
    <div className="stack">
      <Facts transfer={transfer} />
      <section className="card" aria-label="Lines">
        <TransferLines transfer={transfer} />
      </section>
      {transfer.road.length > 0 && <RoadCard transfer={transfer} />}
      <div className="order-cards">
        {transfer.waiting.length > 0 && (
          <PromisedFrom
            title={`Promised from it at ${transfer.to}`}
            waiting={transfer.waiting}
            skuOf={(id) => transfer.lines.find((line) => line.id === id)?.sku}
          />
        )}
        <DocumentsCard transfer={transfer} />
        <TimelineCard title="From shelf to shelf" events={transfer.timeline} />
      </div>
      <PrintSheet sheet={() => transferSheet(transfer)} />
    </div>
  )
}

const sum = (transfer: TransferData, of: 'inTransit' | 'received' | 'lost' | 'backordered'): number =>
  transfer.lines.reduce((total, line) => total + line[of], 0)

function Facts({ transfer }: { transfer: TransferData }) {
  const [onRoad, lost, waiting] = [sum(transfer, 'inTransit'), sum(transfer, 'lost'), sum(transfer, 'backordered')]
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" state={transfer.status} />],
    ['Arrives', transfer.arrivesOn ? day(transfer.arrivesOn) : waiting > 0 ? 'no date for all of it' : '–'],
    ['Asked for', day(transfer.requestedOn)],
    ['Way', `${transfer.laneDays} ${transfer.laneDays === 1 ? 'day' : 'days'}`],
    ['Served', transfer.priority > 9 ? 'after customers' : `like class ${transfer.priority}`],
    ['In transit', count(onRoad)],
    ['Received', count(sum(transfer, 'received'))],
  ]
  if (lost > 0)
    facts.push([
      'Lost',
      <span key="l" className="bad strong">
        {count(lost)}
      </span>,
    ])
  if (transfer.reference) facts.push(['Reference', transfer.reference])
  if (transfer.cancelReason) facts.push(['Cancelled', transfer.cancelReason])
  const why = (transfer.proposal?.reasons as string[] | undefined) ?? []
  return (
    <>
      <FactStrip facts={facts} />
      {why.length > 0 && (
        <p className="quiet small">
          Accepted by {String(transfer.proposal?.by ?? '')} as proposed: {why.join('; ')}.
        </p>
      )}
    </>
  )
}

const DocumentsCard = ({ transfer }: { transfer: TransferData }) => (
  <section className="card" aria-label="Documents">
    <div className="card-head">
      <h2>Documents</h2>
    </div>
    <div className="card-body">
      {transfer.documents.length === 0 && <p className="quiet">Waves, shipments and receipts appear here.</p>}
      <ul className="documents">
        {transfer.documents.map((d) => {
          const page = pathOf(d.kind, d.id)
          return (
            <li key={d.kind + d.id}>
              <span>
                {page ? (
                  <Link className="link mono" {...linkTo(page)}>
                    {d.number}
                  </Link>
                ) : (
                  <span className="mono">{d.number}</span>
                )}{' '}
                <span className="quiet">{wordOf(d.kind)}</span>
              </span>
              <span />
              <Status state={d.status} plain />
              <span className="num quiet">{d.on}</span>
            </li>
          )
        })}
      </ul>
    </div>
  </section>
)
