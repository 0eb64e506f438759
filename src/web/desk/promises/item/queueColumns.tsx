import { api } from '../../../kit/data/api.ts'
import { count, day, money } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { Column } from '../../../kit/grid/grid.tsx'
import { Explain, Steps } from '../../../kit/parts/explain.tsx'
import { Answer } from '../../../kit/parts/states.tsx'
import { Status } from '../../../kit/parts/status.tsx'
import type { WaitingRow } from '../types.ts'

const pegsInWords = (row: WaitingRow): string =>
  row.pegs.map((peg) => `${count(peg.qty)} ${peg.supplyId === null ? 'on hand' : peg.ref}`).join(' · ')

/** What is wrong with it, in one word: the worst first. */
function Flag({ row }: { row: WaitingRow }) {
  if (row.short) return <Status tone="bad" word="No supply" />
  if (row.atRisk) return <Status tone="bad" word="At risk" />
  if (row.late) return <Status tone="warn" word="Late" />
  return <Status tone="quiet" word={row.unfrozen ? 'May move' : 'Frozen'} plain />
}

export const Why = ({ lineId }: { lineId: string }) => (
  <Answer query={useRead(api.promise.explain, { lineId })}>
    {({ text, steps }) => (
      <>
        <p className="quiet small">{text}</p>
        <Steps
          steps={steps.map((step, at) => ({
            key: `${at}`,
            text: step.text,
            value: step.on ? day(step.on) : '',
            won: step.source === 'allocated' || step.source === 'on hand',
          }))}
        />
      </>
    )}
  </Answer>
)

export const queueColumns = (currency: string): readonly Column<WaitingRow>[] => [
  {
    key: 'order',
    title: 'Order',
    width: '100px',
    sort: 'order',
    phone: 'first',
    cell: (r) => <span className="mono">{r.order ?? r.kind}</span>,
    text: (r) => r.order ?? r.kind,
  },
  {
    key: 'customer',
    title: 'Customer',
    width: 'minmax(130px, 1fr)',
    sort: 'customer',
    phone: 'second',
    cell: (r) => r.customer ?? (r.kind === 'transfer' ? 'a transfer' : ''),
    text: (r) => r.customer ?? '',
  },
  {
    key: 'class',
    title: 'Class',
    width: '56px',
    number: true,
    sort: 'class',
    cell: (r) => (
      <span title={r.aged ? 'Waited longer than the maximum age: goes before better classes' : undefined}>
        {r.aged ? '★ ' : ''}
        {r.serviceClass}
      </span>
    ),
    text: (r) => String(r.serviceClass),
  },
  {
    key: 'orderedOn',
    title: 'Ordered',
    width: '90px',
    sort: 'orderedOn',
    cell: (r) => r.orderedOn,
    text: (r) => r.orderedOn,
  },
  {
    key: 'waiting',
    title: 'Waiting',
    width: '80px',
    number: true,
    sort: 'waiting',
    phone: 'end',
    cell: (r) => (
      <>
        {count(r.waiting)} <span className="quiet">{r.uom}</span>
      </>
    ),
    text: (r) => String(r.waiting),
  },
  {
    key: 'requestedOn',
    title: 'Asked for',
    width: '90px',
    sort: 'requestedOn',
    cell: (r) => r.requestedOn,
    text: (r) => r.requestedOn,
  },
  {
    key: 'promisedOn',
    title: 'Promised',
    width: '98px',
    sort: 'promisedOn',
    cell: (r) => (
      <Explain what="promise" value={<span className={r.short ? 'bad' : ''}>{r.promisedOn ?? 'no date'}</span>}>
        {() => <Why lineId={r.id} />}
      </Explain>
    ),
    text: (r) => r.promisedOn ?? '',
  },
  {
    key: 'first',
    title: 'First said',
    width: '90px',
    extra: true,
    cell: (r) => r.firstPromisedOn ?? '',
    text: (r) => r.firstPromisedOn ?? '',
  },
  { key: 'flag', title: 'State', width: '96px', phone: 'second-end', cell: (r) => <Flag row={r} />, text: () => '' },
  {
    key: 'pegs',
    title: 'From',
    width: 'minmax(150px, 1fr)',
    cell: pegsInWords,
    text: pegsInWords,
  },
  {
    key: 'backordered',
    title: 'No supply',
    width: '76px',
    number: true,
    sort: 'backordered',
    cell: (r) => (r.backordered > 0 ? <span className="bad strong">{count(r.backordered)}</span> : ''),
    text: (r) => String(r.backordered),
  },
  {
    key: 'valueMinor',
    title: 'Value',
    width: '96px',
    number: true,
    sort: 'valueMinor',
    cell: (r) => (r.valueMinor ? money(r.valueMinor, currency) : ''),
    text: (r) => money(r.valueMinor, currency),
  },
]
