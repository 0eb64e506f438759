/** Vehicles, hours and factors: bad input says what to do, what is left out stays, and nobody takes another site's. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newNode, type WorldOptions, newWorld as worldOn } from '../../../../test/world.ts'
import { boardOn, DAY, DEPOT, routeOf, testDay, VAN_FACTOR, van } from '../testKit.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())
const newWorld = (options: WorldOptions = {}) => worldOn({ kernel, clock, stock: 100_000, items: 1, ...options })

test('Bad input says what to do: shift, factor, hours, a day that is over, a site without a place or vehicles', async () => {
  const w = await newWorld()
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

test('A factor of the company’s own goes before the one that comes with the app, and says well to wheel where it knows it', async () => {
  const w = await newWorld()
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
  const { metres, ttwG, wtwG } = routeOf(await boardOn(w))
  assert.equal(ttwG, Math.round(metres * 0.3))
  assert.equal(wtwG, Math.round(metres * 0.37))
})

test('Who may see some customers only sees no routes; a vehicle stays with its site; what is left out of a change stays', async () => {
  const w = await newWorld()
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
