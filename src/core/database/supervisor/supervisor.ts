/**
 * The embedded PostgreSQL: started when it is not there, adopted when the app before us was killed, started again when
 * it dies, stopped when the app stops. Never a TCP port; who can enter the 0700 socket folder is trusted.
 */
import { chmodSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { archiving, WAL_VARIABLE } from '../backup/wal.ts'
import { clusterFolder, findBinaries } from './binaries.ts'
import {
  createCluster,
  isDiskFull,
  MAX_WAL_MB,
  type Postmaster,
  readPostmaster,
  SUPERUSER,
  socketExists,
  startPostmaster,
  stopPostmaster,
} from './cluster.ts'
import { type FreeSpace, watchDisk } from './disk.ts'
import { AlreadyRunning, readHolder, takeLock } from './lock.ts'
import { isPrivate, PORT, socketFolder, tempFolder } from './paths.ts'
import { isAlive } from './process.ts'

export type SupervisorOptions = {
  dataDir: string
  log: (line: string) => void
  /** Where the app will answer: told to whoever starts a second one in this folder. */
  url?: string | null
  /** Below this much free space nothing is written. 0 switches the watermark off. Default max(512, 2 × max_wal_size). */
  minFreeMb?: number
  reserveMb?: number
  /** PostgreSQL settings, for throwaway clusters (fsync=off) and for fault runs. */
  settings?: Record<string, string>
  /** Where the shell line that keeps the log puts it; null: the log is not kept beyond what recovery needs. */
  walDir?: string | null
  /** Use the database of a living app instead of refusing: command-line work beside a running server. */
  share?: boolean
}

export type Supervised = {
  /** The cluster's folder, for backups. */
  folder: string
  socketDir: string
  port: number
  superuser: string
  database: string
  /** True when the database was running already: its app was killed, or it belongs to a living app (share). */
  adopted: boolean
  writable(): boolean
  onFreeSpace(tell: (space: FreeSpace) => void): void
  /** The pid of the postmaster, for fault runs; null while it is down. */
  postmasterPid(): number | null
  stop(): Promise<void>
}

const DATABASE = 'entrepot'
const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 5_000
/** One that lives this long has recovered: the next death starts at the shortest delay again. */
const STABLE_AFTER_MS = 30_000

const DEFAULT_MIN_FREE_MB = Math.max(512, 2 * MAX_WAL_MB)

export const startPostgres = async (options: SupervisorOptions): Promise<Supervised> => {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = realpathSync(options.dataDir)
  const holder = options.share ? readHolder(dataDir) : null
  if (holder !== null) return joinLiving(dataDir, holder)
  // Backups and reserve lie here too: nobody else's business, whatever the umask was.
  chmodSync(dataDir, 0o700)
  const lock = takeLock(dataDir, options.url ?? null)
  try {
    return await supervise(options, dataDir, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

const joinLiving = async (
  dataDir: string,
  holder: { pid: number; url: string | null; start: string },
): Promise<Supervised> => {
  const folder = clusterFolder(dataDir, findBinaries(tempFolder()).runner)
  // The living app may be a moment before or between two starts of its database.
  for (let waited = 0; waited < 30_000 && isAlive(holder.pid); waited += 50) {
    const postmaster = readPostmaster(folder)
    if (postmaster?.ready)
      return {
        ...address(postmaster),
        folder,
        adopted: true,
        writable: () => true,
        onFreeSpace: () => {},
        postmasterPid: () => postmaster.pid,
        stop: async () => {},
      }
    await wait(50)
  }
  throw new AlreadyRunning(holder, dataDir)
}

const address = ({ socketDir, port }: Postmaster) => ({ socketDir, port, superuser: SUPERUSER, database: DATABASE })

const supervise = async (options: SupervisorOptions, dataDir: string, releaseLock: () => void): Promise<Supervised> => {
  const { log, minFreeMb = DEFAULT_MIN_FREE_MB, reserveMb = 128, settings = {}, walDir = null } = options
  const binaries = findBinaries(tempFolder())
  const folder = clusterFolder(dataDir, binaries.runner)
  await createCluster(folder, binaries)

  const disk = watchDisk({ folder: dataDir, minFreeMb, reserveMb, log })
  const start = async () => {
    const socketDir = socketFolder(dataDir, binaries.runner)
    return walDir === null
      ? startPostmaster(folder, socketDir, binaries, settings)
      : startPostmaster(folder, socketDir, binaries, { ...archiving(), ...settings }, { [WAL_VARIABLE]: walDir })
  }

  const ending = new AbortController()
  const pause = (ms: number) => wait(ms, undefined, { ref: false, signal: ending.signal }).catch(() => {})
  let current: Postmaster | null
  const left = await adoptable(folder, binaries.runner.uid ?? process.getuid?.(), log)
  try {
    current = left ?? (await start().catch((error) => startOnReserve(error)))
  } catch (error) {
    await disk.stop()
    throw error
  }
  function startOnReserve(error: unknown): Promise<Postmaster> {
    if (isDiskFull(folder) && disk.giveReserve()) return start()
    throw error
  }

  /** Looks at the pid, not at the child: an adopted postmaster is nobody's child. */
  const keepAlive = async () => {
    let delayMs = FIRST_DELAY_MS
    let livedMs = 0
    while (!ending.signal.aborted) {
      await pause(LOOK_EVERY_MS)
      if (ending.signal.aborted) return
      if (current !== null && isAlive(current.pid)) {
        livedMs += LOOK_EVERY_MS
        if (livedMs > STABLE_AFTER_MS) delayMs = FIRST_DELAY_MS
        continue
      }
      if (current !== null) log(`the database stopped (pid ${current.pid}): starting it again`)
      current = null
      livedMs = 0
      if (isDiskFull(folder)) disk.giveReserve()
      try {
        current = await start()
        log(`the database is back (pid ${current.pid})`)
      } catch (error) {
        log(`${(error as Error).message.split('\n')[0]}; next try in ${delayMs} ms`)
        await pause(delayMs)
        delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)
      }
    }
  }
  const keeper = keepAlive()

  let stopped: Promise<void> | null = null
  const stop = async () => {
    ending.abort()
    // What lives in the folder now, even if it is still recovering and nobody's `current` yet.
    const living = readPostmaster(folder)
    if (living !== null) await stopPostmaster(living.pid)
    await keeper
    await disk.stop()
    rmSync(socketFolder(dataDir, binaries.runner), { recursive: true, force: true })
    releaseLock()
  }
  return {
    ...address(current),
    folder,
    adopted: left !== null,
    writable: disk.writable,
    onFreeSpace: disk.onChange,
    postmasterPid: () => current?.pid ?? null,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

const LOOK_EVERY_MS = 50

/**
 * A database that outlived its app, ready for us; null when there is none. One that is shutting down is waited for, and
 * one whose socket folder was swept away or is not private any more is stopped: it cannot be reached safely.
 */
const adoptable = async (
  folder: string,
  owner: number | undefined,
  log: (line: string) => void,
): Promise<Postmaster | null> => {
  for (;;) {
    const postmaster = readPostmaster(folder)
    if (postmaster === null) return null
    if (postmaster.ready) {
      if (postmaster.port === PORT && socketExists(postmaster) && isPrivate(postmaster.socketDir, owner)) {
        log(`found the database of a killed app still running (pid ${postmaster.pid}): took it over`)
        return postmaster
      }
      await stopPostmaster(postmaster.pid)
    }
    await wait(20)
  }
}
