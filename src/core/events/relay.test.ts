import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PositionedEvent } from './event.ts'
import { events } from './index.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Kit, newId, openKit, relayBase, until } from './testKit.ts'

let kit: Kit
let relay: Relay
const heard: PositionedEvent[] = []
before(async () => {
  kit = await openKit()
  relay = startRelay({ ...relayBase(kit), relayed: (events) => void heard.push(...events) })
})
after(async () => {
  await relay.stop()
  await kit.close()
})
const heardOf = (company: string) => heard.filter((event) => event.company === company)

const assertDense = async (company: string, wanted: number): Promise<void> => {
  const rows = await kit.positions(company)
  assert.deepEqual(
    rows.map((row) => row.position),
    Array.from({ length: wanted }, (_, i) => i + 1),
  )
  const bySeq = new Map<string, number>()
  for (const { refId, seq } of rows) {
    assert.ok(seq > (bySeq.get(refId) ?? 0), 'out of order for one document')
    bySeq.set(refId, seq)
  }
}

test('of two transactions that commit in reverse order both are told, the late one later', async () => {
  const company = await kit.company()
  const [slow, fast] = [newId(), newId()]
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>()
  const first = kit.change(company, slow, { hold })
  await wait(100)
  await kit.change(company, fast)
  relay.poke()
  await until('the fast one is told', () => heardOf(company).length === 1)
  letGo()
  await first
  await until('the slow one is told', () => heardOf(company).length === 2)
  assert.deepEqual(
    heardOf(company).map((event) => [event.position, event.refId]),
    [
      [1, fast],
      [2, slow],
    ],
  )
})

test('a writer that holds its transaction while 200 others commit loses nothing and holds up nobody', async () => {
  const company = await kit.company()
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>()
  const held = kit.change(company, newId(), { hold, times: 3 })
  const documents = Array.from({ length: 20 }, newId)
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      await kit.change(company, documents[i % 20]!)
      relay.poke()
    }),
  )
  await until('the others are told', () => heardOf(company).length === 200, 5_000)
  letGo()
  await held
  await until('all are told', () => heardOf(company).length === 203)
  await assertDense(company, 203)
})

test('what was rolled back is never told', async () => {
  const company = await kit.company()
  await assert.rejects(kit.change(company, newId(), { fail: true, times: 5 }))
  await kit.change(company, newId())
  relay.poke()
  await until('the one is told', () => heardOf(company).length === 1)
  await assertDense(company, 1)
})

test('two relays at work never give a position twice, and each company counts for itself', async () => {
  const other = await openKit(kit.database)
  const second = startRelay({ ...relayBase(other), batch: 7, relayed: (events) => void heard.push(...events) })
  const companies = [await kit.company(), await kit.company(), await kit.company()]
  await Promise.all(
    companies.flatMap((company) =>
      Array.from({ length: 60 }, async (_, i) => {
        await kit.change(company, newId(), { times: 1 + (i % 3) })
        if (i % 2) relay.poke()
        else second.poke()
      }),
    ),
  )
  for (const company of companies) {
    await until('all are told', () => heardOf(company).length === 120)
    await assertDense(company, 120)
  }
  await second.stop()
  await other.close()
})

test('a relay killed between any two of its steps loses nothing, tells nothing twice in the outbox and leaves no lock', async () => {
  const company = await kit.company()
  let told = 0
  // The relay of this process must not do the killed one's work.
  await relay.stop()
  for (let round = 0; round < 6; round += 1) {
    await kit.change(company, newId(), { times: 4 })
    told += 4
    const point = round % 2 ? 'relay_before_send' : 'relay_after_send_before_mark'
    const child = spawn(process.execPath, [fileURLToPath(new URL('relayNode.ts', import.meta.url))], {
      env: { ...process.env, ENTREPOT_STOP_AT: point, RELAY_DATABASE: JSON.stringify(kit.database.owner) },
      stdio: 'ignore',
    })
    const [, signal] = await once(child, 'exit')
    assert.equal(signal, 'SIGKILL', `the stop point ${point} was not reached`)
    assert.equal((await kit.positions(company)).filter((row) => row.position !== null).length, 0)
  }
  relay = startRelay({ ...relayBase(kit), relayed: (events) => void heard.push(...events) })
  await until('all are told', () => heardOf(company).length === told)
  await assertDense(company, told)
})

test('the check over positions looks at every event and finds the one that was tampered with', async () => {
  const company = await kit.company()
  await kit.change(company, newId(), { times: 5 })
  relay.poke()
  await until('all are told', () => heardOf(company).length === 5)
  const { differing, examined } = events.invariants[0]!
  const ask = (text: string) =>
    kit.owner.plain(10_000, (sql) => sql.unsafe<{ companyId: string; count: number }[]>(text))
  assert.deepEqual((await ask(differing)).length, 0)
  assert.ok((await ask(examined))[0]!.count >= 5)
  await kit.owner.plain(
    5_000,
    (sql) => sql`update outbox set position = 4 where company_id = ${company} and position = 5`,
  )
  assert.deepEqual(
    (await ask(differing)).map((row) => row.companyId),
    [company],
  )
})
