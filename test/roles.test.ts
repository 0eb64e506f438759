import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permits } from '../src/core/people/permissions.ts'
import { standardRoles } from '../src/core/people/standardRoles.ts'
import { pathsOf } from '../src/core/road/registry.ts'
import { modules } from '../src/modules.ts'

const declared = new Set<string>()
for (const m of modules) {
  for (const capability of Object.values(m.capabilities)) {
    declared.add(capability.permission)
    for (const { found } of pathsOf(capability.output, (node) => node['x-needs'])) declared.add(found)
  }
  for (const { permission } of Object.values(m.events)) declared.add(permission)
}

test('every permission in a standard role is asked for somewhere: no role promises what does not exist', () => {
  const here = new Set(modules.map(({ name }) => name))
  const unknown = standardRoles.flatMap(({ code, permissions }) =>
    permissions
      .filter((p) => !p.endsWith('*') && !declared.has(p))
      // Roles name modules that are still to come (purchasing, planning); of those that are here, each word must be right.
      .filter((p) => p === 'cost.read' || p === 'audit.read' || here.has(p.slice(0, p.indexOf('.'))))
      .map((p) => `${code}: ${p}`),
  )
  assert.deepEqual(unknown, [])
})

test('what a picker may call is goods and tasks: no prices, no money, no customers, no people', () => {
  const picker = new Set(standardRoles.find(({ code }) => code === 'picker')!.permissions)
  const reached = new Set(
    modules.flatMap((m) =>
      Object.entries(m.capabilities)
        .filter(([, { permission }]) => permits(picker, permission))
        .map(() => m.name),
    ),
  )
  for (const name of ['pricing', 'finance', 'credit', 'sales', 'parties', 'people', 'exchange', 'insight'])
    assert.equal(reached.has(name), false, name)
})

test('notes are for colleagues: every role inside may read them where it may read the record, the customer nowhere', () => {
  const capabilities = modules.flatMap((m) => Object.entries(m.capabilities).map(([name, c]) => ({ name, ...c })))
  const notes = capabilities.filter(({ name }) => /(Notes|AddNote)$/.test(name))
  assert.equal(notes.length, 16)
  for (const { code, permissions, limitedBy } of standardRoles) {
    const held = new Set(permissions)
    for (const { name, permission } of notes) {
      const reads = permits(held, permission.replace('.notes', '.read'))
      assert.equal(permits(held, permission), reads && limitedBy !== 'party', `${code} ${name}`)
    }
  }
  const customer = new Set(standardRoles.find(({ code }) => code === 'customer')!.permissions)
  assert.ok(permits(customer, 'sales.read') && !permits(customer, 'sales.notes'))
})
