/** What older builds left behind, taken to today: nothing is lost, every promise holds, and the work goes on. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { check, invariantsOf } from '../../src/core/check/check.ts'
import { settableClock } from '../../src/core/clock.ts'
import { migrate, readMigrations } from '../../src/core/database/migrate.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { prepareEmbedded } from '../../src/core/database/roles.ts'
import { createKernel, systemActor } from '../../src/core/kernel.ts'
import { stages } from '../../src/modules/sales/stage.ts'
import { modules } from '../../src/modules.ts'
import { testDatabase } from '../harness.ts'
import { loadDump, readDump, rowCounts } from './dump.ts'

const clock = settableClock(new Date('2026-11-24T08:00:00Z'))
const silent = { clock, log: () => {} }

const emptyDatabase = async () => {
  const { superuser } = await testDatabase()
  // A name that the harness clears away with other databases of its kind.
  const database = `fresh_${randomUUID().replaceAll('-', '')}`
  await prepareEmbedded(superuser, database)
  const as = (user: string) => ({ ...superuser, database, user })
  return { owner: as('entrepot_owner'), app: as('entrepot_app') }
}

/**
 * Rows that migrations add to what was there, by table: 0130 gives each legal entity numbers for recalls, 0146 for
 * assemblies, 0180 for routes, and 0146 each site the place where kits are made.
 */
const added = (then: string, before: Record<string, number>): Record<string, number> => ({
  number_series: before.number_series! + before.entity! * ['0130', '0146', '0180'].filter((name) => then < name).length,
  ...(then < '0146' && { location: before.location! + before.site! }),
})

/** Only small texts belong into the repository. */
const MOST_BYTES = 200_000
const files = globSync('*.gz', { cwd: import.meta.dirname }).sort()

for (const file of files)
  test(`a company of build ${file.slice(0, 4)} is migrated without losing a row, keeps every promise and works on`, async (t) => {
    const path = join(import.meta.dirname, file)
    assert.ok(statSync(path).size < MOST_BYTES)
    const dump = readDump(path)
    const then = dump.migrations.at(-1)!.name
    const known = readMigrations().filter(({ name }) => name <= then)
    assert.deepEqual(
      known.map(({ name, hash }) => ({ name, hash })),
      dump.migrations,
      `a migration was changed after ${file} was written: undo that and add a new one (before the first release: make.ts ${file.slice(0, 4)} --again)`,
    )
    const { owner, app } = await emptyDatabase()
    await migrate(owner, { ...silent, files: known, wall: false })
    await loadDump(owner, dump)
    const before = await rowCounts(owner)
    assert.deepEqual(
      before,
      Object.fromEntries(dump.tables.map(({ name, rows }) => [name, JSON.parse(rows).length])),
      'loaded whole',
    )
    await migrate(owner, silent)
    const after = await rowCounts(owner)
    assert.deepEqual(after, { ...after, ...before, ...added(then, before) }, 'rows were lost or doubled')

    const pool = createPool(owner, 'entrepot_owner', 1)
    const kernel = createKernel({
      app,
      modules,
      clock,
      log: pino({ level: 'silent' }),
      poolSize: 2,
      checkOutputs: true,
    })
    t.after(() => Promise.all([pool.close(), kernel.close()]))
    const promisesHold = async () => {
      const checked = await check(pool, invariantsOf(modules))
      assert.deepEqual(
        checked.filter(({ differing }) => differing > 0),
        [],
      )
      return checked
    }
    const checked = await promisesHold()
    const examined = checked.reduce((sum, one) => sum + one.examined, 0)

    const company = JSON.parse(dump.tables.find(({ name }) => name === 'company')!.rows)[0].company_id
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
    const run = (name: string, input: unknown) => kernel.runner.run<any>(systemActor(company), name, input)
    const { rows } = await run('sales.orders', { limit: 100 })
    const at = (stage: string) => rows.filter((row: { status: string }) => row.status === stage)
    for (const stage of stages) assert.ok(at(stage).length > 0, `no order is ${stage}`)
    const packed = at('packed')[0]
    const page = await run('sales.order', { orderId: packed.id })
    const shipmentId = page.documents.find(({ kind }: { kind: string }) => kind === 'shipment').id
    await run('warehouse.ship', { shipmentId })
    await run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
    assert.equal((await run('sales.order', { orderId: packed.id })).status, 'invoiced')
    await promisesHold()
    const tables = Object.keys(before).length
    t.diagnostic(
      `${tables} tables, ${Object.values(before).reduce((a, b) => a + b)} rows, ${examined} examined by ${checked.length} promises`,
    )
  })

test('there is a company of an older build to migrate', () => {
  assert.ok(files.length > 0)
})
