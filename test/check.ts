/** npm run check: types, lint, nothing unused, the rules about the code, the supply chain. Quick enough before every commit. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { lint, type Outcome, ROOT, runStep, type Step, tell, types, unused } from './steps.ts'

const rules: Step[] = [
  { name: 'rules about the code', args: ['--test', join(ROOT, 'test/tidy.test.ts')] },
  {
    name: 'supply chain: versions, seals, licences, scripts, number',
    args: ['--test', join(ROOT, 'test/supplyChain.test.ts')],
  },
]

/** Where the registry has no advisory service the answer is not "clean" but "not available". */
const audit = (name: string, args: string[]): Outcome & { available: boolean } => {
  const started = performance.now()
  const found = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 })
  const output = `${found.stdout ?? ''}\n${found.stderr ?? ''}`.trim()
  const available =
    found.error === undefined &&
    found.status !== null &&
    !/ENOAUDIT|audit endpoint returned an error|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|40[0-9]|50[0-9]|no keys|not supported|found no dependencies to audit/i.test(
      output,
    )
  return { name, ok: !available || found.status === 0, output, ms: performance.now() - started, available }
}

let failed = 0
for (const step of [...types, lint, unused, ...rules]) {
  const outcome = await runStep(step)
  tell(outcome)
  if (!outcome.ok) failed++
}
for (const [name, args] of [
  ['known holes (npm audit)', ['audit', '--omit=dev', '--audit-level=high']],
  ['registry signatures (npm audit signatures)', ['audit', 'signatures', '--omit=dev']],
] as [string, string[]][]) {
  const outcome = audit(name, args)
  if (outcome.available) tell(outcome)
  else console.log(`- ${name}: not available from this registry`)
  if (!outcome.ok) failed++
}
console.log(failed === 0 ? '\nall checks passed' : `\n${failed} checks failed`)
process.exit(failed === 0 ? 0 : 1)
