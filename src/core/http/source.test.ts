import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { sourceArchive } from './source.ts'

test('packing the source lets others through between its files, and twice it packs the same bytes', async () => {
  let turns = 0
  let packing = true
  const others = () => {
    turns += 1
    if (packing) setImmediate(others)
  }
  setImmediate(others)
  const archive = await sourceArchive()
  packing = false
  // Read and packed in one go it is one turn of the loop, whatever the machine.
  assert.ok(turns > 200, `${turns} turns while it was packed`)
  assert.ok(gunzipSync(archive).length > 1_000_000)
  assert.deepEqual(await sourceArchive(), archive)
})
