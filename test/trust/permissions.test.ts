/** Rows 24 and 37: every capability × every standard role. Allowed exactly where the role says so; a no is a 403 and stands in the audit. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '../../src/core/capability.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { permits } from '../../src/core/people/permissions.ts'
import { standardRoles } from '../../src/core/people/standardRoles.ts'
import { type Filled, filledWorld } from './filled.ts'
import { idPaths, type Shape, sample } from './sample.ts'

let w: Filled
before(async () => {
  w = await filledWorld()
})
after(() => w.kernel.close())

test('every capability lets in exactly the roles that hold its permission, and writes down whom it sent away', {
  timeout: 120_000,
}, async (t) => {
  const capabilities = [...w.kernel.runner.registry.byName.values()]
  const ids = await w.idsOf(
    new Set(capabilities.flatMap(({ capability }) => idPaths(capability.input).map((p) => p.found))),
  )
  const wrong: string[] = []
  const denied = new Map<string, string>()
  let asked = 0
  for (const role of standardRoles) {
    const actor: Actor = {
      kind: 'user',
      id: uuidv7(w.clock.now().getTime()),
      name: role.code,
      company: w.company,
      permissions: new Set(role.permissions),
      sites: null,
      parties: role.limitedBy === 'party' ? [w.partyIds[0]!] : null,
    }
    const held = new Set(role.permissions)
    await Promise.all(
      capabilities.map(async ({ name, capability }) => {
        asked += 1
        const open = capability.permission === 'signed-in' || capability.permission === 'public'
        const should = open || permits(held, capability.permission)
        const input = sample(capability.input as Shape, ids, uuidv7(w.clock.now().getTime()))
        const code = await w.kernel.runner.answer(actor, name, input, { dryRun: true }).then(
          (a) => (a.status === 403 ? JSON.parse(a.body).code : 'in'),
          (e: { code?: string }) => e.code,
        )
        if (should && code === 'not_permitted') wrong.push(`${role.code} ${name}: sent away`)
        if (!should && code !== 'not_permitted') wrong.push(`${role.code} ${name}: let in (${code})`)
        if (!should) denied.set(`${actor.id} ${name}`, role.code)
      }),
    )
  }
  assert.deepEqual(wrong, [], wrong.join('\n'))
  const audited = await w.sql(
    `select actor_id, actor_name, capability from audit_event where company_id = $1 and outcome = 'denied'`,
    w.company,
  )
  assert.deepEqual(
    new Map(audited.map((row) => [`${row.actorId} ${row.capability}`, row.actorName])),
    denied,
    'one denied row per refusal, under the name of who asked',
  )
  t.diagnostic(`${asked} pairs, ${denied.size} refused and audited`)
  assert.ok(asked > 1_000 && denied.size > 500)
})
