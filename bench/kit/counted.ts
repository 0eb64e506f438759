import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { reapedCpu } from './cpu.ts'

/** Highest resident memory so far of a process and all below it, in MB. */
const peakOf = (root: number): number => {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // it has just ended
    }
  }
  const below = (pid: number): boolean => pid === root || (parents.has(pid) && below(parents.get(pid)!))
  let kb = 0
  for (const pid of parents.keys()) {
    if (!below(pid)) continue
    try {
      kb += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      // it has just ended
    }
  }
  return Math.round(kb / 1024)
}

/** Runs a program to its end: CPU ms of it and all its children, peak resident memory of them together. */
export const runCounted = async (command: string, args: readonly string[]) => {
  const before = reapedCpu(process.pid)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (part: Buffer) => {
    output += part
  })
  let peakMb = 0
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid!))
  }, 20)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearInterval(looking)
  const cpuMs = reapedCpu(process.pid) - before
  if (cpuMs === 0 || peakMb === 0) throw new Error(`${command} ended before it could be measured`)
  return { code, output, cpuMs, peakMb }
}
