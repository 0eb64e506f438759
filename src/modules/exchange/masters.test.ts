/** Masters by file: the same rules as by hand, all errors at once, only what differs is changed. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { collect, writeXlsx } from '../../core/data/index.ts'
import { wholeCompany } from '../../core/database/pool.ts'
import { systemActor } from '../../core/kernel.ts'
import { modules } from '../../modules.ts'
import { applyAll, checkFile } from './runs/drive.ts'
import { exchangeKit, newCompany } from './testKit.ts'

let kit: Awaited<ReturnType<typeof exchangeKit>>
const folder = mkdtempSync(join(tmpdir(), 'masters-'))

before(async () => {
  kit = await exchangeKit(modules)
})
after(() => kit.kernel.close())

type Row = { row: number; action: string; message: string | null; changes: Record<string, [string, string]> | null }

async function company() {
  const id = await newCompany(kit.kernel.pool)
  const actor = systemActor(id, 'test')
  const { runner } = kit.kernel
  const check = async (profile: string, text: string | Uint8Array, more: object = {}) => {
    const path = join(folder, `${profile}.csv`)
    writeFileSync(path, text)
    const checked = await checkFile({ runner, actor, profile, ...more }, path)
    const { rows } =
      checked.state === 'refused'
        ? { rows: [] }
        : await runner.run<{ rows: Row[] }>(actor, 'exchange.importRows', { importId: checked.id })
    return { ...checked, rows }
  }
  return {
    actor,
    run: (name: string, input: unknown) => runner.run(actor, name, input),
    check,
    load: async (profile: string, text: string | Uint8Array, more: object = {}) =>
      applyAll(runner, actor, (await check(profile, text, more)).id),
    rows: <R>(text: string) =>
      kit.kernel.pool.transaction(
        wholeCompany(id),
        10_000,
        async (sql) => [...(await sql.unsafe(text))] as unknown as R[],
      ),
  }
}

test('items come in by SKU: new ones are made, changed ones changed, equal ones left', async () => {
  const c = await company()
  await c.load('items', 'SKU;Name;Cost;EAN;Case size\nA1;Mug;2.55;5012345678900;12\nA2;Plate;3;;\n')
  assert.deepEqual(await c.rows('select sku, name, cost_micro, tracking from item order by sku'), [
    { sku: 'A1', name: 'Mug', costMicro: 2_550_000, tracking: 'none' },
    { sku: 'A2', name: 'Plate', costMicro: 3_000_000, tracking: 'none' },
  ])
  assert.deepEqual(
    await c.rows('select i.sku, u.uom, u.num, u.gtin from item_uom u join item i on i.id = u.item_id order by 1, 2'),
    [
      { sku: 'A1', uom: 'CS', num: 12, gtin: null },
      { sku: 'A1', uom: 'EA', num: 1, gtin: '5012345678900' },
      { sku: 'A2', uom: 'EA', num: 1, gtin: null },
    ],
  )
  const again = await c.check('items', 'sku,name,cost\nA1,Mug,2.55\nA2,Dinner plate,\nA3,Bowl,1\n')
  assert.deepEqual(
    again.rows.map((r) => [r.row, r.action, r.changes]),
    [
      [1, 'same', null],
      [2, 'change', { name: ['Plate', 'Dinner plate'] }],
      [3, 'create', null],
    ],
  )
  assert.deepEqual(
    await c.rows('select sku from item order by sku'),
    [{ sku: 'A1' }, { sku: 'A2' }],
    'a check changes nothing',
  )
})

test('every error of every row is told at once, and the good rows go in', async () => {
  const c = await company()
  const checked = await c.check(
    'items',
    'sku,name,cost,gtin,caseQty,tracking,kind\nA1,Mug,2.55,5012345678901,,,\nA2,,1,,,,\nA3,Cup,abc,,0.5,,\nA4,Jug,1,,,serial number,thing\nA5,Tray,1,,,,\nA5,Tray again,1,,,,\n,No code,1,,,,\nA6,Vase,1.2345678,,,,\n',
  )
  const errors = Object.fromEntries(checked.rows.filter((r) => r.action === 'refused').map((r) => [r.row, r.message]))
  assert.match(errors[1]!, /check digit of GTIN 5012345678901/)
  assert.match(errors[2]!, /A2 is new and needs a name/)
  assert.match(errors[3]!, /cost "abc" is no price.*caseQty "0.5" is no whole number/)
  assert.match(errors[4]!, /kind.*tracking|tracking.*kind/)
  assert.match(errors[6]!, /same record is in row 5/)
  assert.match(errors[7]!, /sku is needed/)
  assert.match(errors[8]!, /cost "1.2345678" is no price/)
  assert.equal(checked.errors, 7)
  await applyAll(kit.kernel.runner, c.actor, checked.id)
  assert.deepEqual(await c.rows('select sku from item'), [{ sku: 'A5' }])
  const told = await c.rows<{ n: number }>("select count(*)::int8 as n from outbox where type = 'item.saved'")
  assert.deepEqual(told, [{ n: 1 }], 'what was refused was not told either')
})

test('a row that was right when checked and wrong when applied is refused alone', async () => {
  const c = await company()
  const checked = await c.check('items', 'sku,name,tracking\nA1,Mug,lot\nA2,Cup,\n')
  await c.run('catalog.saveItems', { items: [{ sku: 'A1', name: 'Mug', tracking: 'none' }] })
  const applied = await applyAll(kit.kernel.runner, c.actor, checked.id)
  assert.equal(applied.errors, 1)
  const { rows } = await kit.kernel.runner.run<{ rows: Row[] }>(c.actor, 'exchange.importErrors', {
    importId: checked.id,
  })
  assert.match(rows[0]!.message!, /tracking of A1 is none and cannot change/)
  assert.deepEqual(await c.rows('select sku, tracking from item order by sku'), [
    { sku: 'A1', tracking: 'none' },
    { sku: 'A2', tracking: 'none' },
  ])
})

test('customers come as a workbook, with an address that is not added twice', async () => {
  const c = await company()
  const sheet = await collect(
    writeXlsx({
      header: ['Code', 'Name', 'Country', 'Terms', 'Street', 'Town', 'Zip'],
      rows: [
        ['C1', '=Harbour & Sons', 'GB', 30, '1 Quay', 'Leeds', 'LS1 1AA'],
        ['C2', 'Nord AS', 'NO', 14, null, null, null],
      ],
    }),
  )
  await c.load('customers', sheet)
  await c.load('customers', sheet)
  assert.deepEqual(
    await c.rows(
      'select p.code, p.name, p.country, p.terms_days, p.is_customer, (select count(*)::int8 from address a where a.party_id = p.id) as addresses from party p order by code',
    ),
    [
      { code: 'C1', name: '=Harbour & Sons', country: 'GB', termsDays: 30, isCustomer: true, addresses: 1 },
      { code: 'C2', name: 'Nord AS', country: 'NO', termsDays: 14, isCustomer: true, addresses: 0 },
    ],
  )
})

test('prices go to lists that exist; opening stock goes into its bin and lot of the chosen site', async () => {
  const c = await company()
  await c.load('items', 'sku,name,tracking\nA1,Mug,\nSOAP,Soap,lot\n')
  await c.run('pricing.savePriceList', {
    code: 'LIST',
    name: 'List',
    kind: 'list',
    currency: 'GBP',
    validFrom: '2020-01-01',
    validTo: '2099-12-31',
  })
  const prices = await c.check(
    'prices',
    'list,sku,price,from qty\nLIST,A1,2.55,1\nLIST,A1,2.25,32\nLIST,A9,1,1\nNONE,A1,1,1\n',
  )
  assert.deepEqual(
    prices.rows.map((r) => [r.action, r.message]),
    [
      ['create', null],
      ['create', null],
      ['refused', 'there is no item A9'],
      ['refused', 'there is no price list NONE'],
    ],
  )
  await applyAll(kit.kernel.runner, c.actor, prices.id)
  assert.deepEqual(await c.rows('select min_qty, price_micro from price_entry order by min_qty'), [
    { minQty: 1, priceMicro: 2_550_000 },
    { minQty: 32, priceMicro: 2_250_000 },
  ])
  const cheaper = await c.check('prices', 'list,sku,price,from qty\nLIST,A1,2.55,1\nLIST,A1,2.05,32\n')
  assert.deepEqual(
    cheaper.rows.map((r) => [r.action, r.changes]),
    [
      ['same', null],
      ['change', { price_micro: ['2250000', '2050000'] }],
    ],
  )

  const siteId = (await c.run('sites.saveSites', { sites: [{ code: 'DC', name: 'DC' }] })).sites[0].id
  await c.run('sites.saveLocations', { siteId, locations: [{ code: 'A-01', kind: 'pick' }] })
  const text = 'sku,qty,location,lot,expires on\nA1,40,A-01,,\nSOAP,12,A-01,L1,2030-01-31\nSOAP,5,A-01,,\nA1,1,B-99,,\n'
  assert.deepEqual(
    (await c.check('stock', text)).rows.map((r) => r.action),
    ['refused', 'refused', 'refused', 'refused'],
    'without a site nothing goes',
  )
  const stock = await c.check('stock', text, { siteId })
  assert.deepEqual(
    stock.rows.map((r) => r.action),
    ['create', 'create', 'refused', 'refused'],
  )
  await applyAll(kit.kernel.runner, c.actor, stock.id)
  assert.deepEqual(
    await c.rows(
      'select i.sku, b.on_hand, l.code as lot, l.expires_on from stock_balance b join item i on i.id = b.item_id left join lot l on l.id = b.lot_id order by 1',
    ),
    [
      { sku: 'A1', onHand: 40, lot: null, expiresOn: null },
      { sku: 'SOAP', onHand: 12, lot: 'L1', expiresOn: '2030-01-31' },
    ],
  )
})

test('a stock file says what is there: twice the same changes nothing, another quantity is corrected by a count', async () => {
  const c = await company()
  await c.load('items', 'sku,name,tracking\nA1,Mug,\nA2,Cup,\nA3,Jug,\nSOAP,Soap,lot\n')
  const siteId = (await c.run('sites.saveSites', { sites: [{ code: 'DC', name: 'DC' }] })).sites[0].id
  const { locations } = await c.run('sites.saveLocations', {
    siteId,
    locations: [
      { code: 'A-01', kind: 'pick' },
      { code: 'A-02', kind: 'pick' },
      { code: 'B-01', kind: 'storage' },
    ],
  })
  const opening =
    'sku,qty,location,lot,expires on\nA1,40,A-01,,\nA2,7,,,\nA3,0,A-02,,\nSOAP,12,A-01,L1,2030-01-31\nSOAP,8,B-01,L1,2030-01-31\n'
  const check = (text: string) => c.check('stock', text, { siteId })
  const told = async (text: string) => (await check(text)).rows.map((r) => [r.action, r.changes?.on_hand ?? r.message])
  const shelves = () =>
    c.rows(
      'select i.sku, l.code, b.on_hand from stock_balance b join item i on i.id = b.item_id join location l on l.id = b.location_id order by 1, 2',
    )
  const moves = () =>
    c.rows<{ cause: string; moves: number }>(
      'select cause_kind as cause, count(*)::int8 as moves from stock_move group by 1 order by 1',
    )

  assert.deepEqual(await told(opening), [
    ['create', null],
    ['create', null],
    ['same', null],
    ['create', null],
    ['create', null],
  ])
  await c.load('stock', opening, { siteId })
  const first = await shelves()
  assert.equal(first.length, 4)
  assert.deepEqual(await moves(), [{ cause: 'receipt', moves: 4 }])
  assert.deepEqual(
    (await told(opening)).map(([action]) => action),
    ['same', 'same', 'same', 'same', 'same'],
  )
  await c.load('stock', opening, { siteId })
  assert.deepEqual(await shelves(), first, 'the same file again adds nothing')
  assert.deepEqual(await moves(), [{ cause: 'receipt', moves: 4 }])

  const counted =
    'sku,qty,location,lot,expires on\nA1,35,A-01,,\nA2,9,,,\nA3,3,A-02,,\nSOAP,0,B-01,L1,\nSOAP,13,A-01,L1,2030-02-28\n'
  assert.deepEqual(await told(counted), [
    ['change', ['40', '35']],
    ['change', ['7', '9']],
    ['create', null],
    ['change', ['8', '0']],
    ['refused', 'lot L1 of SOAP is known to expire on 2030-01-31: check the goods'],
  ])
  await c.load('stock', counted, { siteId })
  assert.deepEqual(
    (await shelves()).map((row) => Object.values(row as object).join(' ')),
    ['A1 A-01 35', 'A2 DOCK 9', 'A3 A-02 3', 'SOAP A-01 12', 'SOAP B-01 0'],
  )
  assert.deepEqual(await moves(), [
    { cause: 'adjust', moves: 3 },
    { cause: 'receipt', moves: 5 },
  ])

  const [item] = await c.rows<{ id: string }>("select id from item where sku = 'A1'")
  const bin = (code: string) => locations.find((row: { code: string }) => row.code === code).id
  const late = await check('sku,qty,location\nA1,30,A-01\nA2,5,\n')
  await c.run('warehouse.move', {
    itemId: item!.id,
    fromLocationId: bin('A-01'),
    toLocationId: bin('A-02'),
    qty: 4,
  })
  assert.equal((await applyAll(kit.kernel.runner, c.actor, late.id)).errors, 1)
  const { rows } = await kit.kernel.runner.run<{ rows: Row[] }>(c.actor, 'exchange.importErrors', { importId: late.id })
  assert.match(rows[0]!.message!, /35 of A1 were there when the file was checked, 31 are now/)
  assert.deepEqual(await told('sku,qty,location\nA1,35,\n'), [['same', null]], 'all of the site, over two bins')
  assert.deepEqual(await told('sku,qty,location\nA1,34,\nA2,5,\nA2,6,A-01\nA3,1,Q-9\n'), [
    ['refused', 'A1 lies in 2 bins here: name the bin'],
    ['refused', 'another row names a bin of A2: name it here too'],
    ['create', null],
    ['refused', 'this site has no storage, pick or dock location Q-9'],
  ])
})

test('goods sold by weight come with their grams; a count of them takes or adds their share', async () => {
  const c = await company()
  await c.load(
    'items',
    'sku,name,base uom,weight g,sold by weight,weight tolerance ppm\nHAM,Ham,CS,5000,yes,100000\nMUG,Mug,,300,,\n',
  )
  assert.deepEqual(await c.rows('select sku, catch_weight, weight_tolerance_ppm from item order by sku'), [
    { sku: 'HAM', catchWeight: true, weightTolerancePpm: 100_000 },
    { sku: 'MUG', catchWeight: false, weightTolerancePpm: null },
  ])
  const siteId = (await c.run('sites.saveSites', { sites: [{ code: 'DC', name: 'DC' }] })).sites[0].id
  await c.run('sites.saveLocations', { siteId, locations: [{ code: 'A-01', kind: 'pick' }] })
  const apply = async (text: string) => {
    const { id } = await c.check('stock', text, { siteId })
    await applyAll(kit.kernel.runner, c.actor, id)
    const { rows } = await kit.kernel.runner.run<{ rows: Row[] }>(c.actor, 'exchange.importErrors', { importId: id })
    return rows.map((row) => row.message)
  }
  const ham = () =>
    c.rows("select on_hand, b.weight_g from stock_balance b join item i on i.id = b.item_id where sku = 'HAM'")

  assert.match((await apply('sku,qty,location\nHAM,10,A-01\n'))[0]!, /HAM is sold by weight: weigh the 10 CS/)
  assert.match(
    (await apply('sku,qty,location,grams\nHAM,10,A-01,56000\n'))[0]!,
    /56\.000 kg for 10 CS of HAM is more than 10 % off 50\.000 kg/,
  )
  assert.match((await apply('sku,qty,location,grams\nMUG,10,A-01,3000\n'))[0]!, /not sold by weight/)
  assert.deepEqual(await ham(), [])
  assert.deepEqual(await apply('sku,qty,location,grams\nHAM,10,A-01,50600\n'), [])
  assert.deepEqual(await ham(), [{ onHand: 10, weightG: 50_600 }])
  assert.deepEqual(await apply('sku,qty,location\nHAM,8,A-01\n'), [])
  assert.deepEqual(await ham(), [{ onHand: 8, weightG: 40_480 }])
})

test('an import needs the right to do by hand what the file does', async () => {
  const c = await company()
  const actor = { ...c.actor, permissions: new Set(['exchange.import', 'parties.write']) }
  const path = join(folder, 'rights.csv')
  writeFileSync(path, 'sku,name\nA1,Mug\n')
  await assert.rejects(checkFile({ runner: kit.kernel.runner, actor, profile: 'items' }, path), {
    code: 'not_permitted',
  })
})

test('a file without the columns of its profile is refused with all that are missing', async () => {
  const c = await company()
  const refused = await c.check('prices', 'sku,amount\nA1,2\n')
  assert.equal(refused.state, 'refused')
  assert.equal(refused.note, 'The file lacks the columns list, price.')
})
