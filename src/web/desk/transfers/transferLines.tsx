import { api } from '../../kit/data/api.ts'
import { count, day } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Explain, Steps } from '../../kit/parts/explain.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { Transfer, TransferLine } from './types.ts'

/** How far a line is in one stage: nothing is grey, some is amber, all is plain. */
const stage = (done: number, of: number) => (
  <span className={done === 0 ? 'quiet' : done < of ? 'warn strong' : ''}>{count(done)}</span>
)

const columnsOf = ({ from, to }: Transfer): readonly LineColumn<TransferLine>[] => [
  { key: 'no', title: '#', width: '40px', number: true, cell: (l) => <span className="quiet">{l.no}</span> },
  {
    key: 'sku',
    title: 'Item',
    width: '92px',
    cell: (l) => (
      <Link {...linkTo(`/stock/${l.itemId}`)} className="mono link-hover">
        {l.sku}
      </Link>
    ),
    phone: '2',
  },
  { key: 'description', title: 'Description', width: 'minmax(160px, 1fr)', cell: (l) => l.description, phone: '1' },
  {
    key: 'qty',
    title: 'Asked',
    width: '84px',
    number: true,
    cell: (l) => (
      <>
        {count(l.uomQty)} <span className="quiet">{l.uom}</span>
      </>
    ),
    phone: '1e',
  },
  {
    key: 'promise',
    title: 'There on',
    width: '98px',
    cell: (l) =>
      l.promised + l.backordered + l.allocated + l.inTransit === 0 ? (
        ''
      ) : (
        <Explain
          what="arrival"
          value={<span className={l.backordered > 0 ? 'bad' : ''}>{arrivalOf(l) ?? 'no date'}</span>}
        >
          {() => <Arrival line={l} from={from} to={to} />}
        </Explain>
      ),
    phone: '2e',
  },
  {
    key: 'allocated',
    title: 'Alloc.',
    width: '60px',
    number: true,
    cell: (l) => stage(l.allocated, l.qty - l.shipped),
  },
  { key: 'picked', title: 'Picked', width: '60px', number: true, cell: (l) => stage(l.picked, l.qty) },
  {
    key: 'shipped',
    title: 'Shipped',
    width: '66px',
    number: true,
    cell: (l) => stage(l.shipped, l.qty - l.cancelled),
    phone: '3',
    named: true,
  },
  {
    key: 'inTransit',
    title: 'In transit',
    width: '76px',
    number: true,
    cell: (l) => (
      <Explain
        what="in transit"
        value={<span className={l.inTransit > 0 ? 'strong' : 'quiet'}>{count(l.inTransit)}</span>}
      >
        {() => (
          <p>
            {count(l.shipped)} shipped − {count(l.received)} received − {count(l.lost)} lost = {count(l.inTransit)} on
            the road. They are ours and in neither site’s stock.
          </p>
        )}
      </Explain>
    ),
    phone: '3',
    named: true,
  },
  {
    key: 'received',
    title: 'Received',
    width: '72px',
    number: true,
    cell: (l) => stage(l.received, l.qty - l.cancelled),
    phone: '3e',
    named: true,
  },
  {
    key: 'lost',
    title: 'Lost',
    width: '52px',
    number: true,
    cell: (l) => (l.lost > 0 ? <span className="bad strong">{count(l.lost)}</span> : ''),
  },
  {
    key: 'cancelled',
    title: 'Cancelled',
    width: '76px',
    number: true,
    cell: (l) => (l.cancelled > 0 ? count(l.cancelled) : ''),
  },
]

/** The last day on which something of it is expected; none while part of it has no supply. */
const arrivalOf = (line: TransferLine): string | null =>
  line.backordered > 0 ? null : (line.coming.at(-1)?.on ?? line.promisedOn)

/** What comes when, and below it why: the source's own promise, part by part. */
function Arrival({ line, from, to }: { line: TransferLine; from: string; to: string }) {
  const why = useRead(api.promise.explain, { lineId: line.id })
  return (
    <>
      <Steps
        steps={[
          ...line.coming.map((leg) => ({
            key: leg.on,
            text: `${count(leg.qty)} ${line.baseUom} at ${to}`,
            value: day(leg.on),
            won: true,
            ...(leg.promised > 0 && { why: `${count(leg.promised)} of them are promised to orders there` }),
          })),
          ...(line.backordered > 0
            ? [
                {
                  key: 'none',
                  text: `${count(line.backordered)} ${line.baseUom}`,
                  value: 'no supply',
                  why: `${from} has none in sight`,
                },
              ]
            : []),
        ]}
      />
      <Answer query={why}>
        {({ steps, text }) => (
          <>
            <h3 className="small">At {from}</h3>
            <p className="quiet small">{text}</p>
            <Steps
              steps={steps.map((step, i) => ({
                key: `${i}`,
                text: step.text,
                value: step.on ?? '',
              }))}
            />
          </>
        )}
      </Answer>
    </>
  )
}

export const TransferLines = ({ transfer }: { transfer: Transfer }) => (
  <LinesGrid label="Transfer lines" lines={transfer.lines} columns={columnsOf(transfer)} keyOf={(l) => l.id} />
)
