import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINTERS } from '../linters/linters.ts'
import { IDENTIFIERS, identifierAt, lengthsOf, unknownIdentifier } from './identifiers.ts'
import { parseDictionary } from './parse.ts'

test('the dictionary is read whole: ranges, optional parts, pairings and keys of links', () => {
  assert.equal(IDENTIFIERS.size, 541)
  assert.deepEqual(IDENTIFIERS.get('01'), {
    ai: '01',
    title: 'GTIN',
    predefined: true,
    linkAttribute: true,
    components: [{ set: 'N', min: 14, max: 14, optional: false, linters: ['csum', 'gcppos2'] }],
    requires: [],
    excludes: ['255', '37'],
    linkKey: [['22', '10', '21'], ['235']],
  })
  assert.deepEqual(IDENTIFIERS.get('3925')?.requires, [[['01']], [['30'], ['31nn'], ['32nn'], ['35nn'], ['36nn']]])
  assert.deepEqual(IDENTIFIERS.get('8042')?.requires, [[['01', '21', '8040']]])
  assert.deepEqual(lengthsOf(IDENTIFIERS.get('423')!), { min: 3, max: 15 })
  assert.deepEqual([IDENTIFIERS.get('00')?.linkKey, IDENTIFIERS.get('10')?.linkKey], [[[]], null])
  assert.equal(IDENTIFIERS.get('8110')?.title, '')
})

test('every linter that the dictionary names is there, and none besides', () => {
  const named = new Set([...IDENTIFIERS.values()].flatMap(({ components }) => components.flatMap((one) => one.linters)))
  assert.deepEqual([...named].sort(), Object.keys(LINTERS).sort())
})

test('AIs that begin with the same two digits have the same length, so that a message can be taken apart', () => {
  for (const ai of IDENTIFIERS.keys()) assert.equal(identifierAt(`${ai}0000`, false)?.ai, ai)
  assert.equal(identifierAt('8912', false), null)
})

test('what is not allocated is kept only where it is certain how long it is', () => {
  assert.equal(unknownIdentifier('89')?.predefined, false)
  assert.deepEqual(lengthsOf(unknownIdentifier('419')!), { min: 13, max: 13 })
  assert.equal(unknownIdentifier('4199'), null)
  assert.equal(unknownIdentifier('80'), null)
  assert.equal(unknownIdentifier('011'), null)
  assert.equal(identifierAt('8912', true), null)
  assert.equal(identifierAt('0412345678901234567', true)?.ai, '04')
})

test('a line that is no entry is named', () => {
  assert.throws(() => parseDictionary('# fine\n01 *? Q14'), /line 2/)
  assert.throws(() => parseDictionary('01 *? N14 wants=02'), /line 1: wants=02 is no attribute/)
  assert.throws(() => parseDictionary('3105-3100 N6'), /no AI or range/)
})
