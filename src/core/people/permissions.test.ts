import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beyond, bothPermit, bothReach, permits, within } from './permissions.ts'

test('a permission is held by its own name, by its module and by the star, and by nothing that merely looks like it', () => {
  assert.equal(permits(new Set(['sales.read']), 'sales.read'), true)
  assert.equal(permits(new Set(['sales.*']), 'sales.confirm'), true)
  assert.equal(permits(new Set(['*']), 'cost.read'), true)
  for (const held of ['sales.readAll', 'sale.*', 'sales', 'sales.', '*.read', 'cost.*'])
    assert.equal(permits(new Set([held]), 'sales.read'), false, held)
  assert.equal(permits(new Set(), 'sales.read'), false)
})

test('nobody gives a permission that they do not hold themselves', () => {
  const manager = new Set(['people.manage', 'sales.*'])
  assert.deepEqual(beyond(manager, ['sales.read', 'sales.*', 'people.manage']), [])
  assert.deepEqual(beyond(manager, ['*', 'people.*', 'finance.invoice']), ['*', 'people.*', 'finance.invoice'])
  assert.deepEqual(beyond(new Set(['*']), ['*', 'x.*']), [])
})

test('a key does what both it and its maker may do', () => {
  assert.deepEqual(bothPermit(new Set(['*']), new Set(['sales.*', 'cost.read'])), new Set(['sales.*', 'cost.read']))
  assert.deepEqual(bothPermit(new Set(['sales.read', 'stock.read']), new Set(['sales.*'])), new Set(['sales.read']))
  assert.deepEqual(bothPermit(new Set(['sales.*']), new Set(['stock.*'])), new Set())
})

test('a limited scope is never widened by null', () => {
  assert.deepEqual(bothReach(null, ['a']), ['a'])
  assert.deepEqual(bothReach(['a', 'b'], ['b', 'c']), ['b'])
  assert.equal(bothReach(null, null), null)
  assert.equal(within(['a'], null), false)
  assert.equal(within(['a', 'b'], ['b']), true)
  assert.equal(within(['a'], ['b']), false)
  assert.equal(within(null, null), true)
})
