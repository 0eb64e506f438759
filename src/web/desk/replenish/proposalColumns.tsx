import { count, money, percent } from '../../kit/data/format.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { Status } from '../../kit/parts/status.tsx'
import type { ProposalRow } from './types.ts'

export const proposalColumns = (currency: string): readonly Column<ProposalRow>[] => [
  {
    key: 'sku',
    title: 'Item',
    width: '84px',
    sort: 'sku',
    phone: 'first',
    cell: (r) => <span className="mono">{r.sku}</span>,
    text: (r) => r.sku,
  },
  {
    key: 'description',
    title: 'Description',
    width: 'minmax(110px, 1.5fr)',
    cell: (r) => r.description,
    text: (r) => r.description,
  },
  {
    key: 'risk',
    title: 'At risk',
    width: '76px',
    number: true,
    sort: 'atRisk',
    phone: 'end',
    cell: (r) => <span className="strong">{money(r.atRisk, currency)}</span>,
    text: (r) => String(r.atRisk / 100),
  },
  {
    key: 'short',
    title: 'Runs out',
    width: '60px',
    extra: true,
    number: true,
    sort: 'shortPpm',
    cell: (r) => percent(r.shortPpm, 0),
    text: (r) => String(r.shortPpm / 10_000),
  },
  {
    key: 'cover',
    title: 'Cover',
    width: '46px',
    number: true,
    sort: 'coverDays',
    cell: (r) => (r.coverDays === null ? '' : `${count(r.coverDays)} d`),
    text: (r) => String(r.coverDays ?? ''),
  },
  {
    key: 'position',
    title: 'Position',
    width: '56px',
    number: true,
    sort: 'position',
    cell: (r) => <span className={r.position < 0 ? 'bad strong' : ''}>{count(r.position)}</span>,
    text: (r) => String(r.position),
  },
  {
    key: 'reorderPoint',
    title: 'Order at',
    width: '56px',
    number: true,
    sort: 'reorderPoint',
    cell: (r) => (r.reorderPoint < 0 ? 'not kept' : count(r.reorderPoint)),
    text: (r) => String(r.reorderPoint),
  },
  {
    key: 'what',
    title: 'Proposal',
    width: 'minmax(140px, 1fr)',
    sort: 'qty',
    phone: 'second',
    cell: (r) => (
      <>
        <span className="strong">
          {r.kind === 'buy' ? 'Buy' : 'Move'} {count(r.qty)}
        </span>{' '}
        <span className="quiet">{r.from ? `from ${r.from}` : 'from nobody known'}</span>
      </>
    ),
    text: (r) => `${r.kind} ${r.qty} ${r.from ?? ''}`,
  },
  {
    key: 'cost',
    title: 'Costs',
    width: '78px',
    number: true,
    cell: (r) => money(r.cost, currency),
    text: (r) => String((r.cost ?? 0) / 100),
  },
  { key: 'site', title: 'Site', width: '40px', sort: 'site', cell: (r) => r.site, text: (r) => r.site },
  {
    key: 'dueOn',
    title: 'There',
    width: '88px',
    sort: 'dueOn',
    phone: 'second-end',
    cell: (r) => r.dueOn,
    text: (r) => r.dueOn,
  },
  {
    key: 'cautions',
    title: 'Look at',
    width: 'minmax(90px, 1fr)',
    sort: 'cautions',
    cell: (r) => (r.cautions.length === 0 ? '' : <Status tone="warn" word={r.cautions.join(', ')} plain />),
    text: (r) => r.cautions.join(', '),
  },
]
