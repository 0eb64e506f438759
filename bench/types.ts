/** 630 capabilities, as many as the whole product will have, type-checked over the real kernel and its typed web client. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCounted } from './kit/counted.ts'
import { say } from './kit/report.ts'
import { writeProject } from './types/write.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MODULES = 21
const EACH = 30
const GOAL_CPU_S = 20
const GOAL_MB = 1_536

export const run = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-bench-types-'))
  try {
    const capabilities = writeProject(folder, ROOT.replace(/\/$/, ''), MODULES, EACH)
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    // Each checker of its own instantiates the kernel's types anew: two take 30 s CPU where one takes 19.
    const { code, output, cpuMs, peakMb } = await runCounted(process.execPath, [
      tsc,
      '--noEmit',
      '--singleThreaded',
      '-p',
      folder,
    ])
    if (code !== 0) throw new Error(`the types do not check:\n${output.split('\n').slice(0, 20).join('\n')}`)
    const cpu_s = Math.round(cpuMs / 10) / 100
    say(`${capabilities} capabilities: ${cpu_s} s CPU (goal ≤ ${GOAL_CPU_S}), ${peakMb} MB (goal ≤ ${GOAL_MB})`)
    return {
      cpu_s,
      mb: peakMb,
      capabilities,
      goals: { 'cpu ≤ 20 s': cpu_s <= GOAL_CPU_S, 'memory ≤ 1.5 GB': peakMb <= GOAL_MB },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
