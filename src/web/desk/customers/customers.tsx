import { api } from '../../kit/data/api.ts'
import type { Call, OutputOfCall } from '../../kit/data/rpc.ts'
import type { Column, ListPage as Listed, ListInput } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { termsOf } from './terms.ts'

type Row = OutputOfCall<typeof api.parties.listParties>['rows'][number]

/** Parties are customers, suppliers and carriers; here stand those who buy. */
const buyers: Call<ListInput, Listed<Row>> = Object.assign(
  (input: ListInput, options?: object) =>
    api.parties.listParties({ ...input, filter: `customer:yes ${input.filter ?? ''}`.trim() }, options),
  { at: api.parties.listParties.at },
)

const columns: readonly Column<Row>[] = [
  {
    key: 'code',
    title: 'Customer',
    width: '104px',
    sort: 'code',
    phone: 'second',
    cell: (r) => <span className="mono">{r.code}</span>,
    text: (r) => r.code,
  },
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(180px, 1.4fr)',
    sort: 'name',
    phone: 'first',
    cell: (r) => r.name,
    text: (r) => r.name,
  },
  {
    key: 'city',
    title: 'Place',
    width: 'minmax(110px, 1fr)',
    phone: 'second-end',
    cell: (r) => r.city ?? '',
    text: (r) => r.city ?? '',
  },
  { key: 'country', title: 'Country', width: '64px', sort: 'country', cell: (r) => r.country, text: (r) => r.country },
  {
    key: 'terms',
    title: 'Terms',
    width: '104px',
    sort: 'termsDays',
    cell: (r) => termsOf(r.termsDays),
    text: (r) => termsOf(r.termsDays),
  },
  {
    key: 'tax',
    title: 'Tax',
    width: '116px',
    sort: 'taxStatus',
    cell: (r) => wordOf(r.taxStatus),
    text: (r) => r.taxStatus,
  },
  {
    key: 'channel',
    title: 'Channel',
    width: '110px',
    sort: 'channel',
    cell: (r) => r.channel ?? '',
    text: (r) => r.channel ?? '',
  },
  {
    key: 'group',
    title: 'Price group',
    width: '100px',
    sort: 'priceGroup',
    extra: true,
    cell: (r) => r.priceGroup ?? '',
    text: (r) => r.priceGroup ?? '',
  },
  {
    key: 'active',
    title: 'Status',
    width: '92px',
    sort: 'active',
    phone: 'end',
    cell: (r) => <Status word={r.active ? 'Active' : 'Closed'} tone={r.active ? 'quiet' : 'warn'} plain={r.active} />,
    text: (r) => (r.active ? 'active' : 'closed'),
  },
]

export const Customers = () => (
  <ListPage
    title="Customers"
    screen="customers"
    call={buyers}
    columns={columns}
    codes="code"
    example="country:DE taxStatus:exempt…"
    open={(row) => `/customers/${row.id}`}
    empty={(filter) => (
      <Empty action={!filter && <LinkButton {...linkTo('/import')}>Import customers</LinkButton>}>
        {filter ? `No customer fits “${filter}”.` : 'There are no customers yet.'}
      </Empty>
    )}
  />
)
