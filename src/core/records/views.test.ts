import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newWorld, type World } from '../../../test/world.ts'
import type { Actor } from '../capability.ts'

let w: World
before(async () => {
  w = await newWorld()
})
after(() => w.kernel.close())

const person = async (name: string): Promise<Actor> => {
  const made = await w.run('people.inviteUser', {
    name,
    email: `${name}@${w.company}.example`,
    roleIds: [w.created.roles.sales_desk],
    sites: null,
    parties: null,
  })
  return {
    kind: 'user',
    id: made.userId,
    name,
    company: w.company,
    permissions: new Set(['sales.read']),
    sites: null,
    parties: null,
  }
}
const names = async (as: Actor) =>
  (await w.run('records.savedViews', { screen: 'orders' }, { as })).rows.map((v: { name: string }) => v.name)

test('a view is its owner’s alone until it is shared; saved again it is replaced; only its owner removes it', async () => {
  const [ana, bob] = [await person('ana'), await person('bob')]
  const save = (name: string, query: string, shared: boolean, as = ana) =>
    w.run('records.saveView', { screen: 'orders', name, query, shared }, { as })
  const late = await save('Late', 'filter=late:yes', false)
  await save('Held', 'filter=status:held', true)
  await save('Mine', 'sort=-amount', false, bob)
  assert.deepEqual(await names(ana), ['Held', 'Late'])
  assert.deepEqual(await names(bob), ['Mine', 'Held'])
  assert.equal((await save('Late', 'filter=late:yes&sort=promisedOn', true)).id, late.id)
  const { rows } = await w.run('records.savedViews', { screen: 'orders' }, { as: bob })
  assert.deepEqual(
    rows.map((v: { name: string; query: string; mine: boolean; owner: string }) => [v.name, v.query, v.mine, v.owner]),
    [
      ['Mine', 'sort=-amount', true, 'bob'],
      ['Held', 'filter=status:held', false, 'ana'],
      ['Late', 'filter=late:yes&sort=promisedOn', false, 'ana'],
    ],
  )
  await assert.rejects(w.run('records.removeView', { id: late.id }, { as: bob }), { code: 'not_found' })
  await w.run('records.removeView', { id: late.id }, { as: ana })
  assert.deepEqual(await names(ana), ['Held'])
})
