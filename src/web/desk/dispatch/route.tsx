import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { PrintSheet, type SheetData } from '../../kit/print/sheet.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { clock, kg, km } from './figures.ts'

type RouteData = OutputOfCall<typeof api.delivery.route>

/** A route as it is loaded: the last door first, with the cartons that are packed for it. */
export function RoutePage() {
  const { id } = useParams() as { id: string }
  const route = useRead(api.delivery.route, { routeId: id })
  return <Answer query={route}>{(data) => <Shown route={data} />}</Answer>
}

function Shown({ route }: { route: RouteData }) {
  const may = useMay()
  const reopen = useCommand(api.delivery.reopen, { said: ({ number }) => `${number} may be planned again` })
  return (
    <Page
      title={route.number}
      beside={route.state === 'released' ? 'released' : 'planned'}
      actions={
        <>
          {may('delivery.plan') && route.state === 'released' && (
            <Button disabled={reopen.busy} onClick={() => reopen.run({ routeId: route.id })}>
              Take the release back
            </Button>
          )}
          <Button look="primary" onClick={() => print()}>
            Print
          </Button>
        </>
      }
    >
      <PrintSheet sheet={() => loadingSheet(route)} />
      <FactStrip
        facts={[
          ['Vehicle', route.vehicle],
          ['Day', route.day],
          ['Leaves', clock(route.leavesS)],
          ['Back', clock(route.returnsS)],
          ['Way', km(route.metres)],
          ['Load', kg(route.weightG)],
          ['Stops', count(route.loading.length)],
        ]}
      />
      <section className="card" aria-label="Loading order">
        <h2>Loading order</h2>
        <p className="quiet">The last door is loaded first, so that the first one stands at the door of the vehicle.</p>
        <Wide label="Loading order" stack>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Stop</th>
                <th scope="col">Customer</th>
                <th scope="col">Address</th>
                <th scope="col">Orders</th>
                <th scope="col">Cartons</th>
                <th scope="col" className="number">
                  Weight
                </th>
              </tr>
            </thead>
            <tbody>
              {route.loading.map((stop) => (
                <tr key={stop.seq}>
                  <td>
                    {stop.seq}. <span className="quiet">{clock(stop.beginS)}</span>
                  </td>
                  <td>{stop.customer}</td>
                  <td>{[...stop.lines, stop.postcode, stop.city].join(', ')}</td>
                  <td>
                    {stop.orders.map((order, n) => (
                      <span key={order.orderId}>
                        {n > 0 && ', '}
                        <Link {...linkTo(`/orders/${order.orderId}`)}>{order.number}</Link>
                      </span>
                    ))}
                  </td>
                  <td>{cartonsOf(stop)}</td>
                  <td className="number">{kg(weightOf(stop))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </section>
    </Page>
  )
}

type Loading = RouteData['loading'][number]
const weightOf = ({ orders }: Loading): number => orders.reduce((sum, { weightG }) => sum + weightG, 0)
const cartonsOf = ({ orders }: Loading): string => {
  const packed = orders.reduce((sum, { cartons }) => sum + cartons.length, 0)
  const toPack = orders.filter(({ cartons, open }) => open && cartons.length === 0).length
  const left = orders.filter(({ cartons, open }) => !open && cartons.length === 0).length
  return [
    ...(packed > 0 ? [plural(packed, 'carton')] : []),
    ...(toPack > 0 ? [`${plural(toPack, 'order')} to pack`] : []),
    ...(left > 0 ? [`nothing left of ${plural(left, 'order')}`] : []),
  ].join(', ')
}

/** On paper for the loading dock. */
const loadingSheet = (route: RouteData): SheetData => ({
  title: 'Loading list',
  number: route.number,
  from: [route.site],
  to: [],
  facts: [
    ['Vehicle', route.vehicle],
    ['Day', route.day],
    ['Leaves', clock(route.leavesS)],
    ['Stops', count(route.loading.length)],
    ['Load', kg(route.weightG)],
  ],
  columns: [
    { title: 'Stop', width: '14mm' },
    { title: 'Customer' },
    { title: 'Address' },
    { title: 'Orders' },
    { title: 'Cartons' },
    { title: 'Weight', number: true },
    { title: 'Loaded', width: '18mm' },
  ],
  rows: route.loading.map((stop) => [
    String(stop.seq),
    stop.customer,
    [...stop.lines, stop.postcode, stop.city].join(', '),
    stop.orders.map(({ number }) => number).join(', '),
    cartonsOf(stop),
    kg(weightOf(stop)),
    '',
  ]),
})
