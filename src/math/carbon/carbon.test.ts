import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chainOf } from './chain.ts'
import { activityDistance, greatCircle } from './distance.ts'
import { decimal, ratio, written } from './exact.ts'
import { type Factor, type FactorUnit, factorProblem, factorSet, perUnit, type Scope } from './factors/factor.ts'
import { OPEN_FACTORS } from './factors/openFactors.ts'
import { ileapCategory, ileapShipment, pactFootprint } from './ileap.ts'
import { type ChainElement, emissionsOf, type Hub, intensityOf, type Transport } from './operation.ts'

const row = (name: string, unit: FactorUnit, value: string, scope: Scope = 'WTW'): Factor => ({
  name,
  unit,
  value,
  scope,
  gases: 'CO2e',
  source: 'pasted',
  version: '1',
  year: 2026,
  region: 'GB',
  licence: 'own',
  checked: true,
})
const wtw = (name: string, unit: FactorUnit, value: string) => ({ ttw: null, wtt: null, wtw: row(name, unit, value) })
const leg = (id: string, tonnes: number, km: number, shipmentId = id): ChainElement => ({
  id,
  shipmentId,
  mass_g: tonnes * 1_000_000,
  distance: { basis: 'SFD', metres: km * 1_000 },
})
const trip = (elements: readonly ChainElement[], more: Partial<Transport> = {}): Transport => ({
  kind: 'transport',
  id: 'vans',
  mode: 'Road',
  energy: [],
  driven: null,
  standard: null,
  elements,
  ...more,
})
const UK = 'UK Government GHG Conversion Factors (DESNZ/DEFRA), third-party transcription'

test('worked case: 12.5 t over 340 km by the average lorry are 440.13 kg, tank to wheel; well-to-wheel stays unknown', () => {
  const factors = factorSet(OPEN_FACTORS, 'hgv, all hgvs', 'kg/tkm', UK)
  const found = emissionsOf(trip([leg('a', 12.5, 340)], { standard: { factors, distanceAdjustment: '1' } }))!
  assert.deepEqual([found.ttw_g, found.wtw_g, found.method], [440_130, null, 'default'])
  assert.match(found.reasons[0]!, /TTW: 4250 t·km × 0.10356 kg CO2e\/tkm \(UK Government/)
  const chain = chainOf('a', [found])!
  assert.deepEqual(chain.unchecked, [`hgv, all hgvs (${UK})`])
  assert.throws(() => ileapShipment(chain), /well-to-wheel of a is unknown/)
})

test('worked case: 2,400 t by sea and by road are 929,760 kg', () => {
  const sea = trip([leg('sea', 2_400, 19_500, 's')], {
    id: 'liner',
    mode: 'Sea',
    standard: { factors: wtw('container ship', 'kg/tkm', '0.016'), distanceAdjustment: '1' },
  })
  const road = trip([leg('road', 2_400, 580, 's')], {
    standard: { factors: wtw('lorry', 'kg/tkm', '0.13'), distanceAdjustment: '1' },
  })
  const chain = chainOf('s', [emissionsOf(sea)!, emissionsOf(road)!])!
  assert.equal(chain.wtw_g, 929_760_000)
  assert.equal(written(chain.activity, 3), String(2_400 * (19_500 + 580)))
  assert.deepEqual(chain.quality, { primary: 0, modelled: 0, default: 1_000_000 })
})

test('worked case: 180 l at 3.24 kg are 583.2 kg, shared by the stops to the gram', () => {
  const energy = [{ carrier: 'Diesel', amount: '180', factors: wtw('diesel', 'kg/l', '3.24') }]
  const found = emissionsOf(trip([leg('a', 1, 10), leg('b', 1, 10), leg('c', 1, 10), leg('d', 2, 7)], { energy }))!
  assert.equal(found.wtw_g, 583_200)
  // 10 + 10 + 10 + 14 t·km: 583,200 × 10 / 44 = 132,545.45…
  assert.deepEqual(
    found.elements.map((one) => one.wtw_g),
    [132_546, 132_545, 132_545, 185_564],
  )
})

test('worked case: an order of 0.48 t and 38 km of a tour of 612 t·km has 8.01 of its 268.8 kg', () => {
  const energy = [{ carrier: 'Diesel', amount: '84', factors: wtw('diesel', 'kg/l', '3.2') }]
  const found = emissionsOf(trip([leg('order', 0.48, 38), leg('others', 1, 593.76)], { energy }))!
  assert.equal(written(found.activity, 3), '612')
  assert.deepEqual([found.wtw_g, found.elements[0]!.wtw_g], [268_800, 8_011])
})

test('measured energy goes before vehicle-kilometres, and those before a default', () => {
  const energy = [{ carrier: 'Diesel', amount: '10', factors: wtw('diesel', 'kg/l', '3') }]
  const driven = { metres: 50_000, factors: wtw('van', 'kg/vkm', '0.5') }
  const standard = { factors: wtw('van', 'kg/tkm', '0.2'), distanceAdjustment: '1.05' }
  const legs = [leg('a', 2, 40)]
  const of = (more: Partial<Transport>) => {
    const found = emissionsOf(trip(legs, more))
    return found === null ? null : [found.method, found.wtw_g]
  }
  assert.deepEqual(of({ energy, driven, standard }), ['primary', 30_000])
  assert.deepEqual(of({ driven, standard }), ['modelled', 25_000])
  assert.deepEqual(of({ standard }), ['default', 16_800])
  assert.equal(of({}), null)
})

test('no legs, no footprint: null, not zero', () => {
  const energy = [{ carrier: 'Diesel', amount: '10', factors: wtw('diesel', 'kg/l', '3') }]
  assert.equal(emissionsOf(trip([], { energy })), null)
  assert.equal(chainOf('nobody', [emissionsOf(trip([leg('a', 1, 1)], { energy }))!]), null)
  assert.equal(chainOf('nobody', []), null)
})

test('what is not given follows from the other two scopes, or stays unknown', () => {
  const set = (ttw: string | null, wtt: string | null, all: string | null) => {
    const of = (value: string | null, scope: Scope) => (value === null ? null : row('x', 'kg/l', value, scope))
    return { ttw: of(ttw, 'TTW'), wtt: of(wtt, 'WTT'), wtw: of(all, 'WTW') }
  }
  const text = (one: ReturnType<typeof set>) => {
    const { ttw, wtw: all } = perUnit(one)
    return [ttw, all].map((value) => (value === null ? null : written(value, 9)))
  }
  assert.deepEqual(text(set('2.5', '0.7', null)), ['2.5', '3.2'])
  assert.deepEqual(text(set(null, '0.7', '3.2')), ['2.5', '3.2'])
  assert.deepEqual(text(set('2.5', null, null)), ['2.5', null])
  assert.throws(() => perUnit(set('2.5', null, '2.4')), /less than a part/)
})

test('shares go by shortest feasible or great-circle distance, never by what was driven, and never by both', () => {
  const driven = { ...leg('a', 1, 1), distance: { basis: 'driven', metres: 1_000 } } as unknown as ChainElement
  const standard = { factors: wtw('van', 'kg/tkm', '0.2'), distanceAdjustment: '1' }
  assert.throws(() => emissionsOf(trip([driven], { standard })), /never by driven/)
  const other = { ...leg('b', 1, 1), distance: { basis: 'GCD', metres: 1_000 } } as const
  assert.throws(() => emissionsOf(trip([leg('a', 1, 1), other], { standard })), /both by SFD and by GCD/)
  const from = { lat: 51.5074, lon: -0.1278 }
  const to = { lat: 48.8566, lon: 2.3522 }
  assert.deepEqual(activityDistance({ from, to }), { basis: 'GCD', metres: greatCircle(from, to) })
  assert.ok(Math.abs(greatCircle(from, to) - 343_556) < 100)
  assert.deepEqual(activityDistance({ from, to, shortestFeasible_m: 455_000 }), { basis: 'SFD', metres: 455_000 })
  assert.equal(activityDistance({ from }), null)
  assert.ok(Math.abs(greatCircle({ lat: 0, lon: 0 }, { lat: 0, lon: 180 }) - 20_015_115) < 10)
  assert.throws(() => greatCircle({ lat: 91, lon: 0 }, to), /no place on earth/)
})

test('a hub shares by mass; a chain through it counts its emissions and no t·km', () => {
  const hub: Hub = {
    kind: 'hub',
    id: 'crossdock',
    hubType: 'Transshipment',
    energy: [{ carrier: 'Electric', amount: '100', factors: wtw('grid', 'kg/kWh', '0.2') }],
    standard: null,
    elements: [
      { id: 'h1', shipmentId: 's', mass_g: 3_000_000, distance: null },
      { id: 'h2', shipmentId: 't', mass_g: 1_000_000, distance: null },
    ],
  }
  const through = emissionsOf(hub)!
  assert.deepEqual(
    through.elements.map((one) => one.wtw_g),
    [15_000, 5_000],
  )
  const road = emissionsOf(
    trip([leg('road', 3, 100, 's')], { standard: { factors: wtw('van', 'kg/tkm', '0.1'), distanceAdjustment: '1' } }),
  )!
  const chain = chainOf('s', [road, through])!
  assert.deepEqual([chain.wtw_g, written(chain.activity, 3)], [45_000, '300'])
  assert.deepEqual(chain.quality, { primary: 333_333, modelled: 0, default: 666_667 })
  assert.throws(
    () => emissionsOf({ ...hub, energy: [], standard: { factors: wtw('van', 'kg/tkm', '1') } }),
    /kg\/t, not in kg\/tkm/,
  )
})

const consignments = fc.array(fc.record({ mass_g: fc.nat(30_000_000), metres: fc.nat(20_000_000) }), {
  minLength: 1,
  maxLength: 40,
})

test('shares add up to the total to the gram, tank to wheel and well to wheel, and no share is off by a gram', () => {
  fc.assert(
    fc.property(consignments, fc.nat(9_999_999), fc.nat(4_000), (carried, amount, more) => {
      const factors = {
        ttw: row('d', 'kg/l', '2.51', 'TTW'),
        wtt: row('d', 'kg/l', `0.${String(more).padStart(4, '0')}`, 'WTT'),
        wtw: null,
      }
      const energy = [{ carrier: 'Diesel', amount: `${amount / 1_000}`, factors }]
      const elements = carried.map(({ mass_g, metres }, at) => ({
        id: `${at}`,
        shipmentId: `${at}`,
        mass_g,
        distance: { basis: 'GCD', metres } as const,
      }))
      const found = emissionsOf(trip(elements, { energy }))!
      const sum = (of: 'ttw_g' | 'wtw_g') => found.elements.reduce((total, one) => total + one[of]!, 0)
      assert.deepEqual([sum('ttw_g'), sum('wtw_g')], [found.ttw_g, found.wtw_g])
      const whole = carried.reduce((total, one) => total + one.mass_g * one.metres, 0)
      for (const [at, one] of found.elements.entries()) {
        assert.ok(one.ttw_g! >= 0 && one.wtw_g! >= one.ttw_g!)
        if (whole > 0)
          assert.ok(Math.abs(one.ttw_g! - (found.ttw_g! * carried[at]!.mass_g * carried[at]!.metres) / whole) < 1.001)
      }
    }),
  )
})

test('a chain is the sum of its legs, however the trips were shared', () => {
  fc.assert(
    fc.property(fc.array(consignments, { minLength: 1, maxLength: 4 }), (trips) => {
      const operations = trips.map(
        (carried, n) =>
          emissionsOf(
            trip(
              carried.map(({ mass_g, metres }, at) => ({
                id: `${n}/${at}`,
                shipmentId: `s${at % 3}`,
                mass_g,
                distance: { basis: 'SFD', metres } as const,
              })),
              { id: `t${n}`, driven: { metres: 123_457 * (n + 1), factors: wtw('van', 'kg/vkm', '0.777') } },
            ),
          )!,
      )
      const chains = ['s0', 's1', 's2'].map((id) => chainOf(id, operations))
      const total = chains.reduce((sum, chain) => sum + (chain?.wtw_g ?? 0), 0)
      assert.equal(
        total,
        operations.reduce((sum, one) => sum + one.wtw_g!, 0),
      )
    }),
  )
})

test('decimals are exact: what is parsed is written back, and what is none is refused', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(999_999), (whole, part) => {
      const text = `${whole}.${String(part).padStart(6, '0')}`
      assert.equal(written(decimal(text, 'it'), 6), text.replace(/\.?0+$/, ''))
    }),
  )
  assert.equal(written(ratio(-5, 2), 0), '-3')
  for (const wrong of ['', '-1', '1e3', '.5', '1,5', 'NaN'])
    assert.throws(() => decimal(wrong, 'it'), RangeError, wrong)
})

test('every open factor is a row that could be pasted, with its licence, and says that nobody compared it', () => {
  assert.equal(OPEN_FACTORS.length, 54 + 32 + 6)
  for (const one of OPEN_FACTORS) {
    assert.equal(factorProblem(one), null, one.name)
    assert.ok(!one.checked && one.licence !== '')
  }
  assert.throws(() => factorSet(OPEN_FACTORS, 'hgv, all hgvs', 'kg/l', UK), /no factor of hgv, all hgvs in kg\/l/)
  assert.match(factorProblem({ ...row('x', 'kg/l', '1'), value: '1,2' })!, /no decimal/)
  assert.match(factorProblem({ ...row('x', 'kg/l', '1'), licence: ' ' })!, /no licence/)
  assert.throws(() => factorSet([row('x', 'kg/l', '1'), row('x', 'kg/l', '2')], 'x', 'kg/l', 'pasted'), /2 factors/)
})

test('iLEAP and PACT: decimal text, legs in order, totals that agree with the legs', () => {
  const factors = { ttw: row('d', 'kg/l', '2.5', 'TTW'), wtt: row('d', 'kg/l', '0.7', 'WTT'), wtw: null }
  const first = emissionsOf(
    trip([leg('l1', 0.48, 38, 's'), leg('x', 1, 593.76)], {
      id: 'vans',
      energy: [{ carrier: 'Diesel', amount: '84', factors }],
    }),
  )!
  const second = emissionsOf(
    trip([leg('l2', 0.48, 10, 's')], {
      id: 'bikes',
      energy: [
        {
          carrier: 'Electric',
          amount: '1.5',
          factors: { ttw: row('e', 'kg/kWh', '0', 'TTW'), wtt: null, wtw: row('e', 'kg/kWh', '0.2') },
        },
      ],
    }),
  )!
  const chain = chainOf('s', [first, second])!
  const shipment = ileapShipment(chain)
  assert.deepEqual(shipment.tces[0], {
    tceId: 'l1',
    prevTceIds: [],
    tocId: 'vans',
    shipmentId: 's',
    mass: '480',
    distance: { sfd: '38' },
    transportActivity: '18.24',
    co2eWTW: '8.011',
    co2eTTW: '6.259',
  })
  assert.deepEqual(shipment.tces[1]!.prevTceIds, ['l1'])
  const category = ileapCategory(first) as { co2eIntensityWTW: string; energyCarriers: { relativeShare: string }[] }
  assert.equal(category.co2eIntensityWTW, written(intensityOf(first).wtw!, 9))
  assert.equal(category.energyCarriers[0]!.relativeShare, '1')
  const standard = { factors: wtw('van', 'kg/tkm', '0.2'), distanceAdjustment: '1' }
  assert.throws(() => ileapCategory(emissionsOf(trip([leg('a', 1, 1)], { standard }))!), /energy of vans is unknown/)
  const pact = pactFootprint(chain, {
    id: '91715e5e-fd0b-4d1c-8fab-76290c46e6ed',
    created: '2026-11-28T00:00:00Z',
    potentials: 'AR6',
    companyName: 'Wholesaler',
    companyIds: ['urn:epc:id:sgln:9501101.02001.0'],
    periodStart: '2026-01-01T00:00:00Z',
    periodEnd: '2027-01-01T00:00:00Z',
  }) as { pcf: Record<string, unknown> }
  assert.equal(pact.pcf.pCfExcludingBiogenic, '8.311')
  assert.equal(pact.pcf.unitaryProductAmount, '23.04')
  assert.equal(pact.pcf.primaryDataShare, 100)
  const numbers = JSON.stringify(shipment).match(/:\s*-?[0-9]/g)
  assert.equal(numbers, null, 'no JSON number in iLEAP data')
  const carbonDioxide = {
    ttw: { ...row('d', 'kg/gal', '10.21', 'TTW'), gases: 'CO2' as const },
    wtt: row('d', 'kg/gal', '2', 'WTT'),
    wtw: null,
  }
  const us = emissionsOf(
    trip([leg('l3', 1, 1, 'u')], { energy: [{ carrier: 'Diesel', amount: '1', factors: carbonDioxide }] }),
  )!
  assert.throws(() => ileapShipment(chainOf('u', [us])!), /carbon dioxide alone/)
})
