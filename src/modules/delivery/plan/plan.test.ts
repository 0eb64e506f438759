/** A day is planned within all rules, shorter than by hand, and whatever is on no route says why. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newNode, type World, type WorldOptions, newWorld as worldOn } from '../../../../test/world.ts'
import { wholeCompany } from '../../../core/database/pool.ts'
import type { RouteProblem, Stop } from '../../../math/route/model/problem.ts'
import { readDay } from '../day/readDay.ts'
import { arrange } from '../routes/arrange.ts'
import { type Board, boardOn, DAY, laneOf, numbersOf, releasedOrder, routesOf, sum, testDay, van } from '../testKit.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
const newWorld = (options: WorldOptions = {}) => worldOn({ kernel, clock, stock: 100_000, items: 1, ...options })

test('Forty-two doors on three vans: all rules hold, and a tenth and more is saved on driving to the nearest door next', async () => {
  const w = await newWorld()
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
  const shown = await boardOn(w)
  const routes = routesOf(shown)
  assert.equal(shown.loose.length, 0)
  assert.deepEqual(
    routes.flatMap(({ stops }) => numbersOf(stops)).toSorted(),
    orders.map(({ number }) => number).toSorted(),
  )
  for (const { stops, weightG, fullPpm, leavesS, returnsS, ttwG, metres } of routes) {
    assert.ok(fullPpm <= 1_000_000 && weightG <= 1_200_000 && leavesS >= 7 * 3_600 && returnsS <= 15.5 * 3_600)
    assert.equal(
      sum(stops, (stop) => sum(stop.orders, (order) => order.ttwG!)),
      ttwG,
    )
    assert.equal(ttwG, Math.round((metres / 1_000) * 280.46))
    for (const stop of stops) {
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
const nearestFirst = ({ travel, locations, stops, vehicles }: RouteProblem): number => {
  const { distances, durations } = travel.van!
  const way = (of: Int32Array, from: number, to: number): number => of[from * locations + to]!
  const left = new Set(stops)
  let metres = 0
  for (const vehicle of vehicles) {
    const [from, until] = vehicle.shift!
    let [here, time, load] = [0, from, 0]
    for (;;) {
      const next = [...left]
        .filter((stop) => {
          const arrival = time + way(durations, here, stop.location)
          const begin = begins(stop, arrival)
          const back = (begin ?? Number.POSITIVE_INFINITY) + stop.service! + way(durations, stop.location, 0)
          return begin !== null && load + stop.deliver![0]! <= vehicle.capacity![0]! && back <= until
        })
        .sort((a, b) => way(distances, here, a.location) - way(distances, here, b.location))[0]
      if (!next) break
      metres += way(distances, here, next.location)
      time = begins(next, time + way(durations, here, next.location))! + next.service!
      load += next.deliver![0]!
      here = next.location
      left.delete(next)
    }
    metres += way(distances, here, 0)
  }
  // What it leaves behind would go there and back: it is not counted in its favour.
  return metres + sum([...left], ({ location }) => 2 * way(distances, 0, location))
}
const begins = ({ windows }: Stop, arrival: number): number | null => {
  const open = windows!.find(([, close]) => arrival <= close)
  return open ? Math.max(arrival, open[0]) : null
}

test('What is on no route says why: no place, too heavy, too far, promised for later', async () => {
  const w = await newWorld()
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
    accounts: parties.map(({ id }: { id: string }) => ({ partyId: id, limitAmount: 50_000_000 })),
  })
  const addresses = await w.sql('select id, party_id from address where company_id = $1', w.company)
  for (const { id } of parties) await releasedOrder(w, id, addresses.find((row) => row.partyId === id).id, 10)
  await releasedOrder(w, partyIds[1]!, doorIds[1]!, 10, { requestedOn: '2026-12-15' })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const shown = await boardOn(w)
  const why = Object.fromEntries(shown.loose.map((stop) => [stop.customer, stop.reason]))
  assert.match(why['Door 1']!, /more than any vehicle/)
  assert.match(why.Far!, /shift|hours|close/i)
  assert.match(why.Nowhere!, /Where .*Atlantis lies is not known/)
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

test('A vehicle that is given up, a door that has lost its place: their goods are shown, planned anew, and on one route', async () => {
  const w = await newWorld()
  const { doorIds, orders } = await testDay(w, { stops: 6, vans: 2, units: () => 1_500 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const all = (of: Board): string[] =>
    [...routesOf(of).flatMap(({ stops }) => numbersOf(stops)), ...numbersOf(of.loose)].toSorted()
  await w.run('delivery.saveVehicles', { vehicles: [van(w.siteId, 'V1', { active: false })] })
  const shown = await boardOn(w)
  const [gone, other] = [laneOf(shown, 'V1'), laneOf(shown, 'V2')]
  assert.equal(gone.route.broken, true)
  assert.deepEqual(all(shown), orders.map(({ number }) => number).toSorted())
  const stop = gone.route.stops[0]!
  await w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: stop.id, vehicleId: null })
  await assert.rejects(
    w.run('delivery.move', { siteId: w.siteId, day: DAY, stopId: other.route.stops[0]!.id, vehicleId: gone.vehicleId }),
    refused('vehicle_taken'),
  )
  await w.sql(
    'update address set lat_e7 = null, lon_e7 = null where company_id = $1 and id = $2',
    w.company,
    doorIds[5],
  )
  const lost = await boardOn(w)
  assert.equal(lost.loose.filter((one) => /lies is not known/.test(one.reason)).length, 1)
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const planned = await boardOn(w)
  assert.deepEqual(all(planned), orders.map(({ number }) => number).toSorted())
  assert.deepEqual(
    planned.lanes.map((lane) => lane.code),
    ['V2'],
    'the route of the vehicle that was given up is empty',
  )
})

test('What is on a route of today or of another day to come is on no second one; what stayed behind is due again', async () => {
  const w = await newWorld()
  const { orders } = await testDay(w, { stops: 4, vans: 1 })
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  const next = await w.run('delivery.plan', { siteId: w.siteId, day: '2026-11-25' })
  assert.deepEqual([next.stops, next.left], [0, 0])
  const shown = await boardOn(w, '2026-11-25')
  assert.deepEqual([shown.loose.length, shown.later], [0, 0])
  const there = await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  assert.equal(there.stops, 4)
  await w.sql("update route set day = '2026-11-20' where company_id = $1", w.company)
  await w.sql("update route_drop set day = '2026-11-20' where company_id = $1", w.company)
  const again = await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  assert.equal(again.stops, orders.length)
})

/** Plans the day, and does `meanwhile` when the search is over and the plan waits to be written. */
const planAround = async (w: World, meanwhile: () => Promise<unknown>) => {
  const plan = { siteId: w.siteId, day: DAY }
  let planning: Promise<{ stops: number }> | undefined
  await kernel.pool.transaction(wholeCompany(w.company), 60_000, async (sql) => {
    await sql`select id from vehicle where company_id = ${w.company} order by id for no key update`
    planning = w.run('delivery.plan', plan)
    planning.catch(() => {})
    const waits = () => sql<{ count: number }[]>`
      select count(*)::int as count
        from pg_stat_activity
       where pg_backend_pid() = any (pg_blocking_pids(pid))`
    while ((await waits())[0]!.count === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await meanwhile()
  })
  return planning!
}

test('A site works on while it is planned: orders that are released meanwhile change nothing, and wait for the next plan', async () => {
  const w = await newWorld()
  const { partyIds, doorIds } = await testDay(w, { stops: 4, vans: 2 })
  const { stops } = await planAround(w, () => releasedOrder(w, partyIds[0]!, doorIds[0]!, 5))
  assert.equal(stops, 4)
  assert.deepEqual(
    (await boardOn(w)).loose.map(({ addressId }) => addressId),
    [doorIds[0]],
  )
})

test('Whoever changes hours, the rule or the place of a door while a day is planned has the last word: nothing is written', async () => {
  const w = await newWorld()
  const { doorIds } = await testDay(w, { stops: 4, vans: 2 })
  const changes = [
    () => w.run('delivery.saveHours', { doors: [{ addressId: doorIds[0], windows: [600, 660] }] }),
    () => w.run('delivery.saveRule', { siteId: w.siteId, opens: 540, closes: 1_020, serviceMinutes: 5 }),
    () => w.sql('update address set lat_e7 = lat_e7 + 1000 where company_id = $1 and id = $2', w.company, doorIds[1]),
  ]
  for (const change of changes) await assert.rejects(planAround(w, change), refused('day_changed'))
  assert.equal(routesOf(await boardOn(w)).length, 0)
})
