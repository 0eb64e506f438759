/**
 * What can be known about other processes: are they alive, are they still the same one, who holds a port.
 * A pid alone is not an identity (it is reused after a reboot, within minutes on a busy host), so it always goes with
 * the moment the process was started.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const quiet = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

/** Linux keeps all of this in /proc; elsewhere ps and lsof are asked. Both exist on macOS without installing anything. */
const linux = process.platform === 'linux'

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Fields of /proc/<pid>/stat from the third on; the second, the command, may hold spaces and brackets. */
const statFields = (pid: number): string[] | null => {
  const stat = quiet(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** A container whose first process reaps nobody keeps killed processes as zombies: they answer signal 0 for ever. */
const isZombie = (pid: number): boolean => linux && statFields(pid)?.[0] === 'Z'

/** An opaque text that is equal for two looks at one process and different for two processes; null when it is gone. */
export const startOf = (pid: number): string | null => {
  if (linux) {
    const ticks = statFields(pid)?.[19]
    return ticks === undefined
      ? null
      : `${quiet(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())}:${ticks}`
  }
  return quiet(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()) || null
}

export const commandOf = (pid: number): string =>
  (linux
    ? quiet(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())
    : quiet(() => execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim())) ||
  'unknown command'

/** Who listens on a TCP port, as "pid 4711 (node server.js)"; null when that cannot be seen (another user's process). */
export const portHolder = (port: number): string | null => {
  const pid = linux ? (listenerByProc(port) ?? listenerByLsof(port)) : listenerByLsof(port)
  return pid === null ? null : `pid ${pid} (${commandOf(pid).slice(0, 120)})`
}

const listenerByProc = (port: number): number | null => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    (quiet(() => readFileSync(file, 'latin1')) ?? '')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  )
  if (inodes.length === 0) return null
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const holder = pids.find((pid) => {
    const open = quiet(() => readdirSync(`/proc/${pid}/fd`)) ?? []
    return open.some((fd) => inodes.includes(quiet(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''))
  })
  return holder === undefined ? null : Number(holder)
}

const listenerByLsof = (port: number): number | null => {
  const out = quiet(() =>
    execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  return Number(out?.split('\n')[0]) || null
}
