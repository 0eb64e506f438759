/** docs/security.md names a test for each promise: here each name is held against the tree. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './tidy/source.ts'

const rows = [
  ...read('docs/security.md').matchAll(/^\| ([\d.,–() L]+) \| ([^|]+) \| (yes|partly|no|n\/a) \| (.+) \|$/gm),
].map(([, id, what, answer, proof]) => ({ id: id!, what: what!, answer: answer!, proof: proof! }))
/** `file` "words of the test's name"; further names belong to the last file named. */
const claims = (proof: string): { file: string; name: string }[] => {
  let file = ''
  return [...proof.matchAll(/`([^`]+\.test\.ts)`|"([^"]{6,})"/g)].flatMap(([, path, name]) => {
    if (path) file = path
    return name && file ? [{ file, name }] : []
  })
}

test('every promise of the security page names a test that is there', () => {
  assert.ok(rows.length >= 45, `${rows.length} lines`)
  const wrong: string[] = []
  for (const { id, answer, proof } of rows) {
    const named = claims(proof)
    for (const { file, name } of named)
      if (!read(file).includes(name)) wrong.push(`${id}: ${file} has no test "${name}"`)
    if (answer === 'yes' && named.length === 0 && !proof.includes('SECURITY.md')) wrong.push(`${id}: yes, but no test`)
  }
  assert.deepEqual(wrong, [])
})
