import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../test/refused.ts'
import { createPool } from '../../core/database/pool.ts'
import { linkDocuments, linkedDocuments } from '../../core/records/index.ts'
import { type MasterWorld, masterWorld } from '../pricing/testKit.ts'
import { invariants as siteInvariants } from '../sites/invariants.ts'
import { invariants } from './invariants.ts'

let w: MasterWorld
before(async () => {
  w = await masterWorld()
})
after(() => w.close())
const save = async (...parties: object[]): Promise<{ id: string; addressIds: string[] }[]> =>
  (await w.run('parties.saveParties', { parties })).parties
const leeds = { line1: '1 High St', city: 'Leeds', postcode: 'LS1 1AA', country: 'GB' }

test('a customer saved again keeps addresses and terms; a second ship-to is added, the first changed by its id', async () => {
  const [first] = await save({ code: 'C-1', name: 'Harbor', isCustomer: true, termsDays: 14, addresses: [leeds] })
  await save({
    code: 'C-1',
    addresses: [
      { ...leeds, id: first!.addressIds[0], city: 'York' },
      { ...leeds, city: 'Bath', kind: 'ship_to' },
    ],
  })
  const customer = await w.run('parties.customer', { id: first!.id })
  assert.equal(customer.terms, '14 days net')
  assert.deepEqual(
    customer.shipTos.map((s: { city: string; default: boolean }) => [s.city, s.default]),
    [
      ['York', true],
      ['Bath', false],
    ],
  )
  const found = await w.run('parties.findCustomer', { text: 'harb york' })
  assert.deepEqual(
    found.rows.map((row: { code: string }) => row.code),
    ['C-1'],
  )
})

test('a wrong GLN, a country that does not exist and an address of another party are refused', async () => {
  await assert.rejects(save({ code: 'G', name: 'G', gln: '9501101020017' }), refused('party_refused', /check digit/))
  await save({ code: 'G', name: 'G', gln: '9501101020016' })
  await assert.rejects(save({ code: 'Z', name: 'Z', country: 'ZZ' }), refused('party_refused', /ZZ does not exist/))
  const [one] = await save({ code: 'O-1', name: 'One', addresses: [leeds] })
  await assert.rejects(
    save({ code: 'O-2', name: 'Two', addresses: [{ ...leeds, id: one!.addressIds[0] }] }),
    refused('party_refused', /another party/),
  )
})

test('who is limited to one party lists, finds, opens and changes only that one', async () => {
  const [mine, theirs] = await save(
    { code: 'MINE', name: 'Marker alpha', isCustomer: true },
    { code: 'THEIRS', name: 'Marker beta', isCustomer: true },
  )
  const limited = { ...w.actor, parties: [mine!.id] }
  const codes = (rows: { code?: string; ref?: string }[]) => rows.map((row) => row.code ?? row.ref)
  assert.deepEqual(codes((await w.run('parties.listParties', {}, limited)).rows), ['MINE'])
  assert.deepEqual(codes((await w.run('parties.listParties', { filter: 'marker' }, limited)).rows), ['MINE'])
  assert.deepEqual(codes((await w.run('search.find', { text: 'marker' }, limited)).hits), ['MINE'])
  assert.equal((await w.run('search.find', { text: 'marker' })).hits.length, 2)
  await assert.rejects(w.run('parties.party', { id: theirs!.id }, limited), refused('not_found'))
  const change = (code: string) => w.run('parties.saveParties', { parties: [{ code, name: 'x' }] }, limited)
  for (const code of ['THEIRS', 'BRAND-NEW']) await assert.rejects(change(code), refused('not_found'), code)
  await change('MINE')
  const picker = { ...w.actor, permissions: new Set(['catalog.read']) }
  assert.deepEqual((await w.run('search.find', { text: 'marker' }, picker)).hits, [])
})

test('another company finds nothing of this one', async () => {
  await save({ code: 'SECRET', name: 'Marker gamma', isCustomer: true })
  const other = await masterWorld()
  try {
    assert.deepEqual((await other.run('search.find', { text: 'gamma' })).hits, [])
    assert.equal((await other.run('parties.listParties', {})).total, 0)
  } finally {
    await other.close()
  }
})

test('pages of a list show every row once, in order, while rows come and go', async () => {
  await save(
    ...Array.from({ length: 60 }, (_, n) => ({
      code: `PG-${String(n).padStart(2, '0')}`,
      name: `P${n % 7}`,
      serviceClass: n % 3,
      priceGroup: n % 2 ? 'G' : null,
    })),
  )
  for (const sort of ['code', '-code', 'name', '-serviceClass', 'priceGroup', '-priceGroup']) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await w.run('parties.listParties', { filter: 'code:PG-*', sort, limit: 7, cursor })
      assert.equal(page.total, 60)
      seen.push(...page.rows.map((row: { code: string }) => row.code))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.equal(new Set(seen).size, 60, sort)
    assert.equal(seen.length, 60, sort)
    if (sort === 'code') assert.deepEqual(seen, [...seen].sort())
  }
})

test('filters compare, negate and look for what is absent', async () => {
  const count = async (filter: string) => (await w.run('parties.listParties', { filter: `code:PG-* ${filter}` })).total
  assert.equal(await count('priceGroup:none'), 30)
  assert.equal(await count('-priceGroup:none'), 30)
  assert.equal(await count('-priceGroup:g'), 30)
  assert.equal(await count('serviceClass:>=1'), 40)
  assert.equal(await count('serviceClass:0,2'), 40)
  assert.equal(await count('serviceClass:1..2'), 40)
  assert.equal(await count('name:p1'), 9)
  assert.equal(await count('active:no'), 0)
})

test('an unknown field, a value that does not fit and a made-up page mark are refused, never guessed', async () => {
  const ask = (input: object) => w.run('parties.listParties', input)
  await assert.rejects(ask({ filter: 'colour:red' }), refused('bad_filter', /there are code, name/))
  await assert.rejects(ask({ filter: 'constructor:red' }), refused('bad_filter'))
  await assert.rejects(ask({ filter: 'termsDays:soon' }), refused('bad_filter', /a number/))
  await assert.rejects(ask({ filter: 'active:perhaps' }), refused('bad_filter', /yes or no/))
  await assert.rejects(ask({ sort: 'code;drop' }), refused('bad_sort'))
  const mark = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const id = '00000000-0000-0000-0000-000000000000'
  for (const cursor of [
    'x',
    mark(1),
    mark(['name', 'a', id, 1]),
    mark(['code', 1, id, 1]),
    mark(['code', 'a', 'b', 1]),
    mark(['code', 'a', id, -1]),
  ])
    await assert.rejects(ask({ cursor }), refused('bad_cursor'), cursor)
  assert.equal((await ask({ cursor: mark(['code', "x'; drop table party; --", id, 5]) })).total, 5)
})

test('notes hang on a record of the caller, newest first', async () => {
  const [party, foreign] = await save({ code: 'N-1', name: 'Noted' }, { code: 'N-2', name: 'Foreign' })
  const limited = { ...w.actor, parties: [party!.id] }
  for (const body of ['first', 'second']) await w.run('records.partyAddNote', { refId: party!.id, body }, limited)
  const { notes } = await w.run('records.partyNotes', { refId: party!.id }, limited)
  assert.deepEqual(
    notes.map((note: { body: string }) => note.body),
    ['second', 'first'],
  )
  for (const name of ['records.partyNotes', 'records.partyAttachments'])
    await assert.rejects(w.run(name, { refId: foreign!.id }, limited), refused('not_found'), name)
  await assert.rejects(w.run('records.partyAddNote', { refId: foreign!.id, body: 'x' }, limited), refused('not_found'))
  const reader = { ...limited, permissions: new Set(['parties.read']) }
  await assert.rejects(w.run('records.partyNotes', { refId: party!.id }, reader), refused('not_permitted'))
  await w.run('records.partyNotes', { refId: party!.id }, { ...reader, permissions: new Set(['parties.notes']) })
})

test('everything of an order is reached over links in both directions, each once', async () => {
  await w.within(async (ctx) => {
    const [order, shipment, invoice, payment] = [ctx.id(), ctx.id(), ctx.id(), ctx.id()]
    const links = [
      { fromKind: 'sales_order', fromId: order, toKind: 'shipment', toId: shipment, kind: 'ships' },
      { fromKind: 'shipment', fromId: shipment, toKind: 'invoice', toId: invoice, kind: 'bills' },
      { fromKind: 'invoice', fromId: invoice, toKind: 'payment', toId: payment, kind: 'pays' },
    ]
    await linkDocuments(ctx, links)
    await linkDocuments(ctx, links)
    const kinds = async (id: string) => (await linkedDocuments(ctx, id)).map((row) => [row.kind, row.steps])
    assert.deepEqual(await kinds(order), [
      ['shipment', 1],
      ['invoice', 2],
      ['payment', 3],
    ])
    assert.deepEqual(await kinds(invoice).then((rows) => rows.map(([kind]) => kind).sort()), [
      'payment',
      'sales_order',
      'shipment',
    ])
  })
})

test('a site has the world outside and its doors from its first day, and its places cannot be turned into others', async () => {
  const { rows } = await w.run('sites.listLocations', { filter: 'site:LON', sort: 'code' })
  assert.deepEqual(
    rows.map((row: { code: string }) => row.code),
    ['ADJUST', 'CUSTOMER', 'DOCK', 'PRODUCTION', 'QUARANTINE', 'SCRAP', 'STAGE', 'SUPPLIER', 'TRANSIT'],
  )
  const put = (...locations: object[]) => w.run('sites.saveLocations', { siteId: w.siteId, locations })
  await put({ code: 'A-01-1', kind: 'pick', aisle: 'A', pickSeq: 1 })
  await assert.rejects(put({ code: 'A-01-1', kind: 'storage' }), refused('location_refused'))
  await assert.rejects(put({ code: 'SUPPLIER', active: false }), refused('location_refused'))
  await assert.rejects(
    w.run('sites.saveSites', { sites: [{ code: 'MOON', name: 'x', zone: 'Moon/Base' }] }),
    refused('site_refused'),
  )
  const hits = await w.run('search.find', { text: 'a-01-1' })
  assert.equal(hits.hits[0].kind, 'location')
})

test('a party nobody can find and a site without its doors are found by the check', async () => {
  const [party] = await save({ code: 'LOST', name: 'Lost' })
  const owner = createPool(w.owner, 'entrepot_owner', 1)
  const bad = async (name: string) => {
    const { differing } = [...invariants, ...siteInvariants].find((i) => i.name === name)!
    const text = `select id from (${differing}) d where company_id = $1`
    return (await owner.plain(10_000, (sql) => sql.unsafe<{ id: string }[]>(text, [w.company]))).map((row) => row.id)
  }
  try {
    for (const name of ['parties.found', 'parties.hierarchy', 'sites.world'])
      assert.deepEqual(await bad(name), [], name)
    await owner.plain(10_000, async (sql) => {
      await sql`delete from search_entry where company_id = ${w.company} and ref_id = ${party!.id}`
      await sql`update party set parent_id = id where company_id = ${w.company} and id = ${party!.id}`
      await sql`delete from location where company_id = ${w.company} and site_id = ${w.siteId} and kind = 'scrap'`
    })
    assert.deepEqual(
      [await bad('parties.found'), await bad('parties.hierarchy'), await bad('sites.world')],
      [[party!.id], [party!.id], [w.siteId]],
    )
  } finally {
    await owner.close()
  }
})

test('an address that is corrected keeps its place on the map; said to have none, it has none', async () => {
  const place = { latE7: 538_000_000, lonE7: -15_500_000 }
  const [saved] = await save({ code: 'C-MAP', name: 'Map', isCustomer: true, addresses: [{ ...leeds, ...place }] })
  const placeOf = async () => {
    const { addresses } = await w.run('parties.party', { id: saved!.id })
    return [addresses[0].id, addresses[0].latE7, addresses[0].lonE7]
  }
  const [id] = await placeOf()
  await save({ code: 'C-MAP', addresses: [{ ...leeds, id, postcode: 'LS2 2BB' }] })
  assert.deepEqual(await placeOf(), [id, place.latE7, place.lonE7])
  await save({ code: 'C-MAP', addresses: [{ ...leeds, id, latE7: null, lonE7: null }] })
  assert.deepEqual(await placeOf(), [id, null, null])
})
