/** One database cluster in a folder: made once, started, looked at, stopped. Knows nothing of apps and locks. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Binaries, Runner } from './binaries.ts'
import { PORT } from './paths.ts'
import { commandOf, isAlive } from './process.ts'

export const SUPERUSER = 'postgres'
export const MAX_WAL_MB = 512
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/**
 * max_connections 60 = pool ≤ 2 × cores + 2, jobs 2, listen 1, for a few nodes. mmap: containers give 64 MB of /dev/shm.
 * Failed statements are not copied to the log with their values: they may hold customers' data.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  dynamic_shared_memory_type: 'mmap',
  shared_buffers: '128MB',
  max_connections: '60',
  max_wal_size: `${MAX_WAL_MB}MB`,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
}

const environment = () => ({ PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' })

const spawnAs = (
  runner: Runner,
  program: string,
  args: string[],
  cwd: string,
  output: number,
  more: Record<string, string> = {},
): ChildProcess => {
  const [command, ...rest] = [...runner.prefix, program, ...args]
  // Its own session: a Ctrl-C in the terminal reaches the app alone, which then stops the database in order.
  return spawn(command!, rest, {
    cwd,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...environment(), ...more },
    uid: runner.uid,
    gid: runner.gid,
  })
}

export const clusterLog = (folder: string) => join(dirname(folder), 'postgres.log')

const openLog = (folder: string): number => {
  const file = clusterLog(folder)
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(file, `${file}.old`)
  return openSync(file, 'a', 0o600)
}

/** The last words of the log, for an error message. */
export const logTail = (folder: string, bytes = 1500): string => {
  try {
    const file = openSync(clusterLog(folder), 'r')
    const { size } = statSync(clusterLog(folder))
    const buffer = Buffer.alloc(Math.min(bytes, size))
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    closeSync(file)
    return buffer.toString('utf8').trim()
  } catch {
    return ''
  }
}

/** initdb into a draft, then one rename: an interrupted one leaves a draft that the next start throws away. */
export const createCluster = async (folder: string, { native, runner }: Binaries): Promise<void> => {
  if (existsSync(join(folder, 'PG_VERSION'))) return refuseOtherVersion(folder)
  if (existsSync(folder)) throw new Error(`${folder} is there but holds no database: move it away, then start again`)
  // Each its own draft: the initdb of a killed app may still be writing into the old one.
  const draft = `${folder}.tmp-${process.pid}`
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  for (const name of readdirSync(dirname(folder)))
    if (name.startsWith(`${basename(folder)}.tmp-`))
      rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 5 })
  const output = openLog(folder)
  const args = [
    '-D',
    draft,
    '-U',
    SUPERUSER,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]
  const child = spawnAs(runner, join(native, 'bin', 'initdb'), args, dirname(folder), output)
  const code = await exited(child)
  closeSync(output)
  if (code !== 0) throw new Error(`the database could not be made (initdb ended with ${code}):\n${logTail(folder)}`)
  renameSync(draft, folder)
}

const refuseOtherVersion = (folder: string) => {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== '18')
    throw new Error(`${folder} was made by PostgreSQL ${version}; this program brings PostgreSQL 18`)
}

const exited = (child: ChildProcess) =>
  new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })

export type Postmaster = { pid: number; socketDir: string; port: number; ready: boolean }

/** The postmaster that lives in this folder, as its own pid file tells; null when there is none. */
export const readPostmaster = (folder: string): Postmaster | null => {
  let lines: string[]
  try {
    lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return null
  }
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null
  // After a crash of the whole machine the pid may be anybody's. The program's own command line names its folder.
  if (!commandOf(pid).includes('postgres')) return null
  return { pid, socketDir: lines[4] ?? '', port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

export const socketExists = ({ socketDir, port }: Pick<Postmaster, 'socketDir' | 'port'>) =>
  lstatSync(join(socketDir, `.s.PGSQL.${port}`), { throwIfNoEntry: false })?.isSocket() ?? false

/** Starts the postmaster and waits until it takes connections. Recovery after a crash may take minutes: no time limit while it lives. */
export const startPostmaster = async (
  folder: string,
  socketDir: string,
  { native, runner }: Binaries,
  extra: Record<string, string>,
  /** For the shell lines that keep and fetch the log. */
  variables: Record<string, string> = {},
): Promise<Postmaster> => {
  const output = openLog(folder)
  const settings = { ...SETTINGS, unix_socket_directories: socketDir, ...extra }
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const child = spawnAs(runner, join(native, 'bin', 'postgres'), args, folder, output, variables)
  closeSync(output)
  child.unref()
  let ended: number | string | null = null
  const end = exited(child).then(
    (code) => {
      ended = code
    },
    (error) => {
      ended = String(error)
    },
  )
  while (ended === null) {
    const postmaster = readPostmaster(folder)
    if (postmaster?.ready && postmaster.pid === child.pid) return postmaster
    await Promise.race([wait(10), end])
  }
  throw new Error(`PostgreSQL did not start (ended with ${ended}):\n${logTail(folder)}`)
}

export const isDiskFull = (folder: string) =>
  /No space left on device|could not write.*ENOSPC|Disk quota exceeded/.test(logTail(folder, 4000))

/** SIGINT: connections are ended and all is written; SIGQUIT when that takes longer than a checkpoint ever did here. */
export const stopPostmaster = async (pid: number): Promise<void> => {
  signal(pid, 'SIGINT')
  if (await gone(pid, 30_000)) return
  signal(pid, 'SIGQUIT')
  await gone(pid, 10_000)
}

const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name)
  } catch {
    // already gone
  }
}

const gone = async (pid: number, withinMs: number): Promise<boolean> => {
  for (let waited = 0; waited < withinMs; waited += 10) {
    if (!isAlive(pid)) return true
    await wait(10)
  }
  return !isAlive(pid)
}
