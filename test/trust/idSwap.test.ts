/**
 * Row 24: every id field of every input, nested ones too, is fed with another company's row, with a row of another site or
 * customer, and with an id that exists nowhere. The three must be answered alike: 404, and the same bytes.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '../../src/core/capability.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { systemActor } from '../../src/core/kernel.ts'
import { scopedTables } from '../../src/core/scope.ts'
import { type Filled, filledWorld } from './filled.ts'
import { idPaths, type Path, replaced, type Shape, sample } from './sample.ts'

let mine: Filled
let theirs: Filled
before(async () => {
  mine = await filledWorld()
  theirs = await filledWorld()
})
after(() => Promise.all([mine.kernel.close(), theirs.kernel.close()]))

interface Probe {
  readonly name: string
  readonly kind: string
  readonly path: Path
  readonly input: unknown
}
const unknownId = () => uuidv7(mine.clock.now().getTime())
const probesOf = (ids: ReadonlyMap<string, string>): Probe[] =>
  [...mine.kernel.runner.registry.byName.values()].flatMap(({ name, capability }) =>
    idPaths(capability.input).map(({ path, found }) => ({
      name,
      kind: found,
      path,
      input: sample(capability.input as Shape, ids, unknownId(), path),
    })),
  )
const kindsOf = () =>
  new Set(
    [...mine.kernel.runner.registry.byName.values()].flatMap(({ capability }) =>
      idPaths(capability.input).map((p) => p.found),
    ),
  )

const ask = (actor: Actor, name: string, input: unknown, dryRun = false) =>
  mine.kernel.runner.answer(actor, name, input, { dryRun }).then(
    (a) => ({ status: a.status, body: a.body }),
    (e: { status?: number; code?: string; message: string }) => ({
      status: e.status ?? 500,
      body: `${e.code}: ${e.message}`,
    }),
  )
const labelOf = ({ name, path }: Probe) => `${name} ${path.join('.')}`

/**
 * Not rows but places in a list (`after this one`) or filters of one: an id of nobody's must give the answer of an id of
 * another's. Of places that is the nearest one, as a list shows what comes after it.
 */
const positions = new Set([
  'people.auditTrail actorId',
  'people.auditTrail cursor',
  'events.listParked after',
  'stock.moves before',
])

/** The id before or after an id, in which nobody's row can be. */
const beside = (id: string) => id.slice(0, -1) + (Number.parseInt(id.at(-1)!, 16) ^ 1).toString(16)

const swap = async (
  actor: Actor,
  own: ReadonlyMap<string, string>,
  foreign: ReadonlyMap<string, string>,
  only: (kind: string) => boolean,
) => {
  const told: string[] = []
  let probes = 0
  for (const probe of probesOf(own)) {
    const swapped = foreign.get(probe.kind)
    if (!swapped || !only(probe.kind)) continue
    probes += 1
    const nobodys = positions.has(labelOf(probe)) ? beside(swapped) : unknownId()
    const [strange, unknown] = await Promise.all([
      ask(actor, probe.name, replaced(probe.input, probe.path, swapped)),
      ask(actor, probe.name, replaced(probe.input, probe.path, nobodys)),
    ])
    if (strange.status !== unknown.status || strange.body !== unknown.body)
      told.push(
        `${labelOf(probe)}: ${strange.status} ${strange.body.slice(0, 120)} / ${unknown.status} ${unknown.body.slice(0, 120)}`,
      )
    else if (strange.status !== 404 && !positions.has(labelOf(probe)))
      told.push(`${labelOf(probe)}: ${strange.status} ${strange.body.slice(0, 200)}`)
  }
  return { told, probes }
}

test("every id field refuses another company's row as it refuses an unknown id", { timeout: 120_000 }, async (t) => {
  const actor = systemActor(mine.company)
  const own = await mine.idsOf(kindsOf())
  const foreign = await theirs.idsOf(kindsOf())
  const { told, probes } = await swap(actor, own, foreign, () => true)
  t.diagnostic(`${probes} fields probed`)
  const without = [...kindsOf()].filter((kind) => !foreign.has(kind))
  assert.deepEqual(without, [], 'the filled company has a row of every kind, or its fields are not probed')
  assert.ok(probes === probesOf(own).length && probes > 180, `${probes} probes`)
  assert.deepEqual(told, [], told.join('\n'))
})

test("someone of one site and one customer is refused every other site's and customer's row in the same words", {
  timeout: 120_000,
}, async (t) => {
  const limited: Actor = {
    ...systemActor(mine.company),
    kind: 'user',
    id: unknownId(),
    sites: [mine.here.site],
    parties: [mine.here.party],
  }
  const own = await mine.idsOf(kindsOf(), mine.here)
  const other = await mine.idsOf(kindsOf(), mine.there)
  const { told, probes } = await swap(limited, own, other, (kind) => kind in scopedTables)
  t.diagnostic(`${probes} fields probed`)
  assert.ok(probes > 80, `${probes} probes`)
  assert.deepEqual(told, [], told.join('\n'))
})

test('with rows of their own the same inputs are let in, so the refusals above are about the swapped field', {
  timeout: 120_000,
}, async (t) => {
  const own = await mine.idsOf(kindsOf(), mine.here)
  const actor: Actor = {
    ...systemActor(mine.company),
    kind: 'user',
    id: mine.created.owner,
    sites: [mine.here.site],
    parties: [mine.here.party],
  }
  const shut: string[] = []
  let open = 0
  for (const probe of probesOf(own)) {
    if (!own.has(probe.kind)) continue
    const answer = await ask(actor, probe.name, probe.input, true)
    if (answer.status === 404) shut.push(labelOf(probe))
    else open += 1
    assert.notEqual(answer.status, 500, `${labelOf(probe)}: ${answer.body}`)
  }
  t.diagnostic(`${open} let in, ${shut.length} not: ${shut.join(', ')}`)
  assert.ok(open >= 100, `${open} of ${open + shut.length}`)
})
