import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { newNode, newWorld, type World } from '../../../../test/world.ts'
import { seeded } from '../../../core/ids.ts'

type Node = Awaited<ReturnType<typeof newNode>>
let node: Node
before(async () => {
  node = await newNode()
})
after(() => node.kernel.close())

const HOUR = 3_600_000

interface MoveRow {
  itemId: string
  lotId: string
  lpnId: string
  ownerId: string
  fromLocationId: string
  fromStatus: string
  toLocationId: string
  toLpnId: string
  toOwnerId: string
  toStatus: string
  qty: number
  weightG: number
  effectiveAt: string
  recordedAt: string
}
/** The whole ledger, added up by hand in a loop: shares nothing with what it is compared to. */
const replay = (moves: readonly MoveRow[], real: ReadonlySet<string>, at: string, by: 'effective' | 'recorded') => {
  const stock = new Map<string, [number, number]>()
  const add = (place: string, key: string, qty: number, weight: number) => {
    if (!real.has(place)) return
    const [units, grams] = stock.get(`${place} ${key}`) ?? [0, 0]
    stock.set(`${place} ${key}`, [units + qty, grams + weight])
  }
  for (const m of moves) {
    if ((by === 'effective' ? m.effectiveAt : m.recordedAt) > at) continue
    add(m.toLocationId, `${m.itemId} ${m.lotId} ${m.toLpnId} ${m.toOwnerId} ${m.toStatus}`, m.qty, m.weightG)
    add(m.fromLocationId, `${m.itemId} ${m.lotId} ${m.lpnId} ${m.ownerId} ${m.fromStatus}`, -m.qty, -m.weightG)
  }
  return new Map([...stock].filter(([, [units, grams]]) => units !== 0 || grams !== 0))
}
const ledgerOf = async (w: World) => {
  const moves = await w.sql<MoveRow>('select * from stock_move where company_id = $1', w.company)
  const places = await w.sql<{ id: string; siteId: string; kind: string }>(
    'select id, site_id, kind from location where company_id = $1',
    w.company,
  )
  const world = ['supplier', 'customer', 'adjust', 'scrap', 'production']
  return { moves, real: places.filter(({ kind }) => !world.includes(kind)) }
}
const NIL = '00000000-0000-0000-0000-000000000000'
interface There {
  siteId: string
  itemId: string
  locationId: string
  lotId: string | null
  lpnId: string | null
  ownerId: string | null
  status: string
  onHand: number
  weightG: number
}
const told = (rows: readonly There[]) =>
  new Map(
    rows.map((r) => [
      `${r.locationId} ${r.itemId} ${r.lotId ?? NIL} ${r.lpnId ?? NIL} ${r.ownerId ?? NIL} ${r.status}`,
      [r.onHand, r.weightG] as [number, number],
    ]),
  )
const sorted = (stock: ReadonlyMap<string, [number, number]>) => [...stock].sort(([a], [b]) => (a < b ? -1 : 1))

/** Two sites whose midnights are five and a half hours apart, one item by lot and two without. */
const trading = async (at: string) => {
  const w = await newWorld({ kernel: node.kernel, clock: node.clock, at, items: 2, stock: 0 })
  const { items } = await w.run('catalog.saveItems', {
    items: [{ sku: 'JAM', name: 'Jam', baseUom: 'EA', taxClass: 'standard', tracking: 'lot' }],
  })
  const { sites } = await w.run('sites.saveSites', {
    sites: [{ code: 'BLR', name: 'Bengaluru', kind: 'dc', zone: 'Asia/Kolkata', country: 'IN' }],
  })
  const far: string = sites[0].id
  const bins = async (siteId: string, codes: readonly string[]) =>
    (
      await w.run('sites.saveLocations', { siteId, locations: codes.map((code) => ({ code, kind: 'pick' })) })
    ).locations.map((row: { id: string }) => row.id) as string[]
  return {
    ...w,
    far,
    jam: items[0].id as string,
    binsOf: new Map([
      [w.siteId, await bins(w.siteId, ['X1', 'X2', 'X3'])],
      [far, await bins(far, ['Y1', 'Y2', 'Y3'])],
    ]),
  }
}
type Trading = Awaited<ReturnType<typeof trading>>

const closeAll = async (w: Trading) => {
  let closed = 0
  for (;;) {
    const done = await w.run('stock.closeDays', {})
    closed += done.closed
    if (done.left === 0) return closed
  }
}

/** One thing that somebody enters, a third of it late, some of it impossible then and refused. */
const something = async (w: Trading, roll: () => number): Promise<'done' | 'refused'> => {
  const one = <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)]!
  const siteId = one([w.siteId, w.far])
  const bins = w.binsOf.get(siteId)!
  const itemId = one([...w.itemIds, w.jam])
  const lots = itemId === w.jam ? await w.sql('select id from lot where company_id = $1', w.company) : []
  const lotId = lots.length > 0 ? (one(lots) as { id: string }).id : undefined
  const late =
    roll() < 0.35 ? { effectiveAt: new Date(w.clock.now().getTime() - roll() * 90 * HOUR).toISOString() } : {}
  const kind = roll()
  const doing =
    kind < 0.5 || (itemId === w.jam && lotId === undefined)
      ? w.run('warehouse.receive', {
          siteId,
          ...late,
          lines: [
            {
              itemId,
              qty: 1 + Math.floor(roll() * 20),
              locationId: one(bins),
              ...(itemId === w.jam ? { lotCode: one(['L1', 'L2']) } : {}),
            },
          ],
        })
      : kind < 0.75
        ? w.run('warehouse.move', {
            itemId,
            ...(lotId && { lotId }),
            fromLocationId: one(bins),
            toLocationId: one(bins),
            qty: 1 + Math.floor(roll() * 5),
            ...late,
          })
        : w.run('warehouse.adjust', {
            itemId,
            ...(lotId && { lotId }),
            locationId: one(bins),
            qty: roll() < 0.5 ? 1 : -1 - Math.floor(roll() * 3),
            reason: 'data_error',
            ...late,
          })
  return doing.then(
    () => 'done' as const,
    (error: { code?: string }) => {
      assert.ok(
        ['same_place', 'not_enough_stock', 'below_allocated', 'not_there_then'].includes(error.code!),
        `${error}`,
      )
      return 'refused' as const
    },
  )
}

const compare = async (w: Trading, roll: () => number, from: number, questions: number) => {
  const { moves, real } = await ledgerOf(w)
  const until = w.clock.now().getTime()
  for (let n = 0; n < questions; n += 1) {
    const at = new Date(from + roll() * (until - from)).toISOString()
    for (const by of ['effective', 'recorded'] as const) {
      const siteId = roll() < 0.5 ? undefined : roll() < 0.5 ? w.siteId : w.far
      const itemId = roll() < 0.5 ? undefined : roll() < 0.5 ? w.jam : w.itemIds[0]
      const seen = new Set(real.filter((place) => siteId === undefined || place.siteId === siteId).map(({ id }) => id))
      const wanted = replay(
        moves.filter((move) => itemId === undefined || move.itemId === itemId),
        seen,
        at,
        by,
      )
      const { rows } = await w.run('stock.asOf', { at, by, ...(siteId && { siteId }), ...(itemId && { itemId }) })
      assert.deepEqual(sorted(told(rows)), sorted(wanted), `${by} at ${at}`)
      assert.ok(
        [...wanted.values()].every(([units]) => units >= 0),
        `nothing was ever below nil: ${by} at ${at}`,
      )
    }
  }
}

for (const seed of [11, 12, 13])
  test(`stock as of any moment is the plain replay of the ledger, however late things were entered (seed ${seed})`, {
    timeout: 120_000,
  }, async (t) => {
    const roll = seeded(seed)
    const w = await trading('2026-09-01T06:00:00Z')
    const from = w.clock.now().getTime() - 100 * HOUR
    const counts = { done: 0, refused: 0, late: 0 }
    let closed = 0
    for (let n = 0; n < 160; n += 1) {
      counts[await something(w, roll)] += 1
      w.clock.advance(Math.floor(roll() * 6 * HOUR))
      // Some nights the work is not done; the next run catches up.
      if (roll() < 0.15) closed += await closeAll(w)
    }
    await compare(w, roll, from, 25)
    const before = (await w.run('stock.days', {})).sites
    closed += await closeAll(w)
    await compare(w, roll, from, 25)
    const days = await w.sql(
      `select count(*)::int8 as days, count(*) filter (where base_on = day and base_rows > 0)::int8 as pictures from stock_day where company_id = $1`,
      w.company,
    )
    t.diagnostic(`${JSON.stringify(counts)}, ${closed} days closed, ${days[0].pictures} whole pictures`)
    assert.ok(before.length === 2 && closed >= 30 && days[0].pictures >= 1, 'days were closed and a picture taken')
    assert.ok(counts.done > 100 && counts.refused > 5)
  })

test('a late entry changes no closed day, and is there when that day is asked for by what was there', async () => {
  const w = await trading('2026-10-01T09:00:00Z')
  const [x1, x2] = w.binsOf.get(w.siteId)!
  const itemId = w.itemIds[0]!
  const receive = (qty: number, more: object = {}) =>
    w.run('warehouse.receive', { siteId: w.siteId, lines: [{ itemId, qty, locationId: x1 }], ...more })
  await receive(40)
  w.clock.set(new Date('2026-10-03T09:00:00Z'))
  // The 30th and 1st, 2nd in London: the 30th is the empty first row. Bengaluru never had stock and begins with the 2nd.
  assert.deepEqual(await w.run('stock.closeDays', {}), { closed: 2, changes: 1, reopened: 0, left: 0 })
  const stored = () =>
    w.sql(
      `select md5(string_agg(d::text, ' ' order by d::text)) as all from (select to_jsonb(s) as d from stock_snapshot s where company_id = $1 union all select to_jsonb(s) from stock_day s where company_id = $1) rows`,
      w.company,
    )
  const before = await stored()
  await receive(7, { effectiveAt: '2026-10-01T20:00:00.000Z' })
  assert.deepEqual(await stored(), before)
  const onHand = async (at: string, by: string) =>
    (await w.run('stock.asOf', { at, by, itemId, detail: 'item' })).rows.map((row: There) => row.onHand)
  assert.deepEqual(await onHand('2026-10-01T19:59:59.999Z', 'effective'), [40])
  assert.deepEqual(await onHand('2026-10-01T20:00:00.000Z', 'effective'), [47])
  assert.deepEqual(await onHand('2026-10-03T08:00:00.000Z', 'effective'), [47])
  assert.deepEqual(await onHand('2026-10-03T08:00:00.000Z', 'recorded'), [40])
  assert.deepEqual(await onHand('2026-10-03T09:00:00.000Z', 'recorded'), [47])
  assert.deepEqual(await onHand('2026-10-01T08:59:59.999Z', 'recorded'), [])

  const move = (qty: number, effectiveAt: string) =>
    w.run('warehouse.move', { itemId, fromLocationId: x1, toLocationId: x2, qty, effectiveAt })
  await assert.rejects(move(1, '2026-10-03T09:00:00.001Z'), refused('effective_later'))
  await assert.rejects(move(1, '2025-10-01T09:00:00.000Z'), refused('effective_too_early'))
  await assert.rejects(move(1, '2026-10-01T08:00:00.000Z'), refused('not_there_then'))
  await assert.rejects(move(41, '2026-10-01T12:00:00.000Z'), refused('not_there_then'))
  await move(40, '2026-10-01T12:00:00.000Z')
  // All 40 of then are gone from the bin at noon, so none can have left at one o'clock; of the seven that came at eight, some can.
  await assert.rejects(move(1, '2026-10-01T13:00:00.000Z'), refused('not_there_then'))
  await move(7, '2026-10-01T21:00:00.000Z')
  const bins = async (at: string) =>
    (await w.run('stock.asOf', { at, itemId })).rows.map((row: There & { location: string }) => [
      row.location,
      row.onHand,
    ])
  assert.deepEqual(await bins('2026-10-01T20:30:00.000Z'), [
    ['X1', 7],
    ['X2', 40],
  ])
  assert.deepEqual(await bins('2026-10-02T00:00:00.000Z'), [['X2', 47]])
  assert.deepEqual(await stored(), before)
})

test('a year without nightly work is caught up by itself, in pieces, and says the same as if it had been done each night', async () => {
  const w = await trading('2026-01-05T09:00:00Z')
  const roll = seeded(7)
  const from = w.clock.now().getTime()
  for (let n = 0; n < 60; n += 1) {
    await something(w, roll)
    w.clock.advance(Math.floor(roll() * 240 * HOUR))
  }
  const nights = Math.floor((w.clock.now().getTime() - from) / (24 * HOUR))
  assert.ok(nights > 200, `${nights} nights`)
  const closed = await closeAll(w)
  assert.ok(closed >= 2 * nights - 6, `${closed} days of ${nights} nights`)
  await compare(w, roll, from, 20)
  const picture = () =>
    w.sql(
      'select site_id, whole, day, item_id, location_id, lot_id, on_hand from stock_snapshot where company_id = $1 order by 1, 2, 3, 4, 5, 6',
      w.company,
    )
  const once = await picture()
  // Again from the middle on, as after a repair: the same rows.
  const middle = new Date(from + (nights / 2) * 24 * HOUR).toISOString().slice(0, 10)
  const redone = await w.run('stock.closeDays', { again: middle })
  assert.ok(redone.reopened > nights - 10 && redone.closed > 0)
  await closeAll(w)
  assert.deepEqual(await picture(), once)
})

test('what was committed after its day was closed, by a clock that was behind, is in that day from the next night on', async () => {
  const w = await trading('2026-10-01T09:00:00Z')
  const [x1] = w.binsOf.get(w.siteId)!
  const itemId = w.itemIds[0]!
  const receive = (qty: number) =>
    w.run('warehouse.receive', { siteId: w.siteId, lines: [{ itemId, qty, locationId: x1 }] })
  await receive(10)
  w.clock.set(new Date('2026-10-02T09:00:00Z'))
  await closeAll(w)
  w.clock.set(new Date('2026-10-01T22:30:00Z'))
  await receive(5)
  w.clock.set(new Date('2026-10-03T09:00:00Z'))
  assert.deepEqual(await w.run('stock.closeDays', {}), { closed: 3, changes: 1, reopened: 1, left: 0 })
  const at = async (moment: string) =>
    (await w.run('stock.asOf', { at: moment, by: 'recorded', detail: 'item' })).rows.map((row: There) => row.onHand)
  assert.deepEqual(await at('2026-10-01T22:00:00.000Z'), [10])
  assert.deepEqual(await at('2026-10-02T12:00:00.000Z'), [15])
})

test('lists of items and of bins are shown as they were, with filter and sort, and people see their own sites', async () => {
  const w = await trading('2026-10-01T09:00:00Z')
  const [x1] = w.binsOf.get(w.siteId)!
  const [y1] = w.binsOf.get(w.far)!
  const at = '2026-10-01T10:00:00.000Z'
  await w.run('warehouse.receive', {
    siteId: w.siteId,
    lines: [
      { itemId: w.itemIds[0], qty: 30, locationId: x1 },
      { itemId: w.jam, qty: 12, lotCode: 'L1', expiresOn: '2027-01-01', locationId: x1 },
      { itemId: w.jam, qty: 4, lotCode: 'L2', expiresOn: '2026-12-01', status: 'quarantine' },
    ],
  })
  await w.run('warehouse.receive', { siteId: w.far, lines: [{ itemId: w.jam, qty: 5, lotCode: 'L1', locationId: y1 }] })
  w.clock.set(new Date('2026-10-04T09:00:00Z'))
  await w.run('warehouse.adjust', {
    itemId: w.jam,
    lotId: (await w.sql(`select id from lot where company_id = $1 and code = 'L1'`, w.company))[0].id,
    locationId: x1,
    qty: -12,
    reason: 'lost',
  })
  await closeAll(w)
  const levels = async (more: object) =>
    (await w.run('stock.levelsAsOf', { at, ...more })).rows.map((r: Record<string, unknown>) => [
      r.sku,
      r.onHand,
      r.good,
      r.blocked,
      r.lots,
      r.expiresOn,
    ])
  assert.deepEqual(await levels({ sort: '-onHand' }), [
    ['SKU-00001', 30, 30, 0, 0, null],
    ['JAM', 21, 17, 4, 2, '2026-12-01'],
    ['SKU-00002', 0, 0, 0, 0, null],
  ])
  assert.deepEqual(await levels({ filter: 'blocked>0', siteId: w.siteId }), [['JAM', 16, 12, 4, 2, '2026-12-01']])
  const bins = async (more: object, as?: object) =>
    (await w.run('stock.balances', { ...more }, as as never)).rows.map((r: Record<string, unknown>) => [
      r.site,
      r.location,
      r.sku,
      r.lot,
      r.status,
      r.onHand,
      r.tasked,
    ])
  assert.deepEqual(await bins({ at, filter: 'lot:L1', sort: 'site' }), [
    ['BLR', 'Y1', 'JAM', 'L1', 'available', 5, null],
    ['DC1', 'X1', 'JAM', 'L1', 'available', 12, null],
  ])
  assert.deepEqual(await bins({ filter: 'lot:L1' }), [['BLR', 'Y1', 'JAM', 'L1', 'available', 5, 0]])
  assert.deepEqual(await bins({ filter: 'status:quarantine' }), [
    ['DC1', (await bins({ filter: 'status:quarantine' }))[0]![1], 'JAM', 'L2', 'quarantine', 4, 0],
  ])
  const limited = { as: { ...w.actor, kind: 'user', sites: [w.far] } }
  assert.deepEqual(await bins({ at }, limited), [['BLR', 'Y1', 'JAM', 'L1', 'available', 5, null]])
  await assert.rejects(w.run('stock.asOf', { at, siteId: w.siteId }, limited as never), refused('not_found'))
})
