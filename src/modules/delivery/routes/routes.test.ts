/** Routes by hand: what a move costs is known before it is made; two people at once; what is released stays. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newNode, type WorldOptions, newWorld as worldOn } from '../../../../test/world.ts'
import type { Static } from '../../../core/t.ts'
import { boardOn, DAY, numbersOf, type Route, releasedOrder, routeOf, routesOf, sum, testDay } from '../testKit.ts'
import type { places } from './places.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
type Places = Static<typeof places.output>
const newWorld = (options: WorldOptions = {}) => worldOn({ kernel, clock, stock: 100_000, items: 1, ...options })

test('What moving a stop costs is what it then has cost: kilometres, minutes, money, grams', async () => {
  const w = await newWorld()
  await testDay(w, { stops: 8, vans: 2, units: () => 700 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const before = await boardOn(w)
  const stop = routeOf(before).stops[0]!
  const { places } = await w.run<Places>('delivery.places', { siteId: w.siteId, day: DAY, stopId: stop.id })
  const possible = places.find((place) => place.fault === null && (place.metres !== 0 || place.seconds !== 0))
  const { vehicleId, position, metres, seconds, costMinor, ttwG } = possible!
  const seen = routesOf(before).map(({ id, version }) => ({ routeId: id, version }))
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId, position, seen })
  const later = await boardOn(w)
  const change = (of: (route: Route) => number) => sum(routesOf(later), of) - sum(routesOf(before), of)
  assert.equal(
    change((route) => route.metres),
    metres,
  )
  assert.equal(
    change((route) => route.returnsS - route.leavesS),
    seconds,
  )
  assert.ok(Math.abs(change((route) => route.costMinor!) - costMinor!) <= 1)
  assert.ok(Math.abs(change((route) => route.ttwG!) - ttwG!) <= 2)
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId: null, seen }),
    refused('day_changed'),
  )
})

test('A place that a rule forbids says which, and the move is refused with it', async () => {
  const w = await newWorld()
  const { vehicleIds } = await testDay(w, { stops: 3, vans: 2, units: () => 2_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const shown = await boardOn(w)
  const lane = shown.lanes.find((one) => one.route?.stops.length === 1)!
  const other = vehicleIds.find((id) => id !== lane.vehicleId)
  const stopId = lane.route!.stops[0]!.id
  const { places } = await w.run<Places>('delivery.places', { siteId: w.siteId, day: DAY, stopId })
  assert.ok(places.some((place) => place.vehicleId === other && place.fault === 'more than the vehicle holds'))
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId, vehicleId: other, position: 0 }),
    refused('cannot_go_there', /more than the vehicle holds/),
  )
})

test('Released routes stay as they are; what changed meanwhile is asked again; nothing is planned twice', async () => {
  const w = await newWorld()
  const { partyIds, doorIds, orders } = await testDay(w, { stops: 6, vans: 2, units: () => 1_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const first = routeOf(await boardOn(w))
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
  const shown = await boardOn(w)
  const same = routesOf(shown).find(({ id }) => id === first.id)!
  assert.deepEqual(
    same.stops.map((stop) => stop.orders.map(({ number }) => number)),
    first.stops.map((stop) => stop.orders.map(({ number }) => number)),
  )
  const all = routesOf(shown).flatMap(({ stops }) => numbersOf(stops))
  assert.equal(new Set(all).size, all.length)
  assert.equal(all.length + sum(shown.loose, (stop) => stop.orders.length), orders.length + 1)
  const { loading } = await w.run('delivery.route', { routeId: first.id })
  assert.deepEqual(
    loading.map(({ seq }: { seq: number }) => seq),
    first.stops.map((_: unknown, n: number) => first.stops.length - n),
    'the last door is loaded first',
  )
  await w.run('delivery.reopen', { routeId: first.id })
  await assert.rejects(w.run('delivery.reopen', { routeId: first.id }), refused('not_released'))
})

test('An order that is cancelled drops out when its route is released', async () => {
  const w = await newWorld()
  const { orders } = await testDay(w, { stops: 3, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  await w.run('sales.cancel', { orderId: orders[0]!.id, reason: 'changed their mind' })
  const route = routeOf(await boardOn(w))
  assert.equal(route.stops.flatMap((stop) => stop.orders).filter((o) => o.state === 'left').length, 1)
  await w.run('delivery.release', {
    siteId: w.siteId,
    day: DAY,
    routes: [{ routeId: route.id, version: route.version }],
  })
  const released = routeOf(await boardOn(w))
  assert.equal(released.state, 'released')
  assert.equal(released.stops.length, 2)
})

test('Two dispatchers on two nodes plan, move and release at once: whoever comes second is told, and no order is on two routes', async () => {
  const w = await newWorld()
  const { orders } = await testDay(w, { stops: 8, vans: 2, units: () => 500 })
  const other = await newNode({ clock })
  after(() => other.kernel.close())
  const there = (name: string, input: object) => other.kernel.runner.run(w.actor, name, input)
  const plan = { siteId: w.siteId, day: DAY }
  const first = await Promise.allSettled([w.run('delivery.plan', plan), there('delivery.plan', plan)])
  const told = (all: PromiseSettledResult<unknown>[]) =>
    all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
  assert.deepEqual(told(first), ['day_changed'])
  const shown = await boardOn(w)
  const seen = routesOf(shown).map(({ id, version }) => ({ routeId: id, version }))
  const [one, two] = routesOf(shown).flatMap((route) => route.stops)
  const off = (stopId: string) => ({ ...plan, stopId, vehicleId: null, seen })
  const second = await Promise.allSettled([
    w.run('delivery.move', off(one!.id)),
    there('delivery.move', off(two!.id)),
    w.run('delivery.release', { ...plan, routes: seen }),
    there('delivery.release', { ...plan, routes: seen }),
  ])
  assert.deepEqual(told(second), ['day_changed', 'day_changed', 'day_changed'])
  const later = await boardOn(w)
  const numbers = routesOf(later).flatMap(({ stops }) => numbersOf(stops))
  assert.equal(new Set(numbers).size, numbers.length)
  assert.equal(numbers.length + sum(later.loose, (stop) => stop.orders.length), orders.length)
})

test('Goods that come for a door on a route are a stop of their own until it is planned anew, before and behind the one that is there', async () => {
  const w = await newWorld()
  const { doorIds, partyIds, vehicleIds } = await testDay(w, { stops: 3, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  await releasedOrder(w, partyIds[0]!, doorIds[0]!, 20)
  const before = await boardOn(w)
  const at = routeOf(before).stops.findIndex((stop) => stop.addressId === doorIds[0])
  assert.deepEqual(
    before.loose.map(({ addressId, part }) => [addressId, part]),
    [[doorIds[0], 1]],
  )
  const put = { siteId: w.siteId, day: DAY, addressId: doorIds[0], vehicleId: vehicleIds[0], position: at }
  await w.run('delivery.move', put)
  const route = routeOf(await boardOn(w))
  assert.deepEqual(
    route.stops.map((stop) => stop.addressId === doorIds[0]),
    route.stops.map((_: unknown, n: number) => n === at || n === at + 1),
  )
})

test('A cancelled stop counts for no position, can be taken off, and keeps no other route from its release', async () => {
  const w = await newWorld()
  const { orders } = await testDay(w, { stops: 4, vans: 2, units: () => 2_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const planned = await boardOn(w)
  const [first, second] = [routeOf(planned, 0), routeOf(planned, 1)]
  for (const number of numbersOf(first.stops))
    await w.run('sales.cancel', {
      orderId: orders.find((order) => order.number === number)!.id,
      reason: 'changed their mind',
    })
  const shown = routesOf(await boardOn(w)).find(({ id }) => id === first.id)!
  assert.ok(shown.stops.every((stop) => stop.gone && stop.orders[0]!.state === 'left'))
  const seen = routesOf(await boardOn(w)).map(({ id, version }) => ({ routeId: id, version }))
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: shown.stops[0]!.id, vehicleId: null, seen })
  const routes = routesOf(await boardOn(w)).map(({ id, version }) => ({ routeId: id, version }))
  const { released } = await w.run('delivery.release', { siteId: w.siteId, day: DAY, routes })
  assert.deepEqual(released, [second.number])
})
