import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { refuseLimited } from '../day/refusals.ts'

/** A route with its doors in the order they are driven to, and its cartons in the order they are loaded: the last door first. */
export const route = query({
  title: 'A route: stops, and cartons in loading order',
  route: 'GET /delivery/routes/:routeId',
  permission: 'delivery.read',
  admits: { routeId: 'route' },
  input: t.object({ routeId: t.id('route') }),
  output: t.object({
    id: t.id('route'),
    number: t.text(),
    day: t.date(),
    state: t.oneOf(['planned', 'released']),
    site: t.text(),
    vehicle: t.text(),
    leavesS: t.int(),
    returnsS: t.int(),
    metres: t.int(),
    weightG: t.int(),
    loading: t.list(
      t.object({
        /** Of the stop that it is for: the highest is loaded first. */
        seq: t.int(),
        beginS: t.int(),
        customer: t.text(),
        name: t.text(),
        lines: t.list(t.text(), { max: 3 }),
        postcode: t.text(),
        city: t.text(),
        country: t.text(),
        orders: t.list(
          t.object({
            orderId: t.id('sales_order'),
            number: t.text(),
            weightG: t.int(),
            /** Goods of it stand here still. */
            open: t.bool(),
            /** SSCC-18 of what is packed and has not left; none: still to be packed. */
            cartons: t.list(t.text(), { max: 5_000 }),
          }),
          { max: 5_000 },
        ),
      }),
      { max: 500 },
    ),
  }),
  async run({ routeId }, { sql, company }, actor) {
    refuseLimited(actor)
    const [[head], stops, drops] = await Promise.all([
      sql<Head[]>`
        select route.id, route.number, route.day, route.state, site.code as site, vehicle.code || ' ' || vehicle.name as vehicle, route.leaves_s,
               route.returns_s, route.distance_m as metres, route.weight_g
          from route
          join site on site.company_id = ${company} and site.id = route.site_id
          join vehicle on vehicle.company_id = ${company} and vehicle.id = route.vehicle_id
         where route.company_id = ${company} and route.id = ${routeId}`,
      sql<StopHead[]>`
        select stop.id, stop.seq, stop.begin_s, party.name as customer, address.name, address.line1, address.line2, address.postcode, address.city,
               address.country
          from route_stop stop
          join party on party.company_id = ${company} and party.id = stop.party_id
          join address on address.company_id = ${company} and address.id = stop.address_id
         where stop.company_id = ${company} and stop.route_id = ${routeId}
         order by stop.seq desc`,
      sql<Drop[]>`
        select dropped.stop_id, dropped.order_id, coalesce(o.number, part.number, '') as number, dropped.weight_g,
               exists (select 1
                         from demand_line line
                         join allocation on allocation.company_id = ${company} and allocation.demand_line_id = line.id and allocation.site_id = dropped.site_id
                          and allocation.qty > allocation.shipped + allocation.dropped
                        where line.company_id = ${company} and line.ref_id = dropped.order_id) as open,
               array(select carton.sscc
                       from shipment
                       join carton on carton.company_id = ${company} and carton.shipment_id = shipment.id
                      where shipment.company_id = ${company} and shipment.order_id = dropped.order_id and shipment.site_id = dropped.site_id
                        and shipment.shipped_at is null
                      order by carton.sscc
                      limit 5000) as cartons
          from route_drop dropped
          left join sales_order o on o.company_id = ${company} and o.id = dropped.order_id
          left join order_site part on part.company_id = ${company} and part.id = dropped.order_id and part.site_id = dropped.site_id
         where dropped.company_id = ${company} and dropped.route_id = ${routeId}
         order by number`,
    ])
    if (!head) throw notFound('route')
    const dropsOf = Map.groupBy(drops, (drop) => drop.stopId)
    const loading = stops.map(({ id, line1, line2, ...stop }) => ({
      ...stop,
      lines: line2 === null ? [line1] : [line1, line2],
      orders: (dropsOf.get(id) ?? []).map(({ stopId: _, ...drop }) => drop),
    }))
    return { ...head, loading }
  },
})

interface Head {
  readonly id: string
  readonly number: string
  readonly day: string
  readonly state: 'planned' | 'released'
  readonly site: string
  readonly vehicle: string
  readonly leavesS: number
  readonly returnsS: number
  readonly metres: number
  readonly weightG: number
}
interface StopHead {
  readonly id: string
  readonly seq: number
  readonly beginS: number
  readonly customer: string
  readonly name: string
  readonly line1: string
  readonly line2: string | null
  readonly postcode: string
  readonly city: string
  readonly country: string
}
interface Drop {
  readonly stopId: string
  readonly orderId: string
  readonly number: string
  readonly weightG: number
  readonly open: boolean
  readonly cartons: string[]
}
