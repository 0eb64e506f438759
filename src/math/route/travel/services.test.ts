import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roadMatrix, type Send, type ServiceName } from './services.ts'

const point = (n: number) => ({ lat: 50 + n / 100, lon: n / 100 })
const all = Array.from({ length: 70 }, (_, n) => point(n))
/** Ways of a made-up country: from a to b 1,000 m × (100 a + b), a tenth of that in seconds; nothing leads to 13. */
const way = (a: number, b: number) => 1_000 * (100 * a + b)
const numberOf = (lat: number) => Math.round((lat - 50) * 100)

const osrm: Send = async ({ method, url }) => {
  assert.equal(method, 'GET')
  const [, places, query] = /\/table\/v1\/driving\/([^?]+)\?(.*)$/.exec(url)!
  const at = places!.split(';').map((pair) => numberOf(Number(pair.split(',')[1])))
  const { sources, destinations, annotations } = Object.fromEntries(new URLSearchParams(query))
  assert.equal(annotations, 'duration,distance')
  const [from, to] = [sources!, destinations!].map((text) => text.split(';').map((k) => at[Number(k)]!))
  assert.ok(at.length <= 100, 'no more places than a server takes')
  const rows = (part: number) => from!.map((a) => to!.map((b) => (b === 13 ? null : way(a, b) * part)))
  return { status: 200, body: JSON.stringify({ code: 'Ok', distances: rows(1), durations: rows(0.1) }) }
}
const valhalla =
  (short: boolean): Send =>
  async ({ url, body }) => {
    assert.ok(url.endsWith('/sources_to_targets'))
    const { sources, targets, costing } = JSON.parse(body!)
    assert.equal(costing, 'driving')
    const [from, to] = [sources, targets].map((list: { lat: number }[]) => list.map(({ lat }) => numberOf(lat)))
    const cells = (part: number) => from!.map((a) => to!.map((b) => (b === 13 ? null : way(a, b) * part)))
    const verbose = from!.map((a) =>
      to!.map((b) =>
        b === 13 ? { distance: null, time: null } : { distance: way(a, b) / 1_000, time: way(a, b) / 10 },
      ),
    )
    const found = short ? { distances: cells(0.001), durations: cells(0.1) } : verbose
    return { status: 200, body: JSON.stringify({ sources_to_targets: found }) }
  }

for (const [what, name, send] of [
  ['OSRM', 'osrm', osrm],
  ['Valhalla, each way by itself', 'valhalla', valhalla(false)],
  ['Valhalla, in tables', 'valhalla', valhalla(true)],
] as const)
  test(`${what}: a matrix larger than one request comes whole, and what leads nowhere is −1`, async () => {
    const sources = all.slice(0, 60)
    const { distances, durations } = await roadMatrix(name, 'http://roads/', 'driving', send)(sources, all)
    for (let a = 0; a < 60; a += 7)
      for (let b = 0; b < 70; b += 1) {
        assert.equal(distances[a * 70 + b], b === 13 ? -1 : way(a, b))
        assert.equal(durations[a * 70 + b], b === 13 ? -1 : way(a, b) / 10)
      }
  })

test('an answer that is none says what it was', async () => {
  const ask = (name: ServiceName, status: number, body: string) =>
    roadMatrix(name, 'http://roads', 'driving', async () => ({ status, body }))([point(1)], [point(2)])
  await assert.rejects(ask('osrm', 502, '<html>Bad gateway'), /osrm answered with 502 and no JSON: <html>/)
  await assert.rejects(ask('osrm', 400, '{"code":"TooBig","message":"Too many table coordinates"}'), /TooBig: Too many/)
  await assert.rejects(
    ask('osrm', 200, '{"code":"Ok","distances":[[1,2]],"durations":[[1,2]]}'),
    /not 1 rows of 1 ways/,
  )
  await assert.rejects(ask('osrm', 200, '{"code":"Ok","distances":[[-5]],"durations":[[1]]}'), /not 1 rows of 1 ways/)
  await assert.rejects(ask('valhalla', 400, '{"error":"No suitable edges"}'), /No suitable edges/)
})
