import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testDatabase } from '../../../test/harness.ts'
import { createPool } from './pool.ts'
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
