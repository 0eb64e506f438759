/** Ways by road: fetched once from a road service, kept, and what it does not know stays an estimate that says so. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newNode, newWorld, type World } from '../../../../test/world.ts'
import { run as ways } from '../../../commands/ways.ts'
import { greatCircle } from '../../../math/route/travel/estimate.ts'
import { roadMatrix, type Send } from '../../../math/route/travel/services.ts'
import { boardOn, DAY, DEPOT, routeOf, testDay } from '../testKit.ts'
import { fetchWays } from './fetchWays.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
const world = (): Promise<World> => newWorld({ kernel, clock, at: '2026-11-23T08:00:00Z', items: 1, stock: 100_000 })

/** A made-up OSRM: twice the great circle at 10 m/s; `cut`: to how many of the places no way leads. */
const osrm =
  (asked: string[], cut = 0): Send =>
  async ({ url }) => {
    asked.push(url)
    const [, places, query] = /\/table\/v1\/[a-z]+\/([^?]+)\?(.*)$/.exec(url)!
    const at = places!.split(';').map((pair) => {
      const [lon, lat] = pair.split(',').map(Number)
      return { lat: lat!, lon: lon! }
    })
    const { sources, destinations } = Object.fromEntries(new URLSearchParams(query))
    const [from, to] = [sources!, destinations!].map((text) => text.split(';').map((k) => at[Number(k)]!))
    const metres = from!.map((a) => to!.map((b, n) => (n < cut ? null : 2 * greatCircle(a, b))))
    const seconds = metres.map((row) => row.map((x) => (x === null ? null : x / 10)))
    return { status: 200, body: JSON.stringify({ code: 'Ok', distances: metres, durations: seconds }) }
  }
const fetched = (w: World, send: Send) =>
  fetchWays(kernel.runner, w.actor, {
    siteId: w.siteId,
    source: 'osrm',
    roads: roadMatrix('osrm', 'http://roads', 'driving', send),
  })
const planned = async (w: World) => {
  await w.run('delivery.plan', { siteId: w.siteId, day: DAY })
  return routeOf(await boardOn(w))
}

test('routes go by the ways a road service has said, which is asked once for each', async () => {
  const w = await world()
  await testDay(w, { stops: 5, vans: 1 })
  const guessed = await planned(w)
  assert.equal(guessed.estimated, true)
  const asked: string[] = []
  assert.equal(await fetched(w, osrm(asked)), 30)
  assert.equal(await fetched(w, osrm(asked)), 0)
  assert.equal(asked.length, 1)
  const driven = await planned(w)
  assert.equal(driven.estimated, false)
  let here = { lat: DEPOT.latE7 / 1e7, lon: DEPOT.lonE7 / 1e7 }
  const depot = here
  let metres = 0
  for (const stop of driven.stops) {
    const there = { lat: stop.latE7! / 1e7, lon: stop.lonE7! / 1e7 }
    metres += 2 * greatCircle(here, there)
    here = there
  }
  metres += 2 * greatCircle(here, depot)
  assert.ok(Math.abs(driven.metres - metres) < 10, `${driven.metres} and ${metres}`)
})

test('a server that fails in the middle costs what was asked last: the rest is kept', async () => {
  const w = await world()
  await testDay(w, { stops: 25, vans: 1, units: () => 1 })
  const asked: string[] = []
  const first = osrm(asked)
  const breaks: Send = (request) => (asked.length < 1 ? first(request) : Promise.reject(new Error('gone')))
  await assert.rejects(fetched(w, breaks), /gone/)
  const [{ count }] = await w.sql('select count(*)::int as count from travel_way where company_id = $1', w.company)
  assert.equal(count, 20 * 25, 'twenty places, each to the 25 others')
  assert.equal(await fetched(w, first), 26 * 25)
  assert.equal(await fetched(w, first), 0)
})

test('what no road leads to is left over, and says so; a way that is not known is estimated and marked', async () => {
  const w = await world()
  await testDay(w, { stops: 3, vans: 1 })
  const rows = await w.sql('select lat_e7, lon_e7 from address where company_id = $1 and lat_e7 is not null', w.company)
  const [island] = rows
  const there = { toLatE7: island.latE7, toLonE7: island.lonE7, metres: null, seconds: null }
  const from = [{ latE7: DEPOT.latE7, lonE7: DEPOT.lonE7 }, ...rows.slice(1)]
  await w.run('delivery.saveWays', {
    source: 'own measurement',
    ways: from.map(({ latE7, lonE7 }) => ({ fromLatE7: latE7, fromLonE7: lonE7, ...there })),
  })
  const route = await planned(w)
  assert.equal(route.stops.length, 2)
  assert.equal(route.estimated, true)
  const { loose } = await w.run('delivery.board', { siteId: w.siteId, day: DAY })
  assert.match(loose[0].reason, /No way leads/)
  await assert.rejects(
    w.run('delivery.saveWays', { source: 'x', ways: [{ fromLatE7: 1, fromLonE7: 1, ...there, metres: 5 }] }),
    refused('half_a_way'),
  )
})

test('the command asks a server over HTTP, and says what is wrong with its answer', async () => {
  const w = await world()
  await testDay(w, { stops: 2, vans: 1 })
  let broken = true
  const server = createServer((request, response) => {
    if (broken) return void response.writeHead(503).end('<html>busy')
    void osrm([])({ method: 'GET', url: request.url! }).then(({ body }) => response.end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await assert.rejects(ways([], { site: 'DC1' }, {} as never), /entrepot ways --site CODE/)
  await assert.rejects(ways([], { osrm: url, valhalla: url }, {} as never), /entrepot ways --site CODE/)
  const roads = roadMatrix('osrm', url, 'driving', async ({ url: to }) => {
    const answer = await fetch(to)
    return { status: answer.status, body: await answer.text() }
  })
  const ask = () => fetchWays(kernel.runner, w.actor, { siteId: w.siteId, source: 'osrm', roads })
  await assert.rejects(ask(), /answered with 503 and no JSON/)
  broken = false
  assert.equal(await ask(), 6)
})
