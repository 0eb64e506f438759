import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import type { Actor } from '../capability.ts'
import { seeded } from '../ids.ts'
import { actorIn, newId, openTill, seen, type Till } from './testKit.ts'

let till: Till
before(async () => {
  till = await openTill()
})
after(() => till.close())

interface Step {
  who: number
  site: number
  slip: number
  qty: number
  key: number
  poison: boolean
}
const SITES = 3
const UNITS = 25
const step = fc.record({
  who: fc.integer({ min: 0, max: 3 }),
  /** One beyond the last: a site that does not exist. */
  site: fc.integer({ min: 0, max: SITES }),
  slip: fc.integer({ min: 0, max: 29 }),
  qty: fc.integer({ min: 1, max: 8 }),
  key: fc.integer({ min: 0, max: 39 }),
  poison: fc.constant(false),
})
const ANSWERED = (given: { status: number; body: string } | { code?: string; message: string }) =>
  'status' in given && 'body' in given ? `${given.status} ${given.body}` : `threw ${(given as { code?: string }).code}`

/** The same people, sites and slips in a company of their own, so that two runs can be laid side by side. */
const stage = async (people: readonly string[]) => {
  const { company, sites } = await till.company(SITES, UNITS)
  const slips = Array.from({ length: 30 }, newId)
  const stranger = newId()
  const actors: Actor[] = [
    actorIn(company, { id: people[0]!, name: 'everywhere' }),
    actorIn(company, { id: people[1]!, name: 'first site', sites: [sites[0]!] }),
    actorIn(company, { id: people[2]!, name: 'two sites', sites: sites.slice(1) }),
    actorIn(company, { id: people[3]!, name: 'reader', permissions: new Set(['till.read']) }),
  ]
  const names = new Map([
    ...sites.map((id, n) => [id, `site ${n}`] as const),
    ...slips.map((id, n) => [id, `slip ${n}`] as const),
    [stranger, 'no site'] as const,
  ])
  const call = (s: Step, tag: number) =>
    till.runner
      .answer(
        actors[s.who]!,
        'till.withdraw',
        {
          siteId: sites[s.site] ?? stranger,
          slipId: slips[s.slip]!,
          qty: s.poison ? 1_000_000 : s.qty,
          tag,
          ...(s.poison ? { poison: true } : {}),
        },
        { key: `k${s.key}`, device: 'desk' },
      )
      .catch((error: Error) => error)
  return { company, actors, sites, names, call }
}

/** Calls that are the same in every field are one request sent twice: the input's tag must not tell them apart. */
const tagOf = (steps: readonly Step[], at: number) =>
  steps.findIndex((s) => JSON.stringify(s) === JSON.stringify(steps[at]))

/**
 * Two calls of a waiting gate take both places of the queue (the second as the first takes long), so the rest gathers; then
 * one is let go: its place runs batch after batch, alone, and `seen.tags` tells the order in which calls were decided.
 */
const batched = async (s: Awaited<ReturnType<typeof stage>>, steps: readonly Step[]) => {
  const gates = [-1, -2].map((tag) => {
    const gate = Promise.withResolvers<void>()
    seen.gates.set(tag, gate.promise)
    return gate
  })
  seen.batches.length = 0
  const holders = [-1, -2].map((tag) =>
    till.runner.answer(
      s.actors[0]!,
      'till.withdraw',
      { siteId: s.sites[0]!, slipId: newId(), qty: 1_000, tag },
      { key: `gate${tag}` },
    ),
  )
  while (seen.batches.length < 2) await wait(5)
  seen.tags.length = 0
  seen.batches.length = 0
  const calls = steps.map((one, at) => s.call(one, tagOf(steps, at)))
  gates[0]!.resolve()
  const answers = await Promise.all(calls)
  gates[1]!.resolve()
  await Promise.all(holders)
  const tags = seen.tags.filter((tag) => tag >= 0)
  return { answers, order: [...new Set(tags.toReversed())].toReversed(), batches: [...seen.batches] }
}

test('a batch gives the same tables, answers and audit as its calls one after the other', {
  timeout: 120_000,
}, async () => {
  const largest: number[] = []
  let refused = 0
  let threw = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 80, size: 'max' }), fc.nat(), async (drawn, where) => {
      const steps = drawn.map((s, n) =>
        n === where % drawn.length ? { ...s, who: 0, site: s.site % SITES, poison: true } : s,
      )
      const people = Array.from({ length: 4 }, newId)
      const one = await stage(people)
      const together = await batched(one, steps)
      largest.push(Math.max(...together.batches))

      const other = await stage(people)
      for (const tag of [-1, -2]) {
        const input = { siteId: other.sites[0]!, slipId: newId(), qty: 1_000, tag }
        await till.runner.answer(other.actors[0]!, 'till.withdraw', input, { key: `gate${tag}` })
      }
      const decided = together.order
      const rank = (at: number) => {
        const place = decided.indexOf(tagOf(steps, at))
        return place < 0 ? steps.length : place
      }
      const turn = steps.map((_, at) => at).sort((a, b) => rank(a) - rank(b) || a - b)
      const answers: unknown[] = []
      for (const at of turn) answers[at] = await other.call(steps[at]!, tagOf(steps, at))

      assert.deepEqual(together.answers.map(ANSWERED as never), answers.map(ANSWERED as never))
      const mine = await till.state(one.company, one.names)
      const serial = await till.state(other.company, other.names)
      assert.deepEqual(mine, serial)

      const done = new Set(
        steps.flatMap((s, at) =>
          ANSWERED(together.answers[at] as never).startsWith('200') ? [`${one.actors[s.who]!.name} k${s.key}`] : [],
        ),
      )
      const audited = mine.audit.map((row) => JSON.parse(row)).filter((row) => row.outcome === 'done')
      assert.deepEqual(new Set(audited.map((row) => `${row.actorName} ${row.key}`)), done)
      assert.equal(audited.length, done.size, 'one audit row per done call, of the one who called')
      assert.equal(mine.outbox.length, done.size)
      refused += together.answers.filter((a) =>
        /too_little|slip_used|not_found|key_reused/.test(ANSWERED(a as never)),
      ).length
      threw += together.answers.filter((a) => ANSWERED(a as never) === 'threw 23514').length
    }),
    { numRuns: 25, seed: Number(process.env.SEED ?? Math.floor(performance.timeOrigin)), endOnFailure: false },
  )
  assert.ok(Math.max(...largest) >= 8, `batches were made, the largest of ${Math.max(...largest)}`)
  assert.ok(refused > 50 && threw > 10, `${refused} were refused, ${threw} ran into the CHECK`)
})

test('without batching each call runs alone and comes to the same answers', async () => {
  const alone = await openTill({ batching: false })
  try {
    const { company, sites } = await alone.company(1, 30)
    const actor = actorIn(company)
    seen.batches.length = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, tag) =>
        alone.runner.answer(actor, 'till.withdraw', { siteId: sites[0]!, slipId: newId(), qty: 2, tag }),
      ),
    )
    assert.equal(answers.filter((a) => a.status === 200).length, 15)
    assert.deepEqual([...new Set(seen.batches)], [1])
  } finally {
    await alone.close()
  }
})

test('four hundred callers on two nodes take every unit once and none twice', { timeout: 60_000 }, async () => {
  const second = await openTill()
  try {
    const random = seeded(7)
    const { company, sites } = await till.company(4, 100)
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, tag) => {
        const node = tag % 2 === 0 ? till : second
        const input = {
          siteId: sites[Math.floor(random() * 4)]!,
          slipId: newId(),
          qty: 1 + Math.floor(random() * 3),
          tag,
        }
        return node.runner.answer(actorIn(company), 'till.withdraw', input).then((a) => ({ ...a, input }))
      }),
    )
    const state = await till.state(company, new Map())
    for (const site of sites) {
      const taken = answers
        .filter((a) => a.status === 200 && a.input.siteId === site)
        .reduce((sum, a) => sum + a.input.qty, 0)
      const row = state.tills.map((t) => JSON.parse(t)).find((t) => t.kind === `till:${site}`)
      assert.equal(row.next - 1, 100 - taken)
    }
    assert.ok(answers.every((a) => a.status === 200 || JSON.parse(a.body).code === 'too_little'))
    assert.equal(state.notes.length, answers.filter((a) => a.status === 200).length)
    assert.ok(seen.batches.some((n) => n > 10))
  } finally {
    await second.close()
  }
})
