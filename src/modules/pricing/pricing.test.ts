import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { createPool } from '../../core/database/pool.ts'
import { invariants } from './invariants.ts'
import type { PricedLine, PriceRequest } from './line.ts'
import { priceLines } from './priceLines.ts'
import { type MasterWorld, masterWorld } from './testKit.ts'

let w: MasterWorld
const item: Record<string, string> = {}
const party: Record<string, string> = {}
const list: Record<string, string> = {}
const EVER = { validFrom: '2020-01-01', validTo: '2099-12-31' }

before(async () => {
  w = await masterWorld()
  const { items } = await w.run('catalog.saveItems', {
    items: [
      { sku: 'MUG', name: 'Mug', category: 'kitchen', costMicro: 700_000, uoms: [{ uom: 'CS', num: 12 }] },
      { sku: 'BOOK', name: 'Book', taxClass: 'zero' },
      { sku: 'ROPE', name: 'Rope', baseUom: 'MTR', uoms: [{ uom: 'RO', num: 5, den: 2 }] },
    ],
  })
  for (const row of items) item[row.sku] = row.id
  const { channels } = await w.run('parties.saveChannels', { channels: [{ code: 'WEB', name: 'Web shop' }] })
  const { parties } = await w.run('parties.saveParties', {
    parties: [
      { code: 'A', name: 'Contract and group', isCustomer: true, priceGroup: 'GOLD' },
      { code: 'B', name: 'Group only', isCustomer: true, priceGroup: 'GOLD' },
      { code: 'W', name: 'Web', isCustomer: true, channelId: channels[0].id },
      { code: 'L', name: 'List', isCustomer: true },
      { code: 'DE', name: 'Berlin GmbH', isCustomer: true, country: 'DE', taxStatus: 'reverse_charge' },
      { code: 'X', name: 'Exempt', isCustomer: true, taxStatus: 'exempt', exemptUntil: '2026-06-30' },
    ],
  })
  for (const row of parties) party[row.code] = row.id
  const make = async (code: string, kind: string, prices: object[], over: object = {}) => {
    const saved = await w.run('pricing.savePriceList', { code, name: code, kind, currency: 'GBP', ...EVER, ...over })
    list[code] = saved.id
    await w.run('pricing.savePrices', { listId: saved.id, prices })
  }
  const mug = { itemId: item.MUG, uom: 'EA' }
  await make('STD', 'list', [
    { ...mug, priceMicro: 2_000_000 },
    { ...mug, minQty: 24, priceMicro: 1_800_000 },
    { itemId: item.BOOK, uom: 'EA', priceMicro: 9_990_000 },
  ])
  await make('WEB', 'channel', [{ ...mug, priceMicro: 1_900_000 }], { channelId: channels[0].id })
  await make('GOLD', 'group', [{ ...mug, priceMicro: 1_700_000 }], { priceGroup: 'GOLD' })
  await make('C-88', 'contract', [{ ...mug, priceMicro: 1_750_000, validTo: '2026-06-30' }], { partyId: party.A })
  await w.run('pricing.savePromotion', {
    code: 'JUNE',
    name: 'June kitchen',
    itemId: null,
    category: 'kitchen',
    channelId: null,
    minQty: 1,
    discountPpm: 100_000,
    validFrom: '2026-06-01',
    validTo: '2026-06-30',
  })
})
after(() => w.close())

const price = async (over: Partial<PriceRequest> = {}): Promise<PricedLine> => {
  const request: PriceRequest = {
    no: 7,
    partyId: party.L!,
    siteId: w.siteId,
    shipToCountry: null,
    date: '2026-06-15',
    currency: 'GBP',
    itemId: item.MUG!,
    uom: 'EA',
    uomQty: 1,
    ...over,
  }
  return (await w.within((ctx) => priceLines(ctx, [request])))[0]!
}
const ok = async (over: Partial<PriceRequest> = {}) => {
  const line = await price(over)
  assert.ok(line.ok, line.ok ? '' : line.detail)
  return line
}

test('each customer gets the price of their precedence and the explanation names what lost', async () => {
  const contract = await ok({ partyId: party.A })
  assert.deepEqual([contract.priceMicro, contract.source], [1_750_000, 'contract C-88'])
  assert.deepEqual(
    contract.explain.steps.map((step) => [step.source, step.chosen, step.why]),
    [
      ['contract C-88', true, 'contract price'],
      ['group GOLD', false, 'a contract price comes before a group price'],
      ['list STD', false, 'a contract price comes before a list price'],
      ['list STD', false, 'from 24 EA'],
    ],
  )
  assert.equal(contract.explain.promotions[0]!.why, 'contract C-88 takes no promotions')
  assert.equal((await ok({ partyId: party.B })).source, 'group GOLD')
  // 1.90 and 2.00 less ten per cent in June.
  assert.deepEqual([(await ok({ partyId: party.W })).priceMicro, (await ok()).priceMicro], [1_710_000, 1_800_000])
})

test('a contract price ends with its last day and the promotion with its own', async () => {
  assert.equal((await ok({ partyId: party.A, date: '2026-06-30' })).source, 'contract C-88')
  assert.equal((await ok({ partyId: party.A, date: '2026-07-01' })).source, 'group GOLD')
  assert.equal((await ok({ date: '2026-07-01' })).priceMicro, 2_000_000)
})

test('a case is priced exactly from the price per piece, breaks counted in pieces', async () => {
  const two = await ok({ uom: 'CS', uomQty: 2, date: '2026-07-01' })
  assert.deepEqual([two.qty, two.step, two.net, two.priceMicro, two.priceUom], [24, 12, 4_320, 1_800_000, 'EA'])
  const one = await ok({ uom: 'CS', uomQty: 1, date: '2026-07-01' })
  assert.deepEqual([one.qty, one.net], [12, 2_400])
})

test('a price set by hand is per the unit sold and says so', async () => {
  const line = await ok({ uom: 'CS', uomQty: 3, priceMicro: 15_000_000 })
  assert.deepEqual([line.net, line.priceUom, line.source], [4_500, 'CS', 'manual'])
})

test('what cannot be priced says why and stops no other line', async () => {
  const no = async (over: Partial<PriceRequest>) => {
    const line = await price(over)
    return line.ok ? 'priced' : line.code
  }
  assert.equal(await no({ currency: 'EUR' }), 'no_price')
  assert.equal(await no({ itemId: item.ROPE, uom: 'MTR' }), 'no_price')
  assert.equal(await no({ itemId: item.ROPE, uom: 'RO', uomQty: 1 }), 'not_whole')
  assert.equal(await no({ uom: 'KGM' }), 'no_uom')
  assert.equal(await no({ itemId: party.A }), 'no_item')
  assert.equal(await no({ partyId: item.MUG }), 'no_party')
  assert.equal(await no({ siteId: item.MUG }), 'no_site')
  assert.equal(await no({ date: '2009-12-31', priceMicro: 1 }), 'no_tax')
  assert.equal(await no({ uomQty: 9_000_000_000_000_000, priceMicro: 9_000_000_000 }), 'too_large')
  const missing = await price({ itemId: item.ROPE, uom: 'MTR' })
  assert.match(missing.ok ? '' : missing.detail, /ROPE Rope has no price in GBP/)
})

test('tax: standard at home, zero-rated books, reverse charge to an EU business, export abroad, exemption until its day', async () => {
  const tax = async (over: Partial<PriceRequest>) => {
    const line = await ok(over)
    return [line.taxCategory, line.taxRatePpm]
  }
  assert.deepEqual(await tax({}), ['S', 200_000])
  assert.deepEqual(await tax({ itemId: item.BOOK }), ['Z', 0])
  assert.deepEqual(await tax({ partyId: party.DE }), ['AE', 0])
  assert.deepEqual(await tax({ shipToCountry: 'US' }), ['G', 0])
  assert.deepEqual(await tax({ shipToCountry: 'XX' }), ['S', 200_000])
  assert.deepEqual(await tax({ partyId: party.X, date: '2026-06-30' }), ['E', 0])
  assert.deepEqual(await tax({ partyId: party.X, date: '2026-07-01' }), ['S', 200_000])
  assert.deepEqual(await tax({ date: '2011-01-03', priceMicro: 1_000_000 }), ['S', 175_000])
})

test('two prices valid on one day at one precedence are refused when saved, in one list or in two', async () => {
  const prices = [{ itemId: item.MUG, uom: 'EA', priceMicro: 1, validFrom: '2021-01-01' }]
  await assert.rejects(w.run('pricing.savePrices', { listId: list.STD, prices }), refused('price_overlap'))
  const { id } = await w.run('pricing.savePriceList', {
    code: 'STD2',
    name: 'x',
    kind: 'list',
    currency: 'GBP',
    ...EVER,
  })
  const same = [{ itemId: item.MUG, uom: 'EA', priceMicro: 1 }]
  await assert.rejects(w.run('pricing.savePrices', { listId: id, prices: same }), refused('price_overlap'))
  const euro = { code: 'STD3', name: 'x', kind: 'list', currency: 'EUR', ...EVER }
  const other = await w.run('pricing.savePriceList', euro)
  await w.run('pricing.savePrices', { listId: other.id, prices: same })
})

test('ten thousand lines are priced in one round trip, each as it would be alone', async () => {
  const requests = Array.from(
    { length: 10_000 },
    (_, no): PriceRequest => ({
      no,
      partyId: [party.A!, party.B!, party.W!, party.L!][no % 4]!,
      siteId: w.siteId,
      shipToCountry: null,
      date: no % 3 ? '2026-06-15' : '2026-07-02',
      currency: 'GBP',
      itemId: no % 5 ? item.MUG! : item.BOOK!,
      uom: 'EA',
      uomQty: 1 + (no % 40),
    }),
  )
  const all = await w.within((ctx) => priceLines(ctx, requests))
  assert.equal(all.filter((line) => line.ok).length, 10_000)
  for (const no of [0, 1, 2, 3, 4_999, 9_999]) {
    const [alone] = await w.within((ctx) => priceLines(ctx, [requests[no]!]))
    assert.deepEqual(all[no], alone)
  }
})

test('the order screen sees prices and reasons, but none of a customer who is not theirs', async () => {
  const line = {
    partyId: party.A,
    siteId: w.siteId,
    shipToCountry: null,
    date: '2026-06-15',
    currency: 'GBP',
    itemId: item.MUG,
    uom: 'EA',
    uomQty: 3,
  }
  const { lines } = await w.run('pricing.priceLines', { lines: [{ no: 0, ...line }] })
  assert.deepEqual([lines[0].net, lines[0].source], [525, 'contract C-88'])
  assert.equal((await w.run('pricing.explainPrice', line)).explain.steps.length, 4)
  const stranger = { ...w.actor, parties: [party.B!] }
  await assert.rejects(w.run('pricing.explainPrice', line, stranger), refused('not_found'))
  const seen = await w.run('pricing.listPriceLists', { sort: '-code' }, stranger)
  assert.ok(!seen.rows.some((row: { code: string }) => row.code === 'C-88'))
})

test('the prices of a customer are those an order would get: group before list, and an item without price says so', async () => {
  const { items } = await w.run('catalog.saveItems', { items: [{ sku: 'ZINC', name: 'Zinc tub' }] })
  const of = async (partyId: string) => {
    const { rows } = await w.run('pricing.customerPrices', { partyId, siteId: w.siteId, limit: 500 })
    return new Map(rows.map((r: { sku: string }) => [r.sku, r]))
  }
  const [gold, plain] = [await of(party.B!), await of(party.L!)]
  for (const [rows, partyId] of [[gold, party.B!] as const, [plain, party.L!] as const]) {
    const asked = (await price({ partyId, itemId: item.MUG, uom: 'EA', uomQty: 1 })) as { priceMicro: number }
    assert.equal((rows.get('MUG') as { priceMicro: number }).priceMicro, asked.priceMicro)
  }
  assert.notEqual((gold.get('MUG') as { source: string }).source, (plain.get('MUG') as { source: string }).source)
  const zinc = plain.get('ZINC') as { id: string; priceMicro: number | null; message: string }
  assert.equal(zinc.id, items[0].id)
  assert.equal(zinc.priceMicro, null)
  assert.match(zinc.message, /price/)
})

test('who sees one customer only is told the prices an order of that customer gets, from lists that name no customer too', async () => {
  for (const partyId of [party.B!, party.L!, party.W!]) {
    const own = { ...w.actor, parties: [partyId] }
    const asked = { partyId, siteId: w.siteId, limit: 500 }
    const all = await w.run('pricing.customerPrices', asked)
    assert.deepEqual((await w.run('pricing.customerPrices', asked, own)).rows, all.rows)
    assert.ok(all.rows.some((row: { priceMicro: number | null }) => row.priceMicro !== null))
    const line = { ...asked, shipToCountry: null, date: '2026-06-15', currency: 'GBP', itemId: item.MUG, uom: 'EA' }
    const { limit: _, ...one } = { ...line, uomQty: 1 }
    assert.deepEqual(await w.run('pricing.explainPrice', one, own), await w.run('pricing.explainPrice', one))
    await assert.rejects(w.run('pricing.customerPrices', { ...asked, partyId: party.A }, own), refused('not_found'))
  }
})

test('a price slipped past the door that overlaps another is found by the check, and only it', async () => {
  const owner = createPool(w.owner, 'entrepot_owner', 1)
  const overlap = invariants.find((i) => i.name === 'pricing.overlap')!
  const differing = () =>
    owner.plain(10_000, (sql) =>
      sql.unsafe<{ id: string }[]>(`select * from (${overlap.differing}) d where company_id = $1`, [w.company]),
    )
  try {
    assert.equal((await differing()).length, 0)
    await owner.plain(
      10_000,
      (sql) => sql`
      insert into price_entry
      select company_id, gen_random_uuid(), list_id, item_id, uom, min_qty, price_micro, valid_from + 1, valid_to
        from price_entry
       where company_id = ${w.company} and list_id = ${list.GOLD!}`,
    )
    assert.equal((await differing()).length, 2)
  } finally {
    await owner.plain(
      10_000,
      (sql) => sql`
      delete from price_entry where company_id = ${w.company} and list_id = ${list.GOLD!} and valid_from = '2020-01-02'`,
    )
    await owner.close()
  }
})
