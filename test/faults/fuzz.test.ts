/** The short fuzz of `npm test`; `npm run fuzz` is the long one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, fuzz } from './fuzz/fuzz.ts'
import { seedOf } from './seed.ts'

const seed = seedOf()

test(`three companies and all that a stranger may send: nobody reads another's mark (seed ${seed})`, async () => {
  const { counts, blind, told } = await fuzz({ seed, seconds: 10 })
  assert.deepEqual(faultsOf(counts), {
    server_errors: 0,
    hangs: 0,
    leaks: 0,
    reached_internal: 0,
    escapes: 0,
    active_cells: 0,
  })
  assert.ok(!blind, `the fuzz was blind: ${told}`)
  assert.ok(counts.probes > 3_000, `only ${counts.probes} probes`)
})
