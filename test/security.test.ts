/** docs/security.md and docs/trust.md name a test for each promise: here each name is held against the tree. */
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

test('every row of the trust page that is shown names a test or a command that is there, and every row asked for stands there', () => {
  const lines = [
    ...read('docs/trust.md').matchAll(/^\| (\d+) \| ([^|]+) \| (shown|partly|no) \| ([^|]*) \| ([^|]+) \|$/gm),
  ].map(([, row, , answer, proof]) => ({ row: Number(row), answer: answer!, proof: proof! }))
  const asked = [...range(1, 15), ...range(17, 19), ...range(21, 27), ...range(29, 33), 37, 38]
  assert.deepEqual(
    lines.map((line) => line.row),
    asked,
  )
  const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>
  const wrong: string[] = []
  for (const { row, answer, proof } of lines) {
    const named = claims(proof)
    const commands = [...proof.matchAll(/`npm run (\w+)/g)].map(([, name]) => name!)
    for (const { file, name } of named)
      if (!read(file).includes(name)) wrong.push(`${row}: ${file} has no test "${name}"`)
    for (const name of commands) if (!scripts[name]) wrong.push(`${row}: there is no npm run ${name}`)
    if (answer === 'shown' && named.length + commands.length === 0) wrong.push(`${row}: shown, but by nothing`)
  }
  assert.deepEqual(wrong, [])
})

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)
