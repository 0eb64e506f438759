/** The small demo in a database of its own, broken off and taken up again: whole, and sound by every invariant. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { createPool } from '../src/core/database/pool.ts'
import { modules } from '../src/modules.ts'
import { freshDatabase } from '../test/harness.ts'
import { type StartedDemo, startDemo } from './start.ts'

test('the small demo, stopped half-way and started again, ends whole and breaks no invariant', async (t) => {
  const database = await freshDatabase()
  const owner = createPool(database.owner, 'entrepot_owner', 1)
  // Even when it fails: an open connection would keep the process, and the suite waiting for it.
  t.after(() => owner.close())
  const lines: string[] = []
  const start = (): Promise<StartedDemo> =>
    startDemo({
      database: database as never,
      log: pino({ level: 'silent' }),
      size: 'small',
      knownPasswords: true,
      say: (line) => void lines.push(line),
      loaded: async () => {},
    })
  const rows = <R>(text: string) => owner.plain(60_000, async (sql) => [...(await sql.unsafe(text))] as unknown as R[])

  const first = await start()
  assert.equal(first.logins.find((login) => login.role === 'Picker')?.password, 'entrepot-demo')
  while (first.progress!.done < 20) await new Promise((resolve) => setTimeout(resolve, 50))
  await first.stop()
  const half = await rows<{ orders: number }>('select count(*)::int8 as orders from sales_order')
  assert.ok(half[0]!.orders > 0)

  const second = await start()
  await second.finished
  assert.deepEqual([second.progress!.running, second.progress!.done], [false, 100])
  assert.equal((await start()).progress, null, 'a third start finds it loaded')
  const [counts] = await rows<Record<string, number>>(`
    select (select count(*)::int8 from company) as companies, (select count(*)::int8 from sales_order) as orders,
           (select count(distinct customer_po)::int8 from sales_order) as documents, (select count(*)::int8 from shipment where shipped_at is not null and order_id is not null) as shipments,
           (select count(*)::int8 from invoice where kind = 'invoice') as invoices, (select count(*)::int8 from sales_history) as history,
           (select count(*)::int8 from import_run where state = 'applied') as imports, (select count(*)::int8 from sales_order where state = 'draft') as drafts`)
  assert.equal(counts!.companies, 1)
  assert.equal(counts!.orders, counts!.documents, 'no order was entered twice')
  assert.ok(
    counts!.orders! > 60 && counts!.shipments! > 40 && counts!.invoices === counts!.shipments,
    JSON.stringify(counts),
  )
  assert.ok(counts!.history! > 30_000)
  assert.deepEqual([counts!.imports, counts!.drafts], [1, 0])
  const [state] = await rows<{ settings: Record<string, unknown> }>('select settings from company')
  assert.equal((state!.settings.demo as { done: boolean }).done, true)
  assert.equal('replaying' in state!.settings, false)

  for (const { invariants } of modules)
    for (const { name, differing, examined } of invariants) {
      assert.deepEqual(await rows(differing), [], name)
      assert.ok((await rows<{ count: number }>(examined))[0]!.count >= 0)
    }
})
