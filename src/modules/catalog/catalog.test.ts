import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { createPool } from '../../core/database/pool.ts'
import type { Refusal } from '../../core/refusal.ts'
import { type MasterWorld, masterWorld } from '../pricing/testKit.ts'
import { invariants } from './invariants.ts'

let w: MasterWorld
before(async () => {
  w = await masterWorld()
})
after(() => w.close())
const save = (...items: object[]) => w.run('catalog.saveItems', { items })

test('an item saved again keeps what was not said, and its version counts up', async () => {
  const first = await save({ sku: 'KEEP', name: 'Lamp', category: 'light', uoms: [{ uom: 'CS', num: 6 }] })
  const second = await save({ sku: 'KEEP', name: 'Lamp, brass' })
  assert.equal(second.items[0].id, first.items[0].id)
  const item = await w.run('catalog.item', { id: first.items[0].id })
  assert.deepEqual([item.name, item.category, item.version], ['Lamp, brass', 'light', 2])
  assert.deepEqual(
    item.uoms.map((u: { uom: string; num: number }) => [u.uom, u.num]),
    [
      ['EA', 1],
      ['CS', 6],
    ],
  )
  await assert.rejects(save({ sku: 'KEEP', name: 'Old', version: 1 }), refused('changed_meanwhile'))
})

test('wrong check digits, doubled codes and unknown units are all told at once and nothing is saved', async () => {
  await save({ sku: 'OWNER', name: 'Owner', uoms: [{ uom: 'EA', num: 1, gtin: '96385074' }] })
  const problems = await save(
    { sku: 'NEW-1', name: 'x', uoms: [{ uom: 'EA', num: 1, gtin: '4006381333932' }] },
    { sku: 'NEW-1', name: 'x' },
    { sku: 'NEW-2', name: 'x', uoms: [{ uom: 'EA', num: 1, gtin: '96385074' }] },
    { sku: 'NEW-3', name: 'x', baseUom: 'ZZZ' },
    { sku: 'NEW-4' },
  ).catch((error: Refusal) => error.errors!.map((e) => e.message))
  for (const part of [/check digit/, /twice/, /belongs to OWNER/, /ZZZ does not exist/, /needs a name/])
    assert.ok(
      problems.some((message: string) => part.test(message)),
      `${part}`,
    )
  assert.equal((await w.run('catalog.listItems', { filter: 'sku:NEW-*' })).total, 0)
})

test('a unit that quantities are counted in never changes its factor', async () => {
  await save({ sku: 'FIX', name: 'Fix', uoms: [{ uom: 'CS', num: 12 }] })
  await assert.rejects(save({ sku: 'FIX', uoms: [{ uom: 'CS', num: 10 }] }), refused('item_refused', /cannot change/))
  await assert.rejects(save({ sku: 'FIX', baseUom: 'PR' }), refused('item_refused', /cannot change/))
})

test('a scanned GTIN of any length is its item and unit; an unknown one is not found', async () => {
  await save({ sku: 'SCAN', name: 'Scan', uoms: [{ uom: 'CS', num: 24, gtin: '036000291452' }] })
  for (const code of ['036000291452', '0036000291452', '00036000291452']) {
    const found = (await w.run('catalog.resolveCode', { code })).found
    assert.deepEqual([found.sku, found.uom, found.num], ['SCAN', 'CS', 24])
  }
  assert.equal((await w.run('catalog.resolveCode', { code: 'SCAN' })).found.uom, 'EA')
  const unknown = await w.run('catalog.resolveCode', { code: '5901234123457' })
  assert.deepEqual([unknown.found, unknown.reason], [null, 'No item, unit or alias has the code 5901234123457.'])
})

test('an item is found by SKU, GTIN and the beginning of any word, and no longer by a name it lost', async () => {
  await save({ sku: 'TL-77', name: 'Crème teapot large', uoms: [{ uom: 'EA', num: 1, gtin: '5901234123457' }] })
  const find = async (text: string) =>
    (await w.run('catalog.findItem', { text })).rows.map((row: { sku: string }) => row.sku)
  for (const text of ['tl-77', 'TL-7', '590123', 'creme tea', 'teap lar'])
    assert.deepEqual(await find(text), ['TL-77'], text)
  await save({ sku: 'TL-77', name: 'Kettle' })
  assert.deepEqual([await find('teapot'), await find('kett'), await find('5901234123457')], [[], ['TL-77'], ['TL-77']])
  for (const text of ['%', '((((', '\\', "'; drop table item; --"]) assert.deepEqual(await find(text), [], text)
})

test('a pasted list comes back in its order, unknown ones empty', async () => {
  await save({ sku: 'P-1', name: 'One' }, { sku: 'P-2', name: 'Two' })
  const { rows } = await w.run('catalog.bySkus', { skus: ['p-2', 'nope', ' P-1 ', 'P-2'] })
  assert.deepEqual(
    rows.map((row: { item: { sku: string } | null }) => row.item?.sku ?? null),
    ['P-2', null, 'P-1', 'P-2'],
  )
})

test('cost is for those who may see it', async () => {
  const { items } = await save({ sku: 'COST', name: 'Cost', costMicro: 5 })
  const picker = { ...w.actor, permissions: new Set(['catalog.read']) }
  assert.equal((await w.run('catalog.item', { id: items[0].id })).costMicro, 5)
  assert.equal((await w.run('catalog.item', { id: items[0].id }, picker)).costMicro, null)
})

test('a thousand items are one call', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => ({ sku: `BULK-${n}`, name: `Bulk ${n}` }))
  assert.equal((await w.run('catalog.saveItems', { items })).items.length, 1_000)
  const page = await w.run('catalog.listItems', { filter: 'sku:BULK-*', limit: 7 })
  assert.deepEqual([page.total, page.rows.length], [1_000, 7])
})

test('own fields are held against their definition', async () => {
  const colour = {
    kind: 'item',
    name: 'colour',
    label: 'Colour',
    type: 'choice',
    unit: null,
    choices: ['red', 'blue'],
    permission: null,
    searchable: false,
    required: false,
    retired: false,
  }
  await w.run('records.saveCustomFields', { fields: [colour] })
  await save({ sku: 'CF', name: 'x', custom: { colour: 'red' } })
  await assert.rejects(save({ sku: 'CF', custom: { colour: 'green' } }), refused('item_refused', /one of red, blue/))
  await assert.rejects(save({ sku: 'CF', custom: { size: 3 } }), refused('item_refused', /size is not defined/))
})

test('an item that lost its base unit, its check digit or its way of being made is found by the check', async () => {
  const { items } = await save({ sku: 'BAD', name: 'Bad', uoms: [{ uom: 'CS', num: 2, gtin: '4006381333931' }] })
  const [part] = (await save({ sku: 'PART', name: 'Part' })).items
  const owner = createPool(w.owner, 'entrepot_owner', 1)
  const made = (id: string, kind: string) =>
    owner.plain(
      10_000,
      (sql) => sql`
        insert into item_link (company_id, id, kind, item_id, other_id, num, den, rank, valid_from, valid_to)
        values (${w.company}, ${id}, ${kind}, ${items[0].id}, ${part.id}, 1, 1, 0, '2000-01-01', '9999-12-31')`,
    )
  const bad = async (name: string) => {
    const { differing } = invariants.find((i) => i.name === name)!
    const text = `select id from (${differing}) d where company_id = $1`
    return (await owner.plain(10_000, (sql) => sql.unsafe<{ id: string }[]>(text, [w.company]))).map((row) => row.id)
  }
  try {
    await made(items[0].id, 'kit')
    for (const { name } of invariants) assert.deepEqual(await bad(name), [], name)
    await made(part.id, 'assembly')
    await owner.plain(10_000, async (sql) => {
      await sql`update item_uom set gtin = '4006381333930' where company_id = ${w.company} and gtin = '4006381333931'`
      await sql`delete from item_uom where company_id = ${w.company} and item_id = ${items[0].id} and uom = 'EA'`
      await sql`delete from search_entry where company_id = ${w.company} and ref_id = ${items[0].id}`
    })
    for (const name of ['catalog.base_unit', 'catalog.gtin', 'catalog.found'])
      assert.deepEqual(await bad(name), [items[0].id], name)
  } finally {
    await owner.close()
  }
})
