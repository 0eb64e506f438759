/**
 * npm exec: node start.mjs --run test/first-run/run.ts [words]: tries the first hour on what is committed and prints a
 * table. Not part of npm test (it takes minutes and installs afresh); "not run" is never "passed".
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases } from './cases.ts'
import { cloneTo, killAll } from './launch.ts'
import { NotRun } from './room.ts'

/** Below the ports that systems give to outgoing connections (32,768 and up). */
const FIRST_PORT = 21_100
const wanted = process.argv.slice(2)
const chosen = cases.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))

const main = async () => {
  const top = mkdtempSync(join(tmpdir(), 'entrepot-first-run-'))
  chmodSync(top, 0o755)
  const shared = join(top, 'clone')
  cloneTo(shared)
  let failed = 0
  let passed = 0
  for (const [n, one] of chosen.entries()) {
    const folder = join(top, `case-${n}`)
    mkdirSync(folder)
    const started = performance.now()
    let verdict = 'passed'
    let saw: string
    try {
      saw = await one.try({ shared, folder, port: FIRST_PORT + n })
      passed++
    } catch (error) {
      saw = (error as Error).message
      verdict = error instanceof NotRun ? 'not run' : 'FAILED'
      if (verdict === 'FAILED') failed++
      killAll()
    }
    console.log(
      `${verdict.padEnd(8)} ${one.name.padEnd(48)} ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${saw}`,
    )
  }
  rmSync(top, { recursive: true, force: true })
  console.log(`\n${passed} passed, ${failed} failed, ${chosen.length - passed - failed} not run`)
  process.exit(failed === 0 ? 0 : 1)
}
await main()
