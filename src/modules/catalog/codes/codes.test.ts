import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { refused } from '../../../../test/refused.ts'
import type { Actor } from '../../../core/capability.ts'
import type { Refusal } from '../../../core/refusal.ts'
import { fromBase, toBase } from '../../../math/price/index.ts'
import { gramsPer } from '../../../math/weight/mass.ts'
import { type MasterWorld, masterWorld } from '../../pricing/testKit.ts'

let w: MasterWorld
before(async () => {
  w = await masterWorld()
})
after(() => w.close())

const save = async (...items: object[]): Promise<string[]> =>
  (await w.run('catalog.saveItems', { items })).items.map((item: { id: string }) => item.id)
const alias = (...aliases: object[]) => w.run('catalog.saveAliases', { aliases })
const resolve = (code: string, more: object = {}, as?: Actor) => w.run('catalog.resolveCode', { code, ...more }, as)
const supplier = async (code: string): Promise<string> =>
  (
    await w.run('parties.saveParties', {
      parties: [{ code, name: `${code} Ltd`, isSupplier: true, currency: 'GBP', country: 'GB' }],
    })
  ).parties[0].id
const limitedTo = (partyId: string): Actor => ({ ...w.actor, parties: [partyId] })

test('a pack is exact or refused: there and back is the quantity itself', () => {
  const factor = fc.record({ num: fc.integer({ min: 1, max: 100_000 }), den: fc.integer({ min: 1, max: 100_000 }) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), factor, (qty, unit) => {
      const base = toBase(qty, unit)
      if (base !== null) assert.equal(fromBase(base, unit), qty)
      const packs = fromBase(qty, unit)
      if (packs !== null) assert.equal(toBase(packs, unit), qty)
      // Refused exactly when a part of a base unit would be left.
      assert.equal(base === null, (BigInt(qty) * BigInt(unit.num)) % BigInt(unit.den) !== 0n)
    }),
  )
})

test('units are those of UN/ECE Rec 20 and 21, old codes lead to the right one, and grams are as SQL has them', async () => {
  const { units } = await w.run('catalog.units', {})
  const of = (code: string) => units.find((unit: { code: string }) => unit.code === code)
  assert.deepEqual(
    ['EA', 'PA', 'CS', 'LR', 'PX'].map((code) => [of(code).name, of(code).recCode]),
    [
      ['each', 'EA'],
      ['inner pack', 'XPA'],
      ['case', 'XCS'],
      ['layer', 'LR'],
      ['pallet', 'XPX'],
    ],
  )
  const mass = units.filter((unit: { kind: string }) => unit.kind === 'mass')
  assert.deepEqual(
    Object.fromEntries(
      mass.map(({ code, num, den }: { code: string; num: number; den: number }) => [code, { num, den }]),
    ),
    gramsPer,
  )
  await assert.rejects(
    save({ sku: 'LAYERED', name: 'x', uoms: [{ uom: 'LAY', num: 48 }] }),
    refused('item_refused', /take LR/),
  )
  const [id] = await save({
    sku: 'STACK',
    name: 'Stacked',
    uoms: [
      { uom: 'PA', num: 6, gtin: '10614141000415' },
      { uom: 'CS', num: 24 },
      { uom: 'LR', num: 240 },
      { uom: 'PX', num: 1_200 },
    ],
  })
  const item = await w.run('catalog.item', { id })
  assert.deepEqual(
    item.uoms.map((u: { uom: string; num: number; recCode: string }) => [u.uom, u.num, u.recCode]),
    [
      ['EA', 1, 'EA'],
      ['PA', 6, 'XPA'],
      ['CS', 24, 'XCS'],
      ['LR', 240, 'LR'],
      ['PX', 1_200, 'XPX'],
    ],
  )
})

test('an old GTIN, a supplier’s own code and a label lead to the item, its unit and what is in it', async () => {
  const acme = await supplier('ACME')
  const [oil, ham] = await save(
    {
      sku: 'OLV',
      name: 'Olive oil',
      uoms: [
        { uom: 'EA', num: 1, gtin: '4006381333931' },
        { uom: 'CS', num: 12 },
      ],
    },
    {
      sku: 'HAM',
      name: 'Ham, whole',
      baseUom: 'CS',
      catchWeight: true,
      weightG: 12_500,
      uoms: [{ uom: 'CS', num: 1, gtin: '96385074' }],
    },
  )
  const layout = {
    name: 'Grams',
    prefix: '28',
    itemFrom: 3,
    itemDigits: 5,
    valueKind: 'weight',
    valueFrom: 8,
    valueDigits: 5,
    valueDecimals: 3,
    verifierAt: null,
  }
  await w.run('catalog.saveLayouts', { layouts: [layout] })
  await alias(
    { itemId: oil, kind: 'gtin', code: '5901234123457' },
    { itemId: oil, kind: 'party', code: 'AC-77', uom: 'CS', partyId: acme },
    { itemId: ham, kind: 'embedded', code: '2812345' },
  )
  const brief = ({ found, reason }: { found: Record<string, unknown> | null; reason: string | null }) =>
    found ? [found.sku, found.uom, found.qty, found.weightG, found.lot] : reason
  assert.deepEqual(brief(await resolve('OLV')), ['OLV', 'EA', 1, null, null])
  assert.deepEqual(brief(await resolve('04006381333931')), ['OLV', 'EA', 1, null, null])
  assert.deepEqual(brief(await resolve('5901234123457')), ['OLV', 'EA', 1, null, null])
  assert.deepEqual(brief(await resolve('AC-77')), ['OLV', 'CS', 12, null, null])
  assert.deepEqual(brief(await resolve('2812345123454')), ['HAM', 'CS', 1, 12_345, null])
  assert.deepEqual(brief(await resolve('(01)00000096385074(3103)012610(10)L-7')), ['HAM', 'CS', 1, 12_610, 'L-7'])
  assert.deepEqual(brief(await resolve(']C10100000096385074310301261010L-7')), ['HAM', 'CS', 1, 12_610, 'L-7'])
  assert.deepEqual(brief(await resolve('02000000963850743707')), ['HAM', 'CS', 7, null, null])
  // Nothing fits, each for its own reason.
  assert.match((await resolve('4006381333932')).reason, /check digit of 4006381333932 is wrong/)
  assert.match((await resolve('2899999123450')).reason, /2899999, the item reference inside/)
  assert.match((await resolve('106141412345678908')).reason, /SSCC of a carton or pallet/)
  assert.equal((await resolve('NOPE')).reason, 'No item, unit or alias has the code NOPE.')
})

test('one code of two suppliers is two things until it is said whose it is', async () => {
  const [north, south] = [await supplier('NORTH'), await supplier('SOUTH')]
  const [red, blue] = await save({ sku: 'RED', name: 'Red' }, { sku: 'BLUE', name: 'Blue' })
  await alias(
    { itemId: red, kind: 'party', code: '1001', partyId: north },
    { itemId: blue, kind: 'party', code: '1001', partyId: south },
  )
  const both = await resolve('1001')
  assert.equal(both.found, null)
  assert.deepEqual(both.matches.map((m: { sku: string }) => m.sku).sort(), ['BLUE', 'RED'])
  assert.match(
    both.reason,
    /^1001 is 2 things: RED in EA \(NORTH Ltd\), BLUE in EA \(SOUTH Ltd\)\. Say whose code it is\.$/,
  )
  assert.equal((await resolve('1001', { partyId: south })).found.sku, 'BLUE')
  // Who is limited to one party sees that party's codes and everybody's, in look-up and search alike.
  assert.equal((await resolve('1001', {}, limitedTo(north))).found.sku, 'RED')
  const seen = (as?: Actor) => w.run('catalog.findItem', { text: '1001' }, as)
  assert.deepEqual((await seen()).rows.map((row: { sku: string }) => row.sku).sort(), ['BLUE', 'RED'])
  assert.deepEqual(
    (await seen(limitedTo(south))).rows.map((row: { sku: string }) => row.sku),
    ['BLUE'],
  )
})

test('an alias is found by search, taken away it is found no longer, and an item saved again keeps it', async () => {
  const [id] = await save({ sku: 'LAMP-9', name: 'Lamp' })
  const { aliases } = await alias({ itemId: id, kind: 'gtin', code: '036000291452' })
  const find = async (text: string) =>
    (await w.run('catalog.findItem', { text })).rows.map((row: { sku: string }) => row.sku)
  const found = { kind: 'gtin', code: '00036000291452', uom: 'EA' }
  await save({ sku: 'LAMP-9', name: 'Lamp, brass' })
  for (const text of ['036000291452', '0036000291452', '00036000', 'brass'])
    assert.deepEqual(await find(text), ['LAMP-9'], text)
  const { kind, code, uom } = (await w.run('catalog.item', { id })).aliases[0]
  assert.deepEqual({ kind, code, uom }, found)
  await w.run('catalog.removeAliases', { aliasIds: [aliases[0].id] })
  assert.deepEqual([await find('036000291452'), await find('brass')], [[], ['LAMP-9']])
  await assert.rejects(w.run('catalog.removeAliases', { aliasIds: [aliases[0].id] }), refused('not_found'))
})

test('a code is nobody else’s: aliases, SKUs and GTINs are held against each other, and all that is wrong is told at once', async () => {
  const [one, two] = await save(
    { sku: 'ONE', name: 'One', uoms: [{ uom: 'EA', num: 1, gtin: '5012345678900' }] },
    { sku: 'TWO', name: 'Two' },
  )
  await alias({ itemId: one, kind: 'gtin', code: '4012345123456' })
  const problems = await alias(
    { itemId: two, kind: 'gtin', code: '5012345678900' },
    { itemId: two, kind: 'gtin', code: '4012345123456' },
    { itemId: two, kind: 'gtin', code: '4012345123457' },
    { itemId: two, kind: 'party', code: 'X' },
    { itemId: two, kind: 'embedded', code: '2912345' },
    { itemId: two, kind: 'gtin', code: '9501101020016', uom: 'CS' },
  ).catch((error: Refusal) => error.errors!.map((e) => `${e.path} ${e.message}`))
  for (const part of [
    /^aliases\.0\.code 05012345678900 belongs to ONE/,
    /^aliases\.1\.code 04012345123456 belongs to ONE/,
    /^aliases\.2\.code the check digit/,
    /^aliases\.3\.partyId X: say whose/,
    /^aliases\.4\.code 2912345 fits no layout/,
    /^aliases\.5\.uom TWO is not handled in CS/,
  ])
    assert.ok(
      problems.some((message: string) => part.test(message)),
      `${part} in ${problems}`,
    )
  // The other way round: a new unit or item may not take what is an alias already, in whatever length.
  await assert.rejects(
    save({ sku: 'THREE', name: 'x', uoms: [{ uom: 'EA', num: 1, gtin: '4012345123456' }] }),
    refused('item_refused', /04012345123456 is a code of ONE/),
  )
  await save({ sku: 'FOUR', name: 'x', uoms: [{ uom: 'EA', num: 1, gtin: '036000291452' }] })
  await assert.rejects(
    save({ sku: 'FIVE', name: 'x', uoms: [{ uom: 'EA', num: 1, gtin: '0036000291452' }] }),
    refused('item_refused', /belongs to FOUR/),
  )
  await assert.rejects(
    w.run('catalog.saveLayouts', {
      layouts: [
        {
          name: 'Bad',
          prefix: '20',
          itemFrom: 3,
          itemDigits: 6,
          valueKind: 'price',
          valueFrom: 8,
          valueDigits: 4,
          valueDecimals: 2,
          verifierAt: null,
        },
      ],
    }),
    refused('layout_refused', /place 8 is used twice/),
  )
})

test('whether an item is weighed is said once, with what one weighs', async () => {
  await assert.rejects(
    save({ sku: 'CW-1', name: 'x', catchWeight: true }),
    refused('item_refused', /say what one EA weighs/),
  )
  await assert.rejects(
    save({ sku: 'CW-1', name: 'x', catchWeight: true, weightG: 5, baseUom: 'KGM' }),
    refused('item_refused', /not in KGM/),
  )
  await assert.rejects(
    save({ sku: 'CW-1', name: 'x', catchWeight: true, weightG: 5, uoms: [{ uom: 'KGM', num: 1 }] }),
    refused('item_refused', /without it being a unit/),
  )
  await save({ sku: 'CW-1', name: 'x', catchWeight: true, weightG: 5_000, weightTolerancePpm: 30_000 })
  await assert.rejects(save({ sku: 'CW-1', catchWeight: false }), refused('item_refused', /cannot change/))
  await save({ sku: 'CW-1', weightTolerancePpm: null })
})
