import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseBins } from './bins.ts'

const bin = (key: string, free: number, whole = false) => ({ key, stock: 'tea', pickSeq: Number(key), free, whole })
const took = (qty: number, bins: readonly ReturnType<typeof bin>[]) =>
  chooseBins([{ id: 'w', stock: 'tea', qty }], bins).map((take) => `${take.qty} of ${take.bin}`)

test('one bin that holds all is one stop; else bins in walking order; what none holds is left out', () => {
  assert.deepEqual(took(8, [bin('1', 3), bin('2', 9), bin('3', 20)]), ['8 of 2'])
  assert.deepEqual(took(8, [bin('1', 3), bin('2', 4), bin('3', 2)]), ['3 of 1', '4 of 2', '1 of 3'])
  assert.deepEqual(took(8, [bin('1', 3)]), ['3 of 1'])
})

test('plates that the demand covers are taken whole first, and are not whole any more for the next', () => {
  assert.deepEqual(took(12, [bin('1', 20), bin('2', 10, true), bin('3', 5, true)]), ['10 of 2', '2 of 1'])
  assert.deepEqual(took(4, [bin('1', 3), bin('2', 10, true)]), ['4 of 2'])
  const wants = [
    { id: 'a', stock: 'tea', qty: 4 },
    { id: 'b', stock: 'tea', qty: 6 },
  ]
  assert.deepEqual(
    chooseBins(wants, [bin('1', 10, true), bin('2', 6)]).map((take) => `${take.want} ${take.qty} of ${take.bin}`),
    ['a 4 of 1', 'b 6 of 1'],
  )
})
