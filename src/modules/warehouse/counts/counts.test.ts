import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { settableClock } from '../../../core/clock.ts'
import { type Company, type House, openCompany, openHouse } from '../testKit.ts'

const clock = settableClock(new Date('2026-03-02T09:00:00Z'))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

const hours = (n: number) => clock.advance(n * 3_600_000)
const open = async (c: Company) => (await c.run('warehouse.counts', { siteId: c.site })).counts
const program = (c: Company, more: object) =>
  c.run('warehouse.saveCountProgram', {
    siteId: c.site,
    aDays: 0,
    bDays: 0,
    cDays: 0,
    afterMoves: 0,
    zeroBins: false,
    dailyLimit: 100,
    tolerancePpm: 0,
    toleranceQty: 0,
    toleranceMicro: 0,
    ...more,
  })
const onHand = async (c: Company, binCode: string) =>
  (
    await c.rows(
      (sql) => sql<{ onHand: number }[]>`
        select coalesce(sum(on_hand), 0)::int8 as on_hand from stock_balance where company_id = ${c.company} and location_id = ${c.bin.get(binCode)!}`,
    )
  )[0]!.onHand

test('a count made at ten and entered at noon finds what was missing at ten; what came and went meanwhile stays', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 100)
  const order = await c.order([{ sku: 'TEA', qty: 30 }])
  const wave = await c.wave([order.id])
  assert.equal((await c.run('warehouse.askCount', { locationId: c.bin.get('A-01') })).counts, 1)
  assert.equal((await c.run('warehouse.askCount', { locationId: c.bin.get('A-01') })).counts, 0, 'one open count a bin')
  hours(1)
  const countedAt = clock.now().toISOString()
  hours(1)
  await c.pickAll(wave.id)
  await c.stock('TEA', 'A-01', 12)
  const [task] = await open(c)
  assert.deepEqual([task.reason, task.expected, task.counted], ['asked', null, null])
  await assert.rejects(
    c.run('warehouse.count', { taskId: task.id, counted: 96, countedAt: '2030-01-01T00:00:00Z' }),
    refused('strange_moment'),
  )
  // 100 by the books at ten; 96 were there. Now 100 − 30 + 12 = 82 by the books, 78 after approval.
  assert.deepEqual(await c.run('warehouse.count', { taskId: task.id, counted: 96, countedAt }), {
    taskId: task.id,
    needsApproval: true,
  })
  assert.equal((await open(c))[0].expected, 100)
  hours(1)
  await c.stock('TEA', 'A-01', 1)
  assert.equal((await c.run('warehouse.approveCount', { taskId: task.id })).variance, -4)
  assert.equal(await onHand(c, 'A-01'), 79)
  assert.deepEqual(await open(c), [])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a small difference is booked at once, a large one is looked at again; the trend tells both', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  // Cost 4.00: a difference of 3 units is worth 12.00.
  await program(c, { tolerancePpm: 20_000, toleranceQty: 5, toleranceMicro: 12_000_000 })
  await c.stock('TEA', 'A-01', 200)
  const ask = async () => {
    await c.run('warehouse.askCount', { locationId: c.bin.get('A-01') })
    return (await open(c))[0].id as string
  }
  assert.equal((await c.run('warehouse.count', { taskId: await ask(), counted: 197 })).needsApproval, false)
  assert.equal(await onHand(c, 'A-01'), 197)
  // 4 units are 16.00: beyond the tolerance in money, within the others.
  const taskId = await ask()
  assert.equal((await c.run('warehouse.count', { taskId, counted: 193 })).needsApproval, true)
  assert.equal(await onHand(c, 'A-01'), 197)
  await c.run('warehouse.recount', { taskId })
  assert.deepEqual([(await open(c))[0].counted, (await open(c))[0].tries], [null, 1])
  assert.equal((await c.run('warehouse.count', { taskId, counted: 197 })).needsApproval, false)
  const far = await ask()
  await c.run('warehouse.count', { taskId: far, counted: 180 })
  await c.run('warehouse.approveCount', { taskId: far })
  await assert.rejects(c.run('warehouse.approveCount', { taskId: far }), refused('task_ended'))
  assert.equal(await onHand(c, 'A-01'), 180)
  const { weeks } = await c.run('warehouse.countAccuracy', { siteId: c.site })
  assert.deepEqual(weeks, [
    {
      week: '2026-03-02',
      counts: 3,
      exact: 1,
      within: 2,
      expected: 594,
      missed: 20,
      gainMicro: 0,
      lossMicro: 80_000_000,
    },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('the programme asks by class, by movement and for emptied bins, the dearest doubt first, never one bin twice, never more than a day holds', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'OIL' }, { sku: 'JAM' }], bins: ['A', 'B', 'C'] })
  const rule = (sku: string, abc: string) => ({
    siteId: c.site,
    itemId: c.item.get(sku),
    abc,
    reorderPoint: 0,
    maxQty: 0,
    packQty: 1,
  })
  await c.run('stock.saveItemSites', { rules: [rule('TEA', 'A'), rule('OIL', 'B'), rule('JAM', 'C')] })
  await c.stock('TEA', 'A', 10)
  await c.stock('OIL', 'B', 500)
  await c.stock('JAM', 'C', 3)
  const propose = async () => (await c.run('warehouse.proposeCounts', { siteId: c.site })).counts
  const causes = async () =>
    (await open(c)).map((row: { sku: string; reason: string }) => `${row.sku} ${row.reason}`).sort()
  assert.equal(await propose(), 0, 'a site without a programme asks for nothing')

  await program(c, { aDays: 30, bDays: 90, cDays: 0, dailyLimit: 1 })
  assert.equal(await propose(), 0, 'nothing is due on the first day')
  hours(31 * 24)
  assert.equal(await propose(), 1)
  assert.equal(await propose(), 0)
  assert.deepEqual(await causes(), ['TEA abc'])
  hours(60 * 24)
  await program(c, { aDays: 30, bDays: 90, cDays: 0, dailyLimit: 100 })
  assert.equal(await propose(), 1, 'OIL is due after 90 days, TEA has its count')
  for (const row of await open(c))
    await c.run('warehouse.count', { taskId: row.id, counted: row.sku === 'TEA' ? 10 : 500 })
  assert.deepEqual(await open(c), [], 'exact counts need nobody')
  assert.equal(await propose(), 0, 'counted today')

  await program(c, { afterMoves: 3, zeroBins: true })
  hours(24)
  for (const qty of [1, 1, 1]) await c.stock('OIL', 'B', qty)
  const order = await c.order([{ sku: 'JAM', qty: 3 }])
  await c.pickAll((await c.wave([order.id])).id)
  assert.equal(await propose(), 2)
  assert.deepEqual(await causes(), ['JAM zero_bin', 'OIL velocity'])
  const jam = (await open(c)).find((row: { sku: string }) => row.sku === 'JAM')
  // One was left behind: the emptied bin is not empty.
  await c.run('warehouse.count', { taskId: jam.id, counted: 1 })
  assert.equal((await c.run('warehouse.approveCount', { taskId: jam.id })).variance, 1)
  assert.equal(await onHand(c, 'C'), 1)
  assert.deepEqual(await house.broken(c.company), [])
})
