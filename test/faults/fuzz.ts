/**
 * npm run fuzz [-- --seconds N] [--seed S]: one app, three companies with marked texts, and everything a stranger may send.
 * Nobody may ever read another's mark or id. The last line is one JSON object, kept in bench/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../steps.ts'
import { faultsOf, fuzz } from './fuzz/fuzz.ts'
import { seedOf } from './seed.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? seedOf())
const seconds = Number(values.seconds ?? 60)
console.log(`fuzz, seed ${seed}, ${seconds} s`)

const { counts, blind, told } = await fuzz({ seed, seconds })
console.log(`${told}${blind ? ' ✘ the fuzz was blind' : ''}`)
const report = { ...counts, seconds, seed }
if (!blind) {
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true })
  writeFileSync(join(ROOT, 'bench/results/fuzz.json'), `${JSON.stringify(report, null, 2)}\n`)
}
console.log(JSON.stringify(report))
process.exit(blind || Object.values(faultsOf(counts)).some((n) => n > 0) ? 1 : 0)
