/** The audit log is a chain of sealed days: whoever changes a row, takes one out or puts one in is found, owner of the database or not. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { Actor } from '../../capability.ts'
import { connectOnce } from '../../database/roles.ts'
import { createNumberBlocks } from '../../numbers.ts'
import { createRegistry } from '../../road/registry.ts'
import { createRunner, type Runner } from '../../road/runner.ts'
import { auth, people } from '../index.ts'
import { from, type Nodes, testCompany, twoNodes } from '../testKit.ts'
import { sealed } from './sealAudit.ts'

const DAY_MS = 86_400_000
let nodes: Nodes
let runners: Runner[]
before(async () => {
  nodes = await twoNodes()
  const { pool, clock } = nodes.one
  runners = [pool, nodes.two.pool].map((own) =>
    createRunner({
      registry: createRegistry([auth, people]),
      pool: own,
      side: own,
      numbers: createNumberBlocks(own),
      clock,
      log: pino({ level: 'silent' }),
      checkOutputs: true,
    }),
  )
})
after(() => nodes.stop())

test('days are sealed once, by two nodes at once too, and every tampering of a sealed day is found at its day', async () => {
  const { clock } = nodes
  const { company, owner } = await testCompany(nodes)
  const everyDay = async (): Promise<Actor> => {
    const { token } = await nodes.one.open({ company, user: owner }, { secondFactor: false, ...from() })
    return (await nodes.one.actorOfSession(token))!
  }
  let actor = await everyDay()
  const run = (name: string, input: unknown = {}, node = 0) => runners[node]!.run(actor, name, input)
  const superuser = connectOnce(nodes.database.superuser)
  /** What the check tells after `statement`, which is taken back again. */
  const found = async (statement = 'select 1'): Promise<{ touched: number; days: string[] }> => {
    let seen = { touched: 0, days: [] as string[] }
    const undone = new Error('undone')
    await superuser
      .begin(async (sql) => {
        await sql.unsafe('set local session_replication_role = replica')
        const { count } = await sql.unsafe(statement, statement.includes('$1') ? [company] : [])
        const rows = await sql.unsafe<{ day: string }[]>(
          `select day::text from (${sealed.differing}) broken where company_id = $1 order by day`,
          [company],
        )
        seen = { touched: count, days: rows.map((row) => row.day) }
        throw undone
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error
      })
    return seen
  }
  try {
    for (const code of ['night', 'dawn', 'noon']) {
      await run('people.saveRole', {
        id: null,
        code,
        name: code,
        permissions: ['audit.read'],
        needsSecondFactor: false,
        limitedBy: 'company',
      })
      clock.advance(DAY_MS)
      actor = await everyDay()
    }
    assert.deepEqual((await found()).days, [])
    await superuser`update company set settings = settings || '{"replaying": true}' where company_id = ${company}`
    assert.deepEqual(await run('people.sealAudit'), { sealed: 0, through: null }, 'a demo that is still played')
    await superuser`update company set settings = settings - 'replaying' where company_id = ${company}`
    const sealed = await Promise.all([run('people.sealAudit'), run('people.sealAudit', {}, 1)])
    assert.deepEqual(sealed.map((one) => one.sealed).sort(), [0, 3])
    assert.equal((await run('people.sealAudit')).sealed, 0)
    const { rows } = await run('people.auditSeals')
    assert.equal(rows.length, 3)
    assert.equal(new Set(rows.map((row: { seal: string }) => row.seal)).size, 3)
    assert.ok(rows.every((row: { seal: string }) => /^[0-9a-f]{64}$/.test(row.seal)))
    assert.deepEqual((await found()).days, [])

    const day = (at: number) => rows.at(-1 - at).day
    const row = `(tableoid, ctid) = (select tableoid, ctid from audit_event where company_id = $1 and recorded_at::date = '${day(1)}' and outcome = 'done' limit 1)`
    const seal = `company_id = $1 and day = '${day(1)}'`
    for (const [statement, days] of [
      [`update audit_event set actor_name = 'Somebody' where ${row}`, [day(1)]],
      [`update audit_event set input = input || '{"code": "dusk"}' where ${row}`, [day(1)]],
      [`delete from audit_event where ${row}`, [day(1)]],
      [
        `insert into audit_event select (jsonb_populate_record(line, jsonb_build_object('id', left(line.id::text, 35) || case right(line.id::text, 1) when '0' then '1' else '0' end))).* from audit_event line where ${row.replaceAll('(tableoid, ctid) =', '(line.tableoid, line.ctid) =')}`,
        [day(1)],
      ],
      // Whoever writes one seal anew has to write all that come after it.
      [`update audit_seal set seal = sha256('') where ${seal}`, [day(1), day(2)]],
      [`delete from audit_seal where ${seal}`, [day(2)]],
    ] as const)
      assert.deepEqual(await found(statement), { touched: 1, days }, statement)
    assert.deepEqual((await found()).days, [])
  } finally {
    await superuser.end()
  }
})
