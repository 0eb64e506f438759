/**
 * Journey B.2, over HTTP: lot L2 expires on 12 December, L1 on the 20th; a customer needs at least 30 days at arrival.
 * On 1 December neither is allocated to her (11 and 19 days), both go first expired first out to others.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createHttp } from '../../src/core/http/server.ts'
import { newWorld, type World } from '../world.ts'

let w: World
let http: FastifyInstance
before(async () => {
  w = await newWorld({ at: '2026-12-01T08:00:00Z', items: 0, customers: 1 })
  http = await createHttp({
    runner: w.kernel.runner,
    sessions: { actorOfSession: async () => null, actorOfKey: async () => w.actor } as never,
    log: pino({ level: 'silent' }),
    secure: false,
    trustProxy: false,
    requestsPerMinute: 0,
  })
  await http.ready()
})
after(async () => {
  await http.close()
  await w.kernel.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely
const call = async (method: 'GET' | 'POST', url: string, payload?: object): Promise<any> => {
  const headers = { authorization: 'Bearer ent_story' }
  const answer = await http.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  assert.equal(answer.statusCode, 200, `${url}: ${answer.body}`)
  return answer.json()
}
const post = (url: string, payload: object = {}) => call('POST', url, payload)

test('B.2 lots of eleven and nineteen days go to nobody who needs thirty, and to everyone else first expired first out', async () => {
  const { items } = await post('/catalog/items', {
    items: [{ sku: 'YOG', name: 'Yoghurt', tracking: 'lot', shelfLifeDays: 40, taxClass: 'standard' }],
  })
  const itemId = items[0].id
  const prices = [{ itemId, uom: 'EA', minQty: 1, priceMicro: 2_000_000 }]
  await post(`/pricing/lists/${w.priceListId}/prices`, { prices })
  const { locations } = await post(`/sites/${w.siteId}/locations`, {
    locations: [{ code: 'A-1', kind: 'pick', pickSeq: 1 }],
  })
  const lot = (lotCode: string, expiresOn: string) => ({
    itemId,
    qty: 10,
    locationId: locations[0].id,
    lotCode,
    expiresOn,
  })
  await post('/warehouse/receipts', { siteId: w.siteId, lines: [lot('L1', '2026-12-20'), lot('L2', '2026-12-12')] })
  const customer = (code: string, more: object) => ({
    code,
    name: code,
    isCustomer: true,
    currency: 'GBP',
    country: 'GB',
    ...more,
    addresses: [{ line1: '1 Quay', city: 'London', postcode: 'E1', country: 'GB', routeDays: 0 }],
  })
  const { parties } = await post('/parties', {
    parties: [customer('SHE', { minShelfDays: 30 }), customer('HE', {}), customer('THEY', {})],
  })
  const released = async (partyId: string, uomQty: number) => {
    const { id } = await post('/sales/orders', { partyId, siteId: w.siteId, lines: [{ itemId, uom: 'EA', uomQty }] })
    const confirmed = await post(`/sales/orders/${id}/confirm`)
    const { lines } = await post(`/sales/orders/${id}/release`)
    return { promises: confirmed.lines[0].promises, backordered: confirmed.lines[0].backordered, ...lines[0] }
  }
  const lotsOf = async (lineId: string) => {
    const { allocated } = await call('GET', `/promise/lines/${lineId}/lots`)
    return allocated.map((one: { lot: string; qty: number }) => `${one.qty} of ${one.lot}`)
  }

  const she = await released(parties[0].id, 5)
  assert.deepEqual(
    [she.promises, she.backordered, she.allocated, she.waiting],
    [[], 5, 0, 5],
    'neither promised nor allocated',
  )
  const why = await call('GET', `/promise/lines/${she.id}/lots`)
  assert.equal(why.rule.arrivesOn, '2026-12-01')
  assert.deepEqual(
    why.lots.map((one: { lot: string; free: number; why: string }) => [one.lot, one.free, one.why]),
    [
      ['L2', 10, '11 days left when it arrives on 2026-12-01, 30 days wanted'],
      ['L1', 10, '19 days left when it arrives on 2026-12-01, 30 days wanted'],
    ],
  )

  const he = await released(parties[1].id, 7)
  const they = await released(parties[2].id, 8)
  assert.deepEqual([await lotsOf(he.id), await lotsOf(they.id)], [['7 of L2'], ['3 of L2', '5 of L1']])

  // A lot of thirty days comes in: it is hers, though both others would have taken it last.
  await post('/warehouse/receipts', { siteId: w.siteId, lines: [lot('L3', '2026-12-31')] })
  assert.deepEqual(await lotsOf(she.id), ['5 of L3'])
})
