import { readdirSync, readFileSync } from 'node:fs'

/** Ticks per second of /proc: 100 on every Linux that Node runs on (USER_HZ is part of the ABI). */
const TICK_MS = 10

interface Stat {
  readonly parent: number
  /** User + system, and the same of children that have ended and been waited for, in milliseconds. */
  readonly own: number
  readonly reaped: number
}

const statOf = (pid: number | string): Stat | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything: fields count from the last bracket. Field 4 is the parent.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const at = (field: number): number => Number(fields[field - 3])
    return { parent: at(4), own: (at(14) + at(15)) * TICK_MS, reaped: (at(16) + at(17)) * TICK_MS }
  } catch {
    return null
  }
}

/** CPU ms of one process, all its threads. */
export const processCpu = (pid: number): number => statOf(pid)?.own ?? 0

/** CPU ms of children of this process that have ended, with their own children. */
export const reapedCpu = (pid: number): number => statOf(pid)?.reaped ?? 0

/** CPU ms of the postmaster, its living children and those that have ended: checkpointer and WAL writer included. */
export const postgresCpu = (postmaster: number): number => {
  let sum = 0
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    const stat = statOf(name)
    if (stat === null) continue
    if (Number(name) === postmaster) sum += stat.own + stat.reaped
    else if (stat.parent === postmaster) sum += stat.own
  }
  if (sum === 0) throw new Error('no CPU time of PostgreSQL can be read: this bench needs Linux and its /proc')
  return sum
}

export interface Cpu {
  readonly apps: number
  readonly postgres: number
}
export interface Measured extends Cpu {
  readonly total: number
  readonly wall: number
}

/** CPU ms that `apps` and all of PostgreSQL spend while `work` runs. The load generator is another process: not counted. */
export const measured = async (
  apps: readonly number[],
  postmaster: number,
  work: () => Promise<unknown>,
): Promise<Measured> => {
  const read = (): Cpu => ({
    apps: apps.reduce((sum, pid) => sum + processCpu(pid), 0),
    postgres: postgresCpu(postmaster),
  })
  const before = read()
  const started = performance.now()
  await work()
  const wall = performance.now() - started
  const after = read()
  const spent = { apps: after.apps - before.apps, postgres: after.postgres - before.postgres }
  return { ...spent, total: spent.apps + spent.postgres, wall }
}

/** CPU ms of this process so far, the kernel's share too: the clock that an engine's budget is read from. */
export const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
