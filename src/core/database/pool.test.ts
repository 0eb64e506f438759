import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testDatabase } from '../../../test/harness.ts'
import { createPool, inSlices, wholeCompany } from './pool.ts'
import { connectOnce } from './roles.ts'

test('connections that the database ended while they were idle cost no request', async () => {
  const database = await testDatabase()
  const name = `idle ${process.pid}`
  const pool = createPool(database.app, 'entrepot_app', 4, name)
  const superuser = connectOnce(database.superuser)
  const pids = () =>
    Promise.all(
      Array.from({ length: 4 }, () =>
        pool.plain(5_000, async (sql) => {
          const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid, pg_sleep(0.05)::text as held`
          return row!.pid
        }),
      ),
    )
  try {
    for (let round = 0; round < 3; round += 1) {
      const before = await pids()
      assert.equal(new Set(before).size, 4)
      await superuser`select pg_terminate_backend(pid, 5000) from unnest(${before}::int[]) as each (pid)`
      await wait(50)
      const after = await pids()
      assert.deepEqual(
        after.filter((pid) => before.includes(pid)),
        [],
      )
    }
  } finally {
    await Promise.all([pool.close(), superuser.end({ timeout: 1 })])
  }
})

test('statements written together are run in the order of the text, in slices or whole; the cause of a failure is told', async () => {
  const { app } = await testDatabase()
  const pool = createPool(app, 'entrepot_app', 1)
  const company = wholeCompany('00000000-0000-7000-8000-000000000001')
  try {
    const order = await pool.transaction(company, 5_000, async (sql) => {
      const say = (what: string) =>
        sql`select set_config('said.order', coalesce(current_setting('said.order', true), '') || ${what}::text || '; ', true) as so_far`
      await Promise.all([
        say('first'),
        inSlices(
          Array.from({ length: 70 }, (_, n) => n),
          (slice) => say(`slice of ${slice.length}`),
        ),
        Promise.all([say('nested')]),
        say('last'),
      ])
      const [row] = await sql<{ order: string }[]>`select current_setting('said.order') as order`
      return row!.order
    })
    assert.equal(order, 'first; slice of 32; slice of 32; slice of 6; nested; last; ')
    const broken = pool.transaction(company, 5_000, (sql) =>
      Promise.all([Promise.all([Promise.all([sql`select 1 / ${0}::int as no`])]), sql`select 2 as no`]),
    )
    await assert.rejects(broken, { code: '22012' })
    const nested = pool.transaction(company, 5_000, async (sql) => sql`select 1 where ${sql`true`}`)
    await assert.rejects(nested, /inside a statement/)
  } finally {
    await pool.close()
  }
})
