import type { World } from '../../../test/world.ts'
import type { Static } from '../../core/t.ts'
import { seededRandom } from '../../math/numerics/random.ts'
import type { board } from './day/board.ts'

/** The clock of a test stands on Monday 8:00, and vans have left at 7:00: this is the day to plan next. */
export const DAY = '2026-11-24'
export type Board = Static<typeof board.output>
type Lane = Board['lanes'][number]
export type Route = NonNullable<Lane['route']>
export const boardOn = (w: World, day = DAY) => w.run<Board>('delivery.board', { siteId: w.siteId, day })
export const routesOf = ({ lanes }: Board): Route[] => lanes.flatMap(({ route }) => route ?? [])
export const routeOf = (shown: Board, at = 0): Route => {
  const route = routesOf(shown)[at]
  if (!route) throw new Error(`the day has ${routesOf(shown).length} routes`)
  return route
}
/** The lane of a vehicle that has a route. */
export const laneOf = (shown: Board, code: string): Lane & { readonly route: Route } => {
  const lane = shown.lanes.find((one) => one.code === code)
  if (!lane?.route) throw new Error(`${code} has no route`)
  return { ...lane, route: lane.route }
}
/** Of the orders at these stops. */
export const numbersOf = (stops: readonly Pick<Route['stops'][number], 'orders'>[]): string[] =>
  stops.flatMap(({ orders }) => orders.map(({ number }) => number))
export const sum = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((total, one) => total + of(one), 0)

export const VAN_FACTOR = 'vans diesel, class iii (1.74 to 3.5 tonnes)'
/** Leeds, in degrees × 10⁷. */
export const DEPOT = { latE7: 538_000_000, lonE7: -15_500_000 }

export const van = (siteId: string, code: string, more: object = {}) => ({
  code,
  name: `Van ${code}`,
  siteId,
  capacityG: 1_200_000,
  capacityMl: 8_000_000,
  shiftFrom: 7 * 60,
  shiftTo: 15 * 60 + 30,
  dayCostMinor: 4_500,
  hourCostMinor: 1_976,
  kmCostMinor: 35,
  emissionFactor: VAN_FACTOR,
  ...more,
})

/** A site on the map with vans, and customers around it, each with one released order: `units` of the first item. */
export const testDay = async (
  w: World,
  {
    stops,
    vans,
    units = () => 100,
    seed = 1,
  }: { stops: number; vans: number; units?: (n: number) => number; seed?: number },
) => {
  await w.run('sites.saveSites', { sites: [{ code: 'DC1', ...DEPOT }] })
  const { vehicles } = await w.run('delivery.saveVehicles', {
    vehicles: Array.from({ length: vans }, (_, n) => van(w.siteId, `V${n + 1}`)),
  })
  const random = seededRandom(seed)
  const near = (center: number, spread: number): number => Math.round(center + (random.uniform() - 0.5) * spread)
  const { parties } = await w.run('parties.saveParties', {
    parties: Array.from({ length: stops }, (_, n) => ({
      code: `D${n + 1}`,
      name: `Door ${n + 1}`,
      isCustomer: true,
      currency: 'GBP',
      country: 'GB',
      addresses: [
        {
          kind: 'both',
          name: `Door ${n + 1}`,
          line1: `${n + 1} Mill Lane`,
          city: 'Leeds',
          postcode: 'LS1 1AA',
          country: 'GB',
          latE7: near(DEPOT.latE7, 4_500_000),
          lonE7: near(DEPOT.lonE7, 7_500_000),
          routeDays: 0,
        },
      ],
    })),
  })
  const partyIds: string[] = parties.map((row: { id: string }) => row.id)
  await w.run('credit.saveAccounts', { accounts: partyIds.map((partyId) => ({ partyId, limitAmount: 50_000_000 })) })
  const doors = await w.sql<{ id: string; partyId: string }>(
    'select id, party_id from address where company_id = $1 and party_id = any ($2)',
    w.company,
    partyIds,
  )
  const doorOf = new Map(doors.map((row) => [row.partyId, row.id]))
  const orders = await Promise.all(
    partyIds.map((partyId, n) => releasedOrder(w, partyId, doorOf.get(partyId)!, units(n))),
  )
  return {
    vehicleIds: vehicles.map((row: { id: string }) => row.id) as string[],
    partyIds,
    doorIds: partyIds.map((partyId) => doorOf.get(partyId)!),
    orders,
  }
}

export const releasedOrder = async (
  w: World,
  partyId: string,
  shipToId: string | null,
  uomQty: number,
  more: object = {},
) => {
  const { id, number } = await w.run('sales.createOrder', {
    partyId,
    siteId: w.siteId,
    ...(shipToId && { shipToId }),
    lines: [{ itemId: w.itemIds[0], uom: 'EA', uomQty }],
    ...more,
  })
  await w.run('sales.confirm', { orderId: id })
  await w.run('sales.release', { orderId: id })
  return { id: id as string, number: number as string }
}
