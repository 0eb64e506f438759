/** A day of deliveries: planned within all rules, shorter than by hand, moved by hand with its cost known before, released. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { newNode, type World, type WorldOptions, newWorld as worldOn } from '../../../test/world.ts'
import { wholeCompany } from '../../core/database/pool.ts'
import { readDay } from './day/readDay.ts'
import { arrange } from './routes/arrange.ts'
import { DEPOT, releasedOrder, testDay, VAN_FACTOR, van } from './testKit.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
const newWorld = (options: WorldOptions = {}) => worldOn({ kernel, clock, stock: 100_000, ...options })
/** The clock stands on Monday 8:00; vans have left at 7:00. */
const DAY = '2026-11-24'
const board = (w: World, day = DAY) => w.run('delivery.board', { siteId: w.siteId, day })
// biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
type Any = any
const routesOf = (shown: Any): Any[] => shown.lanes.flatMap((lane: Any) => lane.route ?? [])
const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0)

test('Forty-two doors on three vans: all rules hold, and a tenth and more is saved on driving to the nearest door next', async () => {
  const w = await newWorld({ items: 1 })
  const { orders, doorIds } = await testDay(w, { stops: 42, vans: 3, units: (n) => 180 + ((n * 111) % 270) })
  const windows = new Map(
    doorIds
      .slice(0, 10)
      .map((id, n) => [id, n % 2 === 0 ? [8 * 60, 11 * 60] : [8 * 60, 9 * 60, 12 * 60, 15 * 60]] as const),
  )
  await w.run('delivery.saveHours', {
    doors: [...windows].map(([addressId, hours]) => ({ addressId, windows: hours, serviceMinutes: 6 })),
  })
  await w.run('delivery.saveRule', { siteId: w.siteId, opens: 7 * 60, closes: 17 * 60, serviceMinutes: 6 })
  const made = await w.run('delivery.plan', { siteId: w.siteId })
  assert.deepEqual(made, { day: DAY, routes: 3, stops: 42, left: 0 })
  const shown = await board(w)
  const routes = routesOf(shown)
  assert.equal(shown.loose.length, 0)
  assert.deepEqual(
    routes.flatMap((route) => route.stops.flatMap((stop: Any) => stop.orders.map((o: Any) => o.number))).toSorted(),
    orders.map(({ number }) => number).toSorted(),
  )
  for (const { stops, weightG, fullPpm, leavesS, returnsS, ttwG, metres } of routes) {
    assert.ok(fullPpm <= 1_000_000 && weightG <= 1_200_000 && leavesS >= 7 * 3_600 && returnsS <= 15.5 * 3_600)
    assert.equal(
      sum(stops as Any[], (stop) => sum(stop.orders as Any[], (o) => o.ttwG)),
      ttwG,
    )
    assert.equal(ttwG, Math.round((metres / 1_000) * 280.46))
    for (const stop of stops as Any[]) {
      const hours = windows.get(stop.addressId) ?? [7 * 60, 17 * 60]
      const open = hours.some((from, k) => k % 2 === 0 && stop.beginS >= from * 60 && stop.beginS <= hours[k + 1]! * 60)
      assert.ok(open, `${stop.customer} at ${stop.beginS}`)
    }
  }
  const day = await kernel.pool.transaction(wholeCompany(w.company), 10_000, (sql) =>
    readDay({ sql, company: w.company, now: clock.now() } as never, w.siteId, DAY),
  )
  const { problem } = arrange(day)
  assert.ok(sum(routes, (route) => route.metres) <= 0.9 * nearestFirst(problem), 'a tenth less than nearest first')
})

/** What a dispatcher without help does: to the nearest door that still fits, else the next van. */
const nearestFirst = ({ travel, locations, stops, vehicles }: Any): number => {
  const { distances, durations } = travel.van
  const left = new Set<Any>(stops)
  let metres = 0
  for (const vehicle of vehicles) {
    let [here, time, load] = [0, vehicle.shift[0], 0]
    for (;;) {
      const next = [...left]
        .filter((stop) => {
          const arrival = time + durations[here * locations + stop.location]
          const begin = begins(stop, arrival)
          const back = (begin ?? Number.POSITIVE_INFINITY) + stop.service + durations[stop.location * locations]
          return begin !== null && load + stop.deliver[0] <= vehicle.capacity[0] && back <= vehicle.shift[1]
        })
        .sort((a, b) => distances[here * locations + a.location] - distances[here * locations + b.location])[0]
      if (!next) break
      metres += distances[here * locations + next.location]
      time = begins(next, time + durations[here * locations + next.location])! + next.service
      load += next.deliver[0]
      here = next.location
      left.delete(next)
    }
    metres += distances[here * locations]
  }
  // What it leaves behind would go there and back: it is not counted in its favour.
  return metres + sum([...left], ({ location }) => 2 * distances[location])
}
const begins = ({ windows }: Any, arrival: number): number | null => {
  const open = windows.find(([, close]: number[]) => arrival <= close!)
  return open ? Math.max(arrival, open[0]) : null
}

test('What moving a stop costs is what it then has cost: kilometres, minutes, money, grams', async () => {
  const w = await newWorld({ items: 1 })
  await testDay(w, { stops: 8, vans: 2, units: () => 700 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const before = await board(w)
  const lane = before.lanes.find((one: Any) => one.route?.stops.length > 0)
  const stop = lane.route.stops[0]
  const { places } = await w.run('delivery.places', { siteId: w.siteId, day: DAY, stopId: stop.id })
  const possible = places.filter((place: Any) => place.fault === null && (place.metres !== 0 || place.seconds !== 0))
  assert.ok(possible.length > 0)
  const { vehicleId, position, metres, seconds, costMinor, ttwG } = possible[0]
  const seen = routesOf(before).map(({ id, version }) => ({ routeId: id, version }))
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId, position, seen })
  const later = await board(w)
  const change = (of: (route: Any) => number) => sum(routesOf(later), of) - sum(routesOf(before), of)
  assert.equal(
    change((route) => route.metres),
    metres,
  )
  assert.equal(
    change((route) => route.returnsS - route.leavesS),
    seconds,
  )
  assert.ok(Math.abs(change((route) => route.costMinor) - costMinor) <= 1)
  assert.ok(Math.abs(change((route) => route.ttwG) - ttwG) <= 2)
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId: null, seen }),
    refused('day_changed'),
  )
})

test('A place that a rule forbids says which, and the move is refused with it', async () => {
  const w = await newWorld({ items: 1 })
  const { vehicleIds } = await testDay(w, { stops: 3, vans: 2, units: () => 2_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const shown = await board(w)
  const lane = shown.lanes.find((one: Any) => one.route?.stops.length === 1)
  const other = vehicleIds.find((id) => id !== lane.vehicleId)
  const stopId = lane.route.stops[0].id
  const { places } = await w.run('delivery.places', { siteId: w.siteId, day: DAY, stopId })
  assert.ok(places.some((place: Any) => place.vehicleId === other && place.fault === 'more than the vehicle holds'))
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId, vehicleId: other, position: 0 }),
    refused('cannot_go_there', /more than the vehicle holds/),
  )
})

test('What is on no route says why: no place, too heavy, too far, promised for later', async () => {
  const w = await newWorld({ items: 1 })
  const { partyIds, doorIds } = await testDay(w, { stops: 3, vans: 1 })
  await releasedOrder(w, partyIds[0]!, doorIds[0]!, 7_000)
  const { parties } = await w.run('parties.saveParties', {
    parties: [
      {
        code: 'FAR',
        name: 'Far',
        isCustomer: true,
        addresses: [{ ...door('Truro'), latE7: 502_600_000, lonE7: -50_500_000 }],
      },
      { code: 'NOWHERE', name: 'Nowhere', isCustomer: true, addresses: [door('Atlantis')] },
    ],
  })
  await w.run('credit.saveAccounts', {
    accounts: parties.map(({ id }: Any) => ({ partyId: id, limitAmount: 50_000_000 })),
  })
  const addresses = await w.sql('select id, party_id from address where company_id = $1', w.company)
  for (const { id } of parties) await releasedOrder(w, id, addresses.find((row: Any) => row.partyId === id).id, 10)
  await releasedOrder(w, partyIds[1]!, doorIds[1]!, 10, { requestedOn: '2026-12-15' })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const shown = await board(w)
  const why = Object.fromEntries(shown.loose.map((stop: Any) => [stop.customer, stop.reason]))
  assert.match(why['Door 1'], /more than any vehicle/)
  assert.match(why.Far, /shift|hours|close/i)
  assert.match(why.Nowhere, /Where .*Atlantis lies is not known/)
  assert.equal(shown.later, 1)
  assert.equal(
    sum(routesOf(shown), (route) => route.stops.length),
    3,
  )
})
const door = (city: string) => ({
  kind: 'both',
  name: city,
  line1: '1 Quay',
  city,
  postcode: 'X1 1XX',
  country: 'GB',
  routeDays: 0,
})

test('Released routes stay as they are; what changed meanwhile is asked again; nothing is planned twice', async () => {
  const w = await newWorld({ items: 1 })
  const { partyIds, doorIds, orders } = await testDay(w, { stops: 6, vans: 2, units: () => 1_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const [first] = routesOf(await board(w))
  await assert.rejects(
    w.run('delivery.release', { siteId: w.siteId, day: DAY, routes: [{ routeId: first.id, version: 99 }] }),
    refused('day_changed'),
  )
  await w.run('delivery.release', {
    siteId: w.siteId,
    day: DAY,
    routes: [{ routeId: first.id, version: first.version }],
  })
  await releasedOrder(w, partyIds[0]!, doorIds[0]!, 100)
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const shown = await board(w)
  const same = routesOf(shown).find(({ id }) => id === first.id)
  assert.deepEqual(
    same.stops.map((stop: Any) => stop.orders.map((o: Any) => o.number)),
    first.stops.map((stop: Any) => stop.orders.map((o: Any) => o.number)),
  )
  const all = routesOf(shown).flatMap((route) =>
    route.stops.flatMap((stop: Any) => stop.orders.map((o: Any) => o.number)),
  )
  assert.equal(new Set(all).size, all.length)
  assert.equal(all.length + sum(shown.loose as Any[], (stop) => stop.orders.length), orders.length + 1)
  const { loading } = await w.run('delivery.route', { routeId: first.id })
  assert.deepEqual(
    loading.map(({ seq }: Any) => seq),
    first.stops.map((_: unknown, n: number) => first.stops.length - n),
    'the last door is loaded first',
  )
  await w.run('delivery.reopen', { routeId: first.id })
  await assert.rejects(w.run('delivery.reopen', { routeId: first.id }), refused('not_released'))
})

test('An order that is cancelled drops out when its route is released', async () => {
  const w = await newWorld({ items: 1 })
  const { orders } = await testDay(w, { stops: 3, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  await w.run('sales.cancel', { orderId: orders[0]!.id, reason: 'changed their mind' })
  const [route] = routesOf(await board(w))
  assert.equal(route.stops.flatMap((stop: Any) => stop.orders).filter((o: Any) => o.state === 'left').length, 1)
  await w.run('delivery.release', {
    siteId: w.siteId,
    day: DAY,
    routes: [{ routeId: route.id, version: route.version }],
  })
  const [released] = routesOf(await board(w))
  assert.equal(released.state, 'released')
  assert.equal(released.stops.length, 2)
})

test('Bad input says what to do: shift, factor, hours, a day that is over, a site without a place or vehicles', async () => {
  const w = await newWorld({ items: 1 })
  const plan = (day?: string) => w.run('delivery.plan', { siteId: w.siteId, ...(day && { day }) })
  await assert.rejects(plan(), refused('no_place'))
  await w.run('sites.saveSites', { sites: [{ code: 'DC1', ...DEPOT }] })
  await assert.rejects(plan(), refused('no_vehicle'))
  const save = (more: object) => w.run('delivery.saveVehicles', { vehicles: [van(w.siteId, 'V1', more)] })
  await assert.rejects(save({ shiftFrom: 900, shiftTo: 600 }), refused('vehicle_errors', /ends before it begins/))
  await assert.rejects(save({ emissionFactor: 'horse' }), refused('vehicle_errors', /no factor .*horse/))
  await save({})
  await assert.rejects(plan('2026-11-20'), refused('day_is_over'))
  const [{ id: addressId }] = await w.sql('select id from address where company_id = $1 limit 1', w.company)
  for (const windows of [[480], [480, 470], [480, 500, 490, 600]])
    await assert.rejects(w.run('delivery.saveHours', { doors: [{ addressId, windows }] }), refused('hours_refused'))
})

test('Two dispatchers on two nodes plan, move and release at once: whoever comes second is told, and no order is on two routes', async () => {
  const w = await newWorld({ items: 1 })
  const { orders } = await testDay(w, { stops: 8, vans: 2, units: () => 500 })
  const other = await newNode({ clock })
  after(() => other.kernel.close())
  const there = (name: string, input: object) => other.kernel.runner.run(w.actor, name, input)
  const plan = { siteId: w.siteId, day: DAY }
  const first = await Promise.allSettled([w.run('delivery.plan', plan), there('delivery.plan', plan)])
  const told = (all: PromiseSettledResult<unknown>[]) =>
    all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
  assert.deepEqual(told(first), ['day_changed'])
  const shown = await board(w)
  const seen = routesOf(shown).map(({ id, version }) => ({ routeId: id, version }))
  const stops: Any[] = routesOf(shown).flatMap((route) => route.stops)
  const off = (stopId: string) => ({ ...plan, stopId, vehicleId: null, seen })
  const second = await Promise.allSettled([
    w.run('delivery.move', off(stops[0].id)),
    there('delivery.move', off(stops[1].id)),
    w.run('delivery.release', { ...plan, routes: seen }),
    there('delivery.release', { ...plan, routes: seen }),
  ])
  assert.deepEqual(told(second), ['day_changed', 'day_changed', 'day_changed'])
  const later = await board(w)
  const numbers = routesOf(later).flatMap((route) =>
    route.stops.flatMap((stop: Any) => stop.orders.map((o: Any) => o.number)),
  )
  assert.equal(new Set(numbers).size, numbers.length)
  assert.equal(numbers.length + sum(later.loose as Any[], (stop) => stop.orders.length), orders.length)
})

test('A factor of the company’s own goes before the one that comes with the app, and says well to wheel where it knows it', async () => {
  const w = await newWorld({ items: 1 })
  await testDay(w, { stops: 3, vans: 1 })
  const own = {
    name: VAN_FACTOR,
    unit: 'kg/vkm',
    gases: 'CO2e',
    source: 'own fleet',
    version: '1',
    year: 2026,
    region: 'GB',
    licence: 'own',
  }
  const save = (...rows: object[]) =>
    w.run('delivery.saveFactors', { factors: rows.map((row) => ({ ...own, ...row })) })
  await assert.rejects(save({ scope: 'TTW', value: '0,3' }), refused('factor_errors', /no decimal number/))
  await assert.rejects(
    save({ scope: 'TTW', value: '0.3' }, { scope: 'WTW', value: '0.2' }),
    refused('factor_errors', /less than a part of it/),
  )
  await save({ scope: 'TTW', value: '0.3' }, { scope: 'WTT', value: '0.07' })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const [{ metres, ttwG, wtwG }] = routesOf(await board(w))
  assert.equal(ttwG, Math.round(metres * 0.3))
  assert.equal(wtwG, Math.round(metres * 0.37))
})

test('A vehicle that is given up, a door that has lost its place: their goods are shown, planned anew, and on one route', async () => {
  const w = await newWorld({ items: 1 })
  const { doorIds, orders } = await testDay(w, { stops: 6, vans: 2, units: () => 1_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const numbersOf = (shown: Any): string[] => [
    ...routesOf(shown).flatMap((route) => route.stops.flatMap((stop: Any) => stop.orders.map((o: Any) => o.number))),
    ...shown.loose.flatMap((stop: Any) => stop.orders.map((o: Any) => o.number)),
  ]
  await w.run('delivery.saveVehicles', { vehicles: [van(w.siteId, 'V1', { active: false })] })
  const shown = await board(w)
  const [gone, other] = ['V1', 'V2'].map((code) => shown.lanes.find((lane: Any) => lane.code === code))
  assert.equal(gone.route.broken, true)
  assert.deepEqual(numbersOf(shown).toSorted(), orders.map(({ number }) => number).toSorted())
  const [stop] = gone.route.stops
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId: null })
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: other.route.stops[0].id, vehicleId: gone.vehicleId }),
    refused('vehicle_taken'),
  )
  await w.sql(
    'update address set lat_e7 = null, lon_e7 = null where company_id = $1 and id = $2',
    w.company,
    doorIds[5],
  )
  const lost = await board(w)
  assert.equal(lost.loose.filter((one: Any) => /lies is not known/.test(one.reason)).length, 1)
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const planned = await board(w)
  assert.deepEqual(numbersOf(planned).toSorted(), orders.map(({ number }) => number).toSorted())
  assert.deepEqual(
    planned.lanes.map((lane: Any) => lane.code),
    ['V2'],
    'the route of the vehicle that was given up is empty',
  )
})

test('What is on a route of today or of another day to come is on no second one; what stayed behind is due again', async () => {
  const w = await newWorld({ items: 1 })
  const { orders } = await testDay(w, { stops: 4, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const next = await w.run('delivery.plan', { siteId: w.siteId, day: '2026-11-25' })
  assert.deepEqual([next.stops, next.left], [0, 0])
  const shown = await board(w, '2026-11-25')
  assert.deepEqual([shown.loose.length, shown.later], [0, 0])
  const there = await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  assert.equal(there.stops, 4)
  await w.sql("update route set day = '2026-11-20' where company_id = $1", w.company)
  await w.sql("update route_drop set day = '2026-11-20' where company_id = $1", w.company)
  const again = await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  assert.equal(again.stops, orders.length)
})

test('Goods that come for a door on a route are a stop of their own until it is planned anew, before and behind the one that is there', async () => {
  const w = await newWorld({ items: 1 })
  const { doorIds, partyIds, vehicleIds } = await testDay(w, { stops: 3, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  await releasedOrder(w, partyIds[0]!, doorIds[0]!, 20)
  const before = await board(w)
  const at = routesOf(before)[0].stops.findIndex((stop: Any) => stop.addressId === doorIds[0])
  assert.deepEqual(
    before.loose.map(({ addressId, part }: Any) => [addressId, part]),
    [[doorIds[0], 1]],
  )
  const put = { siteId: w.siteId, day: DAY, addressId: doorIds[0], vehicleId: vehicleIds[0], position: at }
  await w.run('delivery.move', put)
  const [route] = routesOf(await board(w))
  assert.deepEqual(
    route.stops.map((stop: Any) => stop.addressId === doorIds[0]),
    route.stops.map((_: unknown, n: number) => n === at || n === at + 1),
  )
})

test('A cancelled stop counts for no position, can be taken off, and keeps no other route from its release', async () => {
  const w = await newWorld({ items: 1 })
  const { orders } = await testDay(w, { stops: 4, vans: 2, units: () => 2_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const [first, second] = routesOf(await board(w))
  const orderOf = (stop: Any) => orders.find(({ number }) => number === stop.orders[0].number)!
  for (const stop of first.stops)
    await w.run('sales.cancel', { orderId: orderOf(stop).id, reason: 'changed their mind' })
  const shown = routesOf(await board(w)).find(({ id }) => id === first.id)
  assert.ok(shown.stops.every((stop: Any) => stop.gone && stop.orders[0].state === 'left'))
  const seen = routesOf(await board(w)).map(({ id, version }) => ({ routeId: id, version }))
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: shown.stops[0].id, vehicleId: null, seen })
  const routes = routesOf(await board(w)).map(({ id, version }) => ({ routeId: id, version }))
  const { released } = await w.run('delivery.release', { siteId: w.siteId, day: DAY, routes })
  assert.deepEqual(released, [second.number])
})

test('Who may see some customers only sees no routes; a vehicle stays with its site; what is left out of a change stays', async () => {
  const w = await newWorld({ items: 1 })
  const { partyIds } = await testDay(w, { stops: 2, vans: 1 })
  const limited = { ...w.actor, kind: 'user' as const, parties: [partyIds[0]!] }
  const plan = { siteId: w.siteId, day: DAY }
  for (const name of ['delivery.board', 'delivery.plan'])
    await assert.rejects(w.run(name, plan, { as: limited }), refused('whole_routes'))
  const { sites } = await w.run('sites.saveSites', { sites: [{ code: 'DC2', name: 'Other', country: 'GB' }] })
  await assert.rejects(
    w.run('delivery.saveVehicles', { vehicles: [van(sites[0].id, 'V1')] }),
    refused('code_taken', /V1 is the code of a vehicle of another site/),
  )
  const { dayCostMinor: _, ...rest } = van(w.siteId, 'V1', { name: 'Renamed' })
  await w.run('delivery.saveVehicles', { vehicles: [rest] })
  const { vehicles } = await w.run('delivery.vehicles', { siteId: w.siteId })
  assert.deepEqual([vehicles[0].name, vehicles[0].dayCostMinor], ['Renamed', 4_500])
})
