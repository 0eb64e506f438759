import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { elapsed } from '../../clock.ts'
import type { Events } from '../start.ts'
import { type Kit, newId, openKit, until } from '../testKit.ts'
import { mended, startNode, systemActor } from '../testNode.ts'

const LEASE_MS = 1_500
let kit: Kit
let node: Awaited<ReturnType<typeof startNode>>
const open = async (): Promise<void> => {
  node = await startNode(kit.database.app, kit.database.owner, {
    leaseMs: LEASE_MS,
    maxTries: 2,
    timeLimitMs: 1_000,
    pollMs: 50,
  })
}
before(async () => {
  kit = await openKit()
  await open()
})
after(async () => {
  await node.stop()
  await kit.close()
})

const effects = (company: string, kind = 'thing') =>
  kit.owner.plain(
    10_000,
    (sql) => sql<{ refId: string; body: string }[]>`
      select ref_id, body from note where company_id = ${company} and kind = ${kind}`,
  )
const parked = (company: string) =>
  node.runner.run<{
    rows: { id: string; capability: string; code: string; cause: string; tries: number; owner: string }[]
    total: number
  }>(systemActor(company), 'events.listParked', {})
const say = async (company: string, how: string, document = newId()): Promise<string> => {
  await kit.change(company, document, { type: `thing.${how}` })
  ;(node as Events).poke()
  return document
}

test('an event starts the job that waits for it, under the key of its position', async () => {
  const company = await kit.company()
  const document = await say(company, 'good')
  await until('the effect', async () => (await effects(company)).length === 1)
  assert.deepEqual([...(await effects(company))], [{ refId: document, body: 'job:1:things.good' }])
})

test('a worker killed in the middle of its job: the job runs again within its lease and its effect is there once', async () => {
  await node.stop()
  const company = await kit.company()
  const waits: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../testNode.ts', import.meta.url))], {
      env: {
        ...process.env,
        ENTREPOT_STOP_AT: 'job_mid',
        JOBS_DATABASE: JSON.stringify({ ...kit.database, leaseMs: LEASE_MS }),
      },
      stdio: 'ignore',
    })
    const document = newId()
    await kit.change(company, document, { type: 'thing.good' })
    const [, signal] = await once(child, 'exit')
    const killedAt = elapsed()
    assert.equal(signal, 'SIGKILL')
    assert.equal((await effects(company)).filter((e) => e.refId === document).length, 1, 'committed before the kill')
    await open()
    await until('no job is left', async () => {
      const [row] = await kit.owner.plain(
        5_000,
        (sql) => sql<{ n: number }[]>`select count(*) as n from graphile_worker._private_jobs`,
      )
      return row!.n === 0
    })
    waits.push(elapsed() - killedAt)
    assert.equal((await effects(company)).filter((e) => e.refId === document).length, 1, 'doubled')
    assert.equal((await parked(company)).total, 0)
    if (round < 2) await node.stop()
  }
  assert.ok(Math.max(...waits) < 2 * LEASE_MS + 3_000, `resumed after ${waits.map(Math.round)} ms`)
})

test('one poisoned job in a hundred is put aside with its cause and stops nobody', async () => {
  const company = await kit.company()
  const good: string[] = []
  for (let i = 0; i < 300; i += 1) {
    const how = i % 100 === 7 ? 'throws' : i % 100 === 42 ? 'hangs' : i % 100 === 77 ? 'refuses' : 'good'
    const document = await say(company, how)
    if (how === 'good') good.push(document)
  }
  await until('the good ones are done', async () => (await effects(company)).length === good.length)
  await until('the poisoned ones are parked', async () => (await parked(company)).total === 9, 20_000)
  const { rows } = await parked(company)
  const of = (capability: string) => rows.filter((row) => row.capability === capability)
  assert.deepEqual([of('things.throws').length, of('things.hangs').length, of('things.refuses').length], [3, 3, 3])
  assert.deepEqual([of('things.throws')[0]!.cause, of('things.throws')[0]!.tries], ['poison', 2])
  assert.deepEqual([of('things.refuses')[0]!.code, of('things.refuses')[0]!.tries], ['not_now', 1])
  assert.match(of('things.hangs')[0]!.cause, /too long|longer than/)
  assert.ok(rows.every((row) => row.owner === 'things'))
  const told = await kit.owner.plain(
    5_000,
    (sql) => sql`select 1 from outbox where company_id = ${company} and type = 'job.parked'`,
  )
  assert.equal(told.length, 9)
})

test('a parked job that is replayed after the cause was mended is done once, refused or failed', async () => {
  const company = await kit.company()
  const failed = await say(company, 'throws')
  const refused = await say(company, 'refuses')
  await until('both are parked', async () => (await parked(company)).total === 2)
  const again = async () => {
    const { rows } = await parked(company)
    await node.runner.run(systemActor(company), 'events.replayParked', { ids: rows.map((row) => row.id) })
  }
  await again()
  await until('they are parked again', async () => (await parked(company)).total === 2)
  Object.assign(mended, { throws: true, refuses: true })
  await again()
  await until('both are done', async () => (await effects(company)).length === 2)
  assert.deepEqual(
    new Map((await effects(company)).map((e) => [e.refId, e.body])),
    new Map([
      [failed, 'job:1:things.throws'],
      [refused, 'job:2:things.refuses:r2'],
    ]),
  )
  Object.assign(mended, { throws: false, refuses: false })
  assert.equal((await parked(company)).total, 0)
})

test('a job that kills its worker at every try is parked and crashes nobody any more', async () => {
  const company = await kit.company()
  await node.stop()
  await kit.owner.plain(
    5_000,
    (sql) => sql`
      with added as (
        select id from graphile_worker.add_job('capability', ${JSON.stringify({
          company,
          capability: 'things.good',
          ref: null,
          job: 'job:7:things.good',
          key: 'job:7:things.good',
          input: { id: newId() },
        })}::text::json, max_attempts => 2))
      select id from added`,
  )
  await kit.owner.plain(
    5_000,
    (sql) =>
      sql`update graphile_worker._private_jobs set attempts = 2, locked_by = 'pool-dead', locked_at = '2026-01-01'`,
  )
  await open()
  await until('it is parked', async () => (await parked(company)).total === 1)
  assert.equal((await parked(company)).rows[0]!.cause, 'The worker died at every try.')
})
