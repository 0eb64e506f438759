import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMe } from '../../kit/data/session.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import type { View } from '../../kit/grid/view.ts'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate, useSearch } from '../../kit/shell/route.tsx'
import { itemColumns } from '../master/itemColumns.tsx'
import { AsOf, useMoment } from './asOf.tsx'
import { thenColumns } from './levelsThen.tsx'
import { type PlaceRow, placeColumns } from './places.tsx'

type Row = OutputOfCall<typeof api.stock.levels>['rows'][number]
const figure = (value: number) => <span className={value === 0 ? 'quiet' : ''}>{count(value)}</span>

const columns: readonly Column<Row>[] = [
  ...itemColumns(),
  {
    key: 'category',
    title: 'Category',
    width: '96px',
    sort: 'category',
    extra: true,
    cell: (r) => r.category,
    text: (r) => r.category,
  },
  {
    key: 'onHand',
    title: 'On hand',
    width: '84px',
    number: true,
    sort: 'onHand',
    cell: (r) => figure(r.onHand),
    text: (r) => String(r.onHand),
  },
  {
    key: 'allocated',
    title: 'Allocated',
    width: '84px',
    number: true,
    sort: 'allocated',
    cell: (r) => figure(r.allocated),
    text: (r) => String(r.allocated),
  },
  {
    key: 'promised',
    title: 'Promised',
    width: '84px',
    number: true,
    cell: (r) => figure(r.promised),
    text: (r) => String(r.promised),
  },
  {
    key: 'held',
    title: 'Held',
    width: '72px',
    number: true,
    extra: true,
    cell: (r) => figure(r.held),
    text: (r) => String(r.held),
  },
  {
    key: 'available',
    title: 'Available',
    width: '92px',
    number: true,
    sort: 'available',
    phone: 'end',
    cell: (r) => (
      <>
        <span className={r.available <= 0 ? 'bad strong' : 'strong'}>{count(r.available)}</span>{' '}
        <span className="quiet">{r.uom}</span>
      </>
    ),
    text: (r) => String(r.available),
  },
  {
    key: 'inbound',
    title: 'Inbound',
    width: '84px',
    number: true,
    sort: 'inbound',
    cell: (r) => figure(r.inbound),
    text: (r) => String(r.inbound),
  },
  {
    key: 'inTransit',
    title: 'On the road',
    width: '88px',
    number: true,
    sort: 'inTransit',
    cell: (r) => figure(r.inTransit),
    text: (r) => String(r.inTransit),
  },
  {
    key: 'next',
    title: 'Next in',
    width: '92px',
    sort: 'nextInboundOn',
    phone: 'second-end',
    cell: (r) => r.nextInboundOn ?? '',
    text: (r) => r.nextInboundOn ?? '',
  },
  {
    key: 'expires',
    title: 'First expiry',
    extra: true,
    width: '92px',
    sort: 'expiresOn',
    cell: (r) => r.expiresOn ?? '',
    text: (r) => r.expiresOn ?? '',
  },
  {
    key: 'value',
    title: 'Value at cost',
    width: '104px',
    number: true,
    extra: true,
    cell: (r) => (r.valueMicro === null ? '–' : count(Math.round(r.valueMicro / 1e6))),
    text: (r) => String(r.valueMicro === null ? '' : r.valueMicro / 1e6),
  },
]

const shows = ['items', 'places'] as const

/** Items or places, now or at a moment: what is shown stands in the address. */
export function Stock() {
  const search = useSearch()
  const navigate = useNavigate()
  const [moment] = useMoment()
  const places = search.show === 'places'
  const common = {
    input: (view: View) => ({ ...(view.site && { siteId: view.site }), ...moment }),
    tools: (view: View, change: (c: Partial<View>) => void) => (
      <>
        <select
          className="input site-choice"
          aria-label="Rows"
          value={places ? 'places' : 'items'}
          onChange={(event) =>
            // Another list has other columns: its filter and sort begin anew.
            navigate({
              to: '.',
              search: {
                at: search.at,
                by: search.by,
                site: search.site,
                show: event.target.value === 'places' ? 'places' : undefined,
              },
            })
          }
        >
          {shows.map((one) => (
            <option key={one} value={one}>
              {one === 'items' ? 'By item' : 'By place'}
            </option>
          ))}
        </select>
        <SiteChoice view={view} change={change} />
      </>
    ),
    above: <AsOf />,
    empty: (filter: string) => (
      <Empty action={!filter && !moment && <LinkButton {...linkTo('/import')}>Import items and orders</LinkButton>}>
        {filter
          ? `Nothing fits “${filter}”.`
          : moment
            ? 'Nothing was there at that moment.'
            : 'There are no items yet.'}
      </Empty>
    ),
  }
  const of = moment ? `?at=${encodeURIComponent(moment.at)}${moment.by === 'recorded' ? '&by=recorded' : ''}` : ''
  if (places)
    return (
      <ListPage
        {...common}
        key="places"
        title="Items & stock"
        label="Stock by place"
        screen="stock-places"
        call={api.stock.balances}
        columns={placeColumns}
        codes="sku"
        example="status:quarantine lot:L1 bin:A-*"
        open={(row: PlaceRow) => `/stock/${row.itemId}${of}`}
      />
    )
  if (moment)
    return (
      <ListPage
        {...common}
        key="then"
        title="Items & stock"
        label="Items and their stock at a moment"
        screen="stock-then"
        call={api.stock.levelsAsOf}
        columns={thenColumns}
        codes="sku"
        example="onHand>0 blocked>0 lantern…"
        open={(row) => `/stock/${row.itemId}${of}`}
      />
    )
  return (
    <ListPage
      {...common}
      key="now"
      title="Items & stock"
      label="Items and their stock"
      screen="stock"
      call={api.stock.levels}
      columns={columns}
      codes="sku"
      example="available<1 inbound>0 lantern…"
      open={(row) => `/stock/${row.itemId}`}
    />
  )
}

const SiteChoice = ({ view, change }: { view: View; change: (c: Partial<View>) => void }) => {
  const { sites } = useMe()
  if (sites.length < 2) return null
  return (
    <select
      className="input site-choice"
      aria-label="Site"
      value={view.site}
      onChange={(event) => change({ site: event.target.value })}
    >
      <option value="">All sites</option>
      {sites.map((site) => (
        <option key={site.id} value={site.id}>
          {site.name}
        </option>
      ))}
    </select>
  )
}
