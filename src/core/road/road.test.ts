import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startProxy } from '../../../test/faults/proxy.ts'
import { elapsed } from '../clock.ts'
import { wholeCompany } from '../database/pool.ts'
import { Refusal, Unavailable } from '../refusal.ts'
import { createQueues } from './queue.ts'
import { actorIn, newId, openTill, type Till } from './testKit.ts'

let till: Till
before(async () => {
  till = await openTill()
})
after(() => till.close())

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).code ?? 'done'
const counts = async (company: string) => {
  const { notes, answers, audit, outbox, tills } = await till.state(company, new Map())
  return { notes: notes.length, answers: answers.length, audit: audit.length, outbox: outbox.length, tills }
}
const note = (how: string, refId = newId()) => ({ refId, body: 'hello', how })

test('five at once with one key have one effect and hear the same bytes, again later and on another node too', async () => {
  const second = await openTill()
  try {
    const { company, sites } = await till.company(1, 10)
    const actor = actorIn(company)
    for (const [name, input] of [
      ['till.withdraw', { siteId: sites[0]!, slipId: newId(), qty: 3, tag: 0 }],
      ['till.note', note('done')],
    ] as const) {
      const key = newId()
      const nodes = [till, second, till, second, till]
      const answers = await Promise.all(nodes.map((node) => node.runner.answer(actor, name, input, { key })))
      answers.push(await second.runner.answer(actor, name, { ...input }, { key }))
      // Told once: the first answer holds the code, replays say that it was told.
      const bodies = new Set(answers.map((a) => a.body.replace('told-once', '(told once)')))
      assert.equal(bodies.size, 1, [...bodies].join('\n'))
      assert.ok(answers.every((a) => a.status === 200))
    }
    const after = await counts(company)
    assert.deepEqual([after.notes, after.answers, after.audit, after.outbox], [2, 2, 2, 2])
  } finally {
    await second.close()
  }
})

test('the same key with other input, or from someone else, is refused and has no effect', async () => {
  const { company, sites } = await till.company(1, 10)
  const [ann, bob] = [actorIn(company), actorIn(company, { name: 'Bob' })]
  const input = { siteId: sites[0]!, slipId: newId(), qty: 1, tag: 0 }
  await till.runner.answer(ann, 'till.withdraw', input, { key: 'one' })
  const others = [
    till.runner.answer(ann, 'till.withdraw', { ...input, qty: 2 }, { key: 'one' }),
    till.runner.answer(bob, 'till.withdraw', input, { key: 'one' }),
    till.runner.answer(ann, 'till.note', note('done'), { key: 'one' }),
  ]
  for (const answer of await Promise.all(others)) assert.deepEqual([answer.status, codeOf(answer)], [422, 'key_reused'])
  const reordered = { tag: 0, qty: 1, slipId: input.slipId, siteId: input.siteId }
  assert.equal((await till.runner.answer(ann, 'till.withdraw', reordered, { key: 'one' })).status, 200)
  assert.deepEqual((await counts(company)).audit, 1)
})

test('a text that the database cannot keep is refused by name, not by a fault', async () => {
  const { company } = await till.company(1, 10)
  for (const body of ['a\u0000b', 'half \ud800', '\udc00']) {
    const asked = till.runner.answer(actorIn(company), 'till.note', { ...note('done'), body })
    await assert.rejects(asked, (error: Refusal) => error.status === 422 && /^body holds/.test(error.detail))
  }
  assert.equal((await counts(company)).notes, 0)
})

test('a no is remembered: the same key stays refused when the state would allow it by now', async () => {
  const { company, sites } = await till.company(1, 5)
  const actor = actorIn(company)
  const slip = newId()
  const too = { siteId: sites[0]!, slipId: slip, qty: 6, tag: 0 }
  const first = await till.runner.answer(actor, 'till.withdraw', too, { key: 'phone' })
  assert.equal(codeOf(first), 'too_little')
  await till.owner.plain(
    5_000,
    (sql) => sql`update number_series set next = 100 where company_id = ${company} and kind like 'till:%'`,
  )
  assert.deepEqual(await till.runner.answer(actor, 'till.withdraw', too, { key: 'phone' }), first)
  assert.equal((await till.runner.answer(actor, 'till.withdraw', too, { key: 'again' })).status, 200)
})

test('a refused command leaves its answer and nothing else, even when it had written first', async () => {
  const { company } = await till.company(1, 5)
  const actor = actorIn(company)
  const refused = await till.runner.answer(actor, 'till.note', note('refuse'), { key: 'a' })
  assert.deepEqual([refused.status, codeOf(refused)], [409, 'not_today'])
  const after = await counts(company)
  assert.deepEqual([after.notes, after.answers, after.audit, after.outbox], [0, 1, 0, 0])
})

test('a bug leaves nothing at all and its key is free, and so does a command that does not tell what it declares', async () => {
  const { company } = await till.company(1, 5)
  const actor = actorIn(company)
  const slip = newId()
  await assert.rejects(till.runner.answer(actor, 'till.note', note('throw', slip), { key: 'a' }), /a bug/)
  await assert.rejects(
    till.runner.answer(actor, 'till.note', note('silent', slip), { key: 'a' }),
    /without emitting till.withdrawn/,
  )
  const before = await counts(company)
  assert.deepEqual([before.notes, before.answers, before.audit, before.outbox], [0, 0, 0, 0])
  assert.equal((await till.runner.answer(actor, 'till.note', note('done', slip), { key: 'a' })).status, 200)
})

test('a dry run answers what would happen and writes nothing', async () => {
  const { company, sites } = await till.company(1, 5)
  const actor = actorIn(company)
  const before = await counts(company)
  const input = { siteId: sites[0]!, slipId: newId(), qty: 5, tag: 0 }
  const would = await till.runner.answer(actor, 'till.withdraw', input, { dryRun: true, key: 'd' })
  assert.deepEqual([would.status, JSON.parse(would.body).left], [200, 0])
  assert.equal(
    codeOf(await till.runner.answer(actor, 'till.withdraw', { ...input, qty: 6 }, { dryRun: true })),
    'too_little',
  )
  assert.equal(codeOf(await till.runner.answer(actor, 'till.note', note('refuse'), { dryRun: true })), 'not_today')
  assert.deepEqual(await counts(company), before)
  assert.equal((await till.runner.answer(actor, 'till.withdraw', input, { key: 'd' })).status, 200)
})

test('a field of its own permission is null in answers, replays and lists of everyone else', async () => {
  const { company } = await till.company(1, 5)
  const may = actorIn(company)
  const mayNot = actorIn(company, { permissions: new Set(['till.note', 'till.read']) })
  const slip = newId()
  const [shown, hidden] = await Promise.all([
    till.runner.run(may, 'till.note', note('done', slip), { key: 'a' }),
    till.runner.run(mayNot, 'till.note', note('done', slip), { key: 'b' }),
  ])
  assert.deepEqual([shown.cost, hidden.cost], [1234, null])
  assert.equal((await till.runner.run(mayNot, 'till.note', note('done', slip), { key: 'b' })).cost, null)
  const rows = (await till.runner.run(mayNot, 'till.notes', { refId: slip })).rows as { cost: number | null }[]
  assert.deepEqual(
    rows.map((r) => r.cost),
    [null, null],
  )
})

test('a secret given or told is kept nowhere: not in audit, not in the stored answer', async () => {
  const { company } = await till.company(1, 5)
  const input = { ...note('done'), secret: 'hunter2-of-the-input' }
  const first = await till.runner.answer(actorIn(company), 'till.note', input, { key: 'a' })
  assert.match(first.body, /told-once/)
  const stored = JSON.stringify(await till.state(company, new Map()))
  assert.ok(!stored.includes('hunter2') && !stored.includes('told-once'))
  assert.match(stored, /\(not kept\)/)
})

test('who lacks the permission is refused, and the refusal stands in the audit with their name', async () => {
  const { company, sites } = await till.company(1, 5)
  const reader = actorIn(company, { name: 'Reader', permissions: new Set(['till.read']) })
  const input = { siteId: sites[0]!, slipId: newId(), qty: 1, tag: 0 }
  await assert.rejects(till.runner.answer(reader, 'till.withdraw', input, { key: 'a' }), {
    code: 'not_permitted',
    status: 403,
  })
  const { audit, answers, tills } = await till.state(company, new Map())
  assert.equal(answers.length, 0)
  assert.equal(JSON.parse(tills[0]!).next, 6)
  assert.deepEqual(
    audit.map((row) => JSON.parse(row)).map((row) => [row.actorName, row.capability, row.outcome]),
    [['Reader', 'till.withdraw', 'denied']],
  )
})

test('order numbers of two nodes never meet, and within a node they follow one another', async () => {
  const second = await openTill()
  try {
    const { company } = await till.company(1, 5)
    const actor = actorIn(company)
    const take = (node: Pick<Till, 'runner'>) =>
      Promise.all(
        Array.from({ length: 130 }, () =>
          node.runner.run(actor, 'till.note', note('number')).then((o) => Number(o.number.slice(3))),
        ),
      )
    const [one, two] = await Promise.all([take(till), take(second)])
    assert.equal(new Set([...one, ...two]).size, 260)
    for (const numbers of [one, two]) {
      const sorted = numbers.toSorted((a, b) => a - b)
      const jumps = sorted.filter((n, at) => at > 0 && n !== sorted[at - 1]! + 1).length
      assert.ok(jumps <= 1, 'one change of block in 130 numbers')
    }
  } finally {
    await second.close()
  }
})

test('no request waits past its deadline on a half-open database, and the node is whole again at once', {
  timeout: 60_000,
}, async () => {
  const { superuser } = till.database
  const proxy = await startProxy({ path: `${superuser.host}/.s.PGSQL.${superuser.port}` })
  const app = { ...till.database.app, host: '127.0.0.1', port: proxy.port }
  const node = await openTill({ app, poolSize: 4 })
  try {
    const { company, sites } = await till.company(1, 1_000)
    const actor = actorIn(company)
    const call = (tag: number) => ({ siteId: sites[0]!, slipId: newId(), qty: 1, tag })
    await Promise.all(Array.from({ length: 20 }, (_, tag) => node.runner.answer(actor, 'till.withdraw', call(tag))))
    proxy.set({ kind: 'silent' })
    const started = elapsed()
    const ends = await Promise.all(
      Array.from({ length: 60 }, async (_, tag) => {
        const options = { key: `silent${tag}`, deadlineMs: 1_000 }
        const asked =
          tag % 2 === 0
            ? node.runner.answer(actor, 'till.withdraw', call(tag), options)
            : node.runner.answer(actor, 'till.notes', { refId: newId() }, options)
        return asked.then(
          () => ({ ms: elapsed() - started, code: 'answered' }),
          (error: Unavailable) => ({ ms: elapsed() - started, code: error.code, status: error.status }),
        )
      }),
    )
    const longest = Math.max(...ends.map((e) => e.ms))
    assert.ok(longest < 1_600, `the longest waited ${longest} ms of 1,000`)
    assert.deepEqual(
      [...new Set(ends.map((e) => e.code))].filter((c) => !['deadline', 'busy', 'database_unavailable'].includes(c)),
      [],
    )
    proxy.set({ kind: 'pass' })
    const healed = elapsed()
    const again = await Promise.all(
      Array.from({ length: 20 }, (_, tag) => node.runner.answer(actor, 'till.withdraw', call(tag))),
    )
    assert.ok(again.every((a) => a.status === 200))
    assert.ok(elapsed() - healed < 5_000)
    assert.equal(node.pool.busy(), 0)
    const state = await till.state(company, new Map())
    assert.equal(JSON.parse(state.tills[0]!).next - 1, 1_000 - state.notes.length)
  } finally {
    await Promise.all([node.close(), proxy.close()])
  }
})

test('a reply lost at commit is found again by its key, without a second effect', { timeout: 60_000 }, async () => {
  const { superuser } = till.database
  const proxy = await startProxy({ path: `${superuser.host}/.s.PGSQL.${superuser.port}` })
  const node = await openTill({ app: { ...till.database.app, host: '127.0.0.1', port: proxy.port }, poolSize: 2 })
  try {
    const { company, sites } = await till.company(1, 1_000)
    const actor = actorIn(company)
    for (let n = 0; n < 25; n += 1) {
      const input = { siteId: sites[0]!, slipId: newId(), qty: 1, tag: n }
      proxy.set({ kind: 'replyLost', after: 'commit' })
      const first = await node.runner.answer(actor, 'till.withdraw', input, { key: `lost${n}` })
      const replay = await till.runner.answer(actor, 'till.withdraw', input, { key: `lost${n}` })
      assert.deepEqual(replay, first)
      assert.equal(first.status, 200)
    }
    assert.equal(proxy.broken(), 25)
    const state = await till.state(company, new Map())
    assert.deepEqual([state.notes.length, state.audit.length, JSON.parse(state.tills[0]!).next], [25, 25, 976])
  } finally {
    await Promise.all([node.close(), proxy.close()])
  }
})

test('a query cannot write, and its transaction forgets the company', async () => {
  const { company } = await till.company(1, 5)
  const readOnly = till.pool.transaction(
    wholeCompany(company),
    5_000,
    (sql) => sql`update number_series set next = 1`,
    'read only',
  )
  await assert.rejects(readOnly, { code: '25006' })
  await assert.rejects(
    till.pool.plain(5_000, (sql) => sql`select count(*)::int8 from number_series`),
    /app\.company_id|invalid input syntax/,
  )
})

test('a queue keeps documents in order, never puts two of one document together, and refuses when it is full', async () => {
  const batches: string[][] = []
  const gates: (() => void)[] = []
  const queues = createQueues(async (_, waiting) => {
    batches.push(waiting.map((w) => w.key))
    await new Promise<void>((resolve) => gates.push(resolve))
    return waiting.map(() => ({ status: 200, body: '{}' }))
  }, true)
  const registered = { name: 'x' } as never
  const call = (key: string, guard: string, lines = 1, ms = 10_000) =>
    queues.enqueue(registered, [guard], {
      actor: actorIn('c'),
      device: null,
      key,
      hash: '',
      input: null,
      until: elapsed() + ms,
      lines,
    })
  const all = [
    call('a1', 'a'),
    call('b1', 'b'),
    call('c1', 'c'),
    call('c2', 'c'),
    call('d1', 'd'),
    call('c3', 'c'),
    call('e1', 'e', 1_998),
    call('f1', 'f', 5),
  ]
  const late = call('late', 'z', 1, 1)
  late.catch(() => {})
  await wait(5)
  assert.deepEqual(batches, [['a1']], 'a lone caller never waits; who comes meanwhile does')
  while (batches.length === 1) await wait(5)
  assert.deepEqual(batches.slice(1), [['b1', 'c1', 'd1', 'f1']], 'who is behind one that takes long waits no longer')
  while (gates.length > 0) {
    gates.shift()!()
    await wait(1)
  }
  await Promise.all(all)
  assert.deepEqual(batches.slice(2), [['c2', 'e1'], ['c3']])
  assert.ok((await late) instanceof Unavailable, 'who waited too long is told so')
  const many = Array.from({ length: 1_101 }, (_, n) => call(`m${n}`, `m${n}`))
  assert.throws(() => call('one too many', 'q'), { code: 'busy', status: 503 })
  while (gates.length > 0) {
    gates.shift()!()
    await wait(1)
  }
  await Promise.all(many)
  assert.ok(batches.every((b) => b.length <= 100))
})

test('an unknown capability, unknown keys and values out of bounds never reach a command', async () => {
  const { company, sites } = await till.company(1, 5)
  const actor = actorIn(company)
  const good = { siteId: sites[0]!, slipId: newId(), qty: 1, tag: 0 }
  const bad = [
    { ...good, qty: 0 },
    { ...good, qty: 1.5 },
    { ...good, qty: 2 ** 53 },
    { ...good, qty: '1' },
    { ...good, qty: null },
    { ...good, role: 'owner' },
    { ...good, company_id: newId() },
    JSON.parse(`{"__proto__": {"x": 1}, "siteId": "${sites[0]}", "slipId": "${newId()}", "qty": 1, "tag": 0}`),
    { ...good, siteId: `${sites[0]}' or true --` },
    [],
    null,
    'text',
  ]
  for (const input of bad)
    await assert.rejects(
      till.runner.answer(actor, 'till.withdraw', input),
      (e: Refusal) => e instanceof Refusal && e.code === 'invalid_input' && e.status === 422,
      JSON.stringify(input),
    )
  await assert.rejects(till.runner.answer(actor, 'till.steal', good), { code: 'not_found', status: 404 })
  assert.equal((await counts(company)).answers, 0)
})
