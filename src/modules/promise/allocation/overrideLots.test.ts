import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { settableClock } from '../../../core/clock.ts'
import { type Company, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

const clock = settableClock(new Date('2026-11-30T08:00:00Z'))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

/** Lots E (expired by the time it arrives), S (short), A, B (long); the customer wants thirty days. */
const cellar = async () => {
  clock.set(new Date('2026-11-30T08:00:00Z'))
  const c = await openCompany(house, {
    items: [{ sku: 'WINE', tracking: 'lot', shelfLifeDays: 900 }],
    customer: { minShelfDays: 30 },
  })
  for (const [lotCode, expiresOn] of [
    ['E', '2026-12-01'],
    ['S', '2026-12-20'],
    ['A', '2027-06-01'],
    ['B', '2027-12-01'],
  ] as const)
    await c.stock('WINE', 'A-01', 10, { lotCode, expiresOn })
  clock.set(new Date('2026-12-01T08:00:00Z'))
  const lots = await c.rows(
    (sql) => sql<{ id: string; code: string }[]>`select id, code from lot where company_id = ${c.company}`,
  )
  const lot = new Map(lots.map(({ id, code }) => [code, id]))
  const choose = (lineId: string, given: Readonly<Record<string, number>>, reason = 'access', note?: string) =>
    c.run('promise.overrideLots', {
      lineId,
      lots: Object.entries(given).map(([code, qty]) => ({ lotId: lot.get(code), qty })),
      reason,
      ...(note ? { note } : {}),
    })
  const got = async (lineId: string) =>
    (
      await c.rows(
        (sql) => sql<{ lot: string; qty: number; reason: string | null }[]>`
          select lot.code as lot, (taken.qty - taken.dropped)::int8 as qty, taken.override_reason as reason
            from allocation taken
            join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
           where taken.company_id = ${c.company} and taken.demand_line_id = ${lineId} and taken.qty > taken.dropped
           order by taken.id`,
      )
    ).map((one) => `${one.lot}×${one.qty}${one.reason ? ` ${one.reason}` : ''}`)
  const released = async (qty: number, partyId = c.customer): Promise<string> =>
    (await c.order([{ sku: 'WINE', qty }], partyId)).released.lines[0]!.id
  return { c, lot, choose, got, released }
}

test('a later lot by hand needs a reason of the company’s list, is kept with it and who it was, and the rest goes by rule', async () => {
  const { c, choose, got, released } = await cellar()
  const line = await released(8)
  assert.deepEqual(await got(line), ['A×8'])
  await assert.rejects(choose(line, { B: 5 }, 'because'), refused('unknown_reason'))
  assert.deepEqual(await choose(line, { B: 5 }, 'quality', 'corks of A'), { chosen: 5, byRule: 3, waiting: 0 })
  assert.deepEqual(await got(line), ['B×5 quality', 'A×3'])
  const why = await c.run('promise.explainLots', { lineId: line })
  assert.equal(why.rule.text, 'first expired, first out; at least 30 days of life on arrival')
  assert.deepEqual(
    why.allocated.map((one: { text: string }) => one.text),
    [
      '5 EA of lot B, good until 2027-12-01; chosen by Olive: Quality of the earlier lot in doubt; 364 days left when it arrives on 2026-12-02',
      '3 EA of lot A, good until 2027-06-01; first expired, first out; 181 days left when it arrives on 2026-12-02',
    ],
  )
  assert.deepEqual(why.allocated[0].passed, [
    { lot: 'E', why: 'expired when it arrives on 2026-12-02' },
    { lot: 'S', why: '18 days left when it arrives on 2026-12-02, 30 days wanted' },
    { lot: 'A', why: 'passed over by hand' },
  ])
  assert.equal(why.allocated[0].note, 'corks of A')
  assert.deepEqual(
    why.allocated[1].passed.map((one: { lot: string }) => one.lot),
    ['E', 'S'],
  )
  assert.deepEqual(
    why.lots.map((one: { lot: string; free: number; why: string | null }) => [one.lot, one.free, one.why !== null]),
    [
      ['E', 10, true],
      ['S', 10, true],
      ['A', 7, false],
      ['B', 5, false],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what the customer’s rules refuse goes only with their consent; what is expired, on hold or promised to others, never', async () => {
  const { c, lot, choose, got, released } = await cellar()
  const line = await released(8)
  await assert.rejects(choose(line, { S: 8 }), refused('lot_short_life', /S has less shelf life/))
  await assert.rejects(choose(line, { E: 8 }, 'customer_asked'), refused('lot_expired'))
  await assert.rejects(choose(line, { B: 9 }), refused('too_much', /Only 8/))
  await assert.rejects(choose(line, { B: 11 }), refused('too_much'))
  assert.deepEqual(await choose(line, { S: 8 }, 'customer_asked'), { chosen: 8, byRule: 0, waiting: 0 })
  assert.deepEqual(await got(line), ['S×8 customer_asked'])
  await c.run('warehouse.holdLot', { lotId: lot.get('B'), reason: 'broken seals' })
  await assert.rejects(choose(line, { B: 1 }), refused('lot_held'))
  const rule = { lotOrder: null, minShelfDays: null, maxLots: 1, neverOlder: null }
  await c.run('promise.saveLotRules', { rules: [{ partyId: c.customer, ...rule }] })
  await assert.rejects(choose(line, { A: 1, S: 1 }, 'access'), refused('lot_limit'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('lots are chosen for released lines only, and what a task claims stays', async () => {
  const { c, choose, got, released } = await cellar()
  const head = await c.run('sales.createOrder', {
    partyId: c.customer,
    siteId: c.site,
    lines: [{ itemId: c.item.get('WINE'), uom: 'EA', uomQty: 1 }],
  })
  await c.run('sales.confirm', { orderId: head.id })
  await assert.rejects(choose((await c.line(head.id)).id, { B: 1 }), refused('not_released'))
  const order = await c.order([{ sku: 'WINE', qty: 4 }])
  await c.wave([order.id])
  const line = order.released.lines[0]!.id
  await assert.rejects(choose(line, { B: 4 }), refused('nothing_open'))
  assert.deepEqual(await got(line), ['A×4'])
  const other = await released(2)
  assert.deepEqual(await choose(other, { B: 1 }), { chosen: 1, byRule: 1, waiting: 0 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('a lot passed over without a reason is found by the checks, and only that', async () => {
  const { c, choose, released } = await cellar()
  const line = await released(3)
  await choose(line, { B: 3 }, 'quality')
  const found = (company: Company) => house.broken(company.company, ['lots_in_order', 'lots_as_agreed'])
  assert.deepEqual(await found(c), [])
  await house.owner.plain(
    10_000,
    (sql) =>
      sql`update allocation set override_reason = null where company_id = ${c.company} and override_reason is not null`,
  )
  assert.deepEqual(
    (await found(c)).map(({ name, row }) => [name, (row as { lot: string }).lot, (row as { passed: string }).passed]),
    [['lots_in_order', 'B', 'A']],
  )
})
