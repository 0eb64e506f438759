import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modules } from '../src/modules.ts'
import { shownBy } from '../src/web/kit/data/shownBy.ts'

test('every kind of row that an event can tell of refreshes the screens of modules that exist', () => {
  const declared = new Set(modules.flatMap(({ events }) => Object.values(events ?? {}).map(({ kind }) => kind)))
  assert.ok(declared.size > 15)
  assert.deepEqual([...declared].filter((kind) => !shownBy[kind]?.length).sort(), [], 'told, and nothing refreshes')
  assert.deepEqual(
    Object.keys(shownBy).filter((kind) => !declared.has(kind)),
    [],
    'no module tells of it',
  )
  const answering = new Set(
    modules
      .filter(({ capabilities }) => Object.values(capabilities).some(({ is }) => is === 'query'))
      .map(({ name }) => name),
  )
  // Sign-in answers by actions of its own, not by capabilities.
  answering.add('auth')
  const named = new Set(Object.values(shownBy).flat())
  assert.deepEqual(
    [...named].filter((name) => !answering.has(name)),
    [],
    'refreshes a module that answers nothing',
  )
})
