/** The plan of the replay: what happens on which day, moved to the present. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { readTable } from '../src/core/data/index.ts'
import { onlineRetail, type RetailReader, type RetailResult } from '../src/modules/exchange/index.ts'
import { DATA } from './load/build.ts'
import { orderLines, planOf } from './load/plan.ts'

let file: RetailResult

before(async () => {
  let reader: RetailReader
  await readTable(DATA.pathname, {
    onHeader: ({ header }) => {
      reader = onlineRetail(header)
    },
    // the last ten weeks are enough: the replay looks at eight
    onRows: (rows, first) =>
      reader.add(
        rows.filter((row) => row[4]! >= '2011-05-20'),
        first,
      ),
  })
  file = reader!.finish()
})

test('the full replay is eight weeks of whole days that end on the Sunday before today', () => {
  const plan = planOf(file, '2026-11-22', 'full')
  assert.deepEqual([plan.from, plan.to, plan.days.length], ['2026-09-21', '2026-11-15', 56])
  assert.equal(plan.days.flatMap((day) => day.orders).length, 2805)
  for (const { day, orders, credits, corrections } of plan.days)
    for (const doc of [...orders, ...credits, ...corrections]) assert.equal(doc.at.slice(0, 10), day)
})

test('a credit of the replay takes back only lines that the replay sells, and earlier than it', () => {
  const plan = planOf(file, '2026-11-22', 'full')
  const soldOn = new Map(
    plan.days.flatMap((day) =>
      day.orders.flatMap((doc) => orderLines(doc).map((line) => [line.row, day.day] as const)),
    ),
  )
  const credits = plan.days.flatMap((day) => day.credits.map((doc) => ({ doc, day: day.day })))
  assert.ok(credits.length > 200)
  for (const { doc, day } of credits) {
    const taken = doc.lines.flatMap((line) => line.takesBack).filter(({ row }) => soldOn.has(row))
    assert.ok(taken.length > 0)
    for (const { row } of taken) assert.ok(soldOn.get(row)! <= day)
  }
})

test('every line of the replayed weeks is ordered, credited, corrected or set aside as history, once, to the cent', () => {
  const { days, fileFrom, aside } = planOf(file, '2026-11-22', 'full')
  const lines = file.documents.filter((doc) => doc.at.slice(0, 10) >= fileFrom).flatMap((doc) => doc.lines)
  const { soldAs } = days[0]!
  const ordered = days.flatMap((day) => day.orders.flatMap(orderLines))
  const corrected = days.flatMap((day) => day.corrections.flatMap((doc) => doc.lines))
  const credited = days
    .flatMap((day) => day.credits.flatMap((doc) => doc.lines))
    .filter((line) => line.takesBack.some((part) => soldAs.has(part.row)))
  const set = lines.filter((line) => aside.has(line.row))
  assert.equal(set.length, aside.size)
  assert.ok(aside.size > 400 && aside.size < 700, `${aside.size} set aside`)
  const all = [...ordered, ...corrected, ...credited, ...set]
  assert.deepEqual(
    all.map((line) => line.row).sort((a, b) => a - b),
    lines.map((line) => line.row).sort((a, b) => a - b),
  )
  const cents = (some: { amount: number }[]) => some.reduce((sum, line) => sum + line.amount, 0)
  assert.equal(cents(all), cents(lines))
  assert.equal(planOf(file, '2026-11-22', 'small').aside.size, 0, 'the small demo is a sample')
})

test('a row of the file knows the order line it became', () => {
  const [day] = planOf(file, '2026-11-22', 'full').days
  const doc = day!.orders.find((order) => order.lines.length > 5)!
  orderLines(doc).forEach((line, i) => {
    assert.deepEqual(day!.soldAs.get(line.row), { document: doc.number, lineNo: i + 1 })
  })
})

test('the small demo is six days of every third order', () => {
  const plan = planOf(file, '2026-11-22', 'small')
  const orders = plan.days.flatMap((day) => day.orders)
  assert.equal(plan.days.length, 6)
  assert.ok(orders.length > 60 && orders.length < 150, String(orders.length))
  assert.ok(orders.every((doc) => doc.lines.length <= 60))
})
