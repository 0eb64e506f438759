import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settableClock } from '../../../core/clock.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { wholeCompany } from '../../../core/database/pool.ts'
import { seeded } from '../../../core/ids.ts'
import { type Company, type House, newId, openCompany, openHouse } from '../../warehouse/testKit.ts'
import { allocateLines } from './allocateLines.ts'

const clock = settableClock(new Date('2026-12-01T08:00:00Z'))
let house: House
before(async () => {
  house = await openHouse({ clock })
})
after(() => house.close())

const inOneGo = (c: Company, lineIds: readonly string[]) =>
  house.kernel.pool.transaction(wholeCompany(c.company), 20_000, (sql) =>
    allocateLines({ sql, company: c.company, now: clock.now(), id: newId } as unknown as Ctx, lineIds, {
      release: true,
    }),
  )

/** A market of mixed customers, rules, channels and lots, and a dozen confirmed orders of it; the same for the same seed. */
const market = async (seed: number) => {
  clock.set(new Date('2026-12-01T08:00:00Z'))
  const random = seeded(seed)
  const roll = (n: number) => Math.floor(random() * n)
  const pick = <T>(all: readonly T[]): T => all[roll(all.length)]!
  const c = await openCompany(house, {
    items: [
      { sku: 'WINE', tracking: 'lot', shelfLifeDays: 900 },
      { sku: 'CUP', tracking: 'none' },
    ],
  })
  const { channels } = await c.run('parties.saveChannels', {
    channels: [
      { code: 'WEB', name: 'Web' },
      { code: 'SHOP', name: 'Shops' },
    ],
  })
  const parties: string[] = []
  for (let n = 0; n < 5; n += 1) {
    const channelId = pick([null, channels[0].id, channels[1].id])
    const partyId = await c.customerOf(`P${n}`, {
      partialPolicy: pick(['partial', 'line', 'complete']),
      minShelfDays: pick([0, 0, 30]),
      ...(channelId && { channelId }),
    })
    parties.push(partyId)
    await c.run('promise.saveLotRules', {
      rules: [
        {
          partyId,
          lotOrder: pick([null, 'fefo', 'fifo', 'lifo']),
          minShelfDays: null,
          maxLots: pick([null, 0, 1, 2]),
          neverOlder: pick([null, true, true]),
        },
      ],
    })
  }
  for (let n = 0; n < 5; n += 1) {
    await c.stock('WINE', 'A-01', 5 + roll(15), {
      lotCode: `L${n}`,
      expiresOn: pick(['2026-12-20', '2027-03-01', '2027-06-01', '2027-09-01', '2028-01-01']),
    })
    clock.set(new Date(clock.now().getTime() + 60_000))
  }
  await c.stock('CUP', 'B-12', 30 + roll(20))
  await c.run('promise.saveFences', {
    fences: [
      { channelId: channels[0].id, itemId: c.item.get('WINE'), qty: 5 + roll(10) },
      { channelId: channels[1].id, itemId: c.item.get('CUP'), percentPpm: 200_000 },
    ],
  })
  const orders: string[] = []
  for (let n = 0; n < 12; n += 1) {
    const lines = Array.from({ length: 1 + roll(2) }, () => ({
      itemId: c.item.get(pick(['WINE', 'WINE', 'CUP'])),
      uom: 'EA',
      uomQty: 1 + roll(9),
    }))
    const { id } = await c.run('sales.createOrder', { partyId: pick(parties), siteId: c.site, lines })
    await c.run('sales.confirm', { orderId: id })
    orders.push(id)
  }
  const lines = await c.rows(
    (sql) => sql<{ id: string; at: number }[]>`
      select line.id, array_position(${orders}::uuid[], line.ref_id)::int as at
        from demand_line line
       where line.company_id = ${c.company} and line.ref_id = any (${orders})
       order by 2, line.line_no`,
  )
  return { c, lines }
}

const allocated = async (c: Company, lines: readonly { id: string }[]) => {
  const rows = await c.rows(
    (sql) => sql<{ lineId: string; lot: string | null; qty: number; passed: unknown }[]>`
      select taken.demand_line_id as line_id, lot.code as lot, taken.qty, jsonb_array_length(coalesce(taken.passed, '[]')) as passed
        from allocation taken
        left join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
       where taken.company_id = ${c.company}
       order by taken.id`,
  )
  const states = await c.rows(
    (sql) => sql<{ id: string; promised: number; allocated: number; backordered: number }[]>`
      select id, promised, allocated, backordered from demand_line where company_id = ${c.company}`,
  )
  const at = new Map(lines.map(({ id }, n) => [id, n]))
  return {
    takes: rows.map((row) => `${at.get(row.lineId)} ${row.lot ?? 'stock'}×${row.qty} past ${row.passed}`).sort(),
    states: states.map(({ id, ...state }) => ({ at: at.get(id), ...state })).sort((a, b) => a.at! - b.at!),
  }
}

for (const seed of [1, 2, 3, 4])
  test(`lines of mixed customers and rules get in one go what they get one order after the other (seed ${seed})`, async () => {
    const together = await market(seed)
    await inOneGo(
      together.c,
      together.lines.map((line) => line.id),
    )
    const serial = await market(seed)
    for (const own of Map.groupBy(serial.lines, (line) => line.at).values())
      await inOneGo(
        serial.c,
        own.map((line) => line.id),
      )
    const [one, other] = [await allocated(together.c, together.lines), await allocated(serial.c, serial.lines)]
    assert.deepEqual(one, other)
    assert.ok(one.takes.length > 5, 'something was there to be laid out')
    assert.deepEqual(await house.broken(together.c.company), [])
    assert.deepEqual(await house.broken(serial.c.company), [])
  })
