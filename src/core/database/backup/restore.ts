/**
 * A backup becomes a data folder: verified byte by byte, copied beside the living one (never into it), brought forward
 * through the log to the moment wished for, and opened. What cannot be reached is an error, never a smaller restore.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { clusterFolder, findBinaries } from '../supervisor/binaries.ts'
import { startPostmaster, stopPostmaster } from '../supervisor/cluster.ts'
import { takeLock } from '../supervisor/lock.ts'
import { socketFolder, tempFolder } from '../supervisor/paths.ts'
import { type Manifest, verify } from './manifest.ts'
import { fetching, packSegment, SEGMENT, segmentsIn, unpackSegment, WAL_VARIABLE } from './wal.ts'

export class DamagedBackup extends Error {
  readonly wrong: readonly string[]
  constructor(folder: string, wrong: readonly string[]) {
    super(
      `${folder} is damaged and was not restored:\n${wrong
        .slice(0, 20)
        .map((line) => `  ${line}`)
        .join('\n')}${wrong.length > 20 ? `\n  and ${wrong.length - 20} more` : ''}`,
    )
    this.wrong = wrong
  }
}

export interface RestoreOptions {
  readonly backup: string
  /** A new data folder. */
  readonly to: string
  /** Folders with log besides the backup's own: BACKUP_DIR/wal, and pg_wal of a folder whose app is gone. */
  readonly logs: readonly string[]
  /** ISO moment; null: everything the log holds. `end`: as the backup ended. */
  readonly until: string | null | 'end'
}

const START_LIMIT = 'the log ends before the moment asked for'

/** @returns the manifest of what was restored; the folder is ready for `DATA_DIR=… npm start`. */
export const restoreBackup = async ({ backup, to, logs, until }: RestoreOptions): Promise<Manifest> => {
  const dataDir = resolve(to)
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Error(`${dataDir} is not empty: a backup is restored into a new folder, never over another one`)
  const { manifest, wrong } = await verify(backup)
  if (manifest === null || wrong.length > 0) throw new DamagedBackup(backup, wrong)
  if (until !== null && until !== 'end' && until < manifest.ended_at)
    throw new Error(`this backup ended at ${manifest.ended_at}: for ${until} take an older one`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLock(dataDir, null)
  try {
    await bringForward(manifest, backup, dataDir, logs, until)
    return manifest
  } finally {
    lock.release()
  }
}

const bringForward = async (
  manifest: Manifest,
  backup: string,
  dataDir: string,
  logs: readonly string[],
  until: string | null | 'end',
): Promise<void> => {
  const binaries = findBinaries(tempFolder())
  const folder = clusterFolder(dataDir, binaries.runner)
  const draft = `${folder}.restoring`
  const wal = join(dataDir, 'restore-wal')
  rmSync(draft, { recursive: true, force: true })
  cpSync(join(backup, 'data'), draft, { recursive: true })
  chmodSync(draft, 0o700)
  for (const name of [
    'pg_wal',
    'pg_wal/archive_status',
    'pg_wal/summaries',
    'pg_tblspc',
    'pg_replslot',
    'pg_dynshmem',
    'pg_notify',
    'pg_serial',
    'pg_snapshots',
    'pg_stat',
    'pg_stat_tmp',
    'pg_subtrans',
    'pg_commit_ts',
    'pg_twophase',
    'pg_logical/snapshots',
    'pg_logical/mappings',
  ])
    mkdirSync(join(draft, name), { recursive: true, mode: 0o700 })
  mkdirSync(wal, { recursive: true, mode: 0o700 })
  await gatherLog(join(backup, 'wal'), until === 'end' ? [] : logs, wal)
  writeFileSync(join(draft, 'recovery.signal'), '')
  renameSync(draft, folder)
  const target: Record<string, string> =
    until === 'end'
      ? { recovery_target: 'immediate', recovery_target_action: 'promote' }
      : until === null
        ? {}
        : { recovery_target_time: until.replace('T', ' ').replace('Z', '+00'), recovery_target_action: 'promote' }
  const socketDir = socketFolder(dataDir, binaries.runner)
  try {
    // hot_standby off: else it says that it is ready when it can be read, which is long before the log is at its end.
    const postmaster = await startPostmaster(
      folder,
      socketDir,
      binaries,
      { ...fetching(), ...target, hot_standby: 'off' },
      { [WAL_VARIABLE]: wal },
    )
    await stopPostmaster(postmaster.pid)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const { message } = error as Error
    if (message.includes('recovery ended before configured recovery target was reached'))
      throw new Error(`${START_LIMIT} (${until}): name an earlier one, or the folder of more log with --wal`)
    throw error
  } finally {
    rmSync(wal, { recursive: true, force: true })
    rmSync(socketDir, { recursive: true, force: true })
  }
  if (manifest.postgres.split('.')[0] !== '18') throw new Error(`made by PostgreSQL ${manifest.postgres}`)
}

/**
 * One folder of packed segments; the backup's own are already verified. A damaged archived one stops the gathering there:
 * what comes after it cannot be reached, and the server says so when the moment asked for lies beyond.
 */
const gatherLog = async (own: string, others: readonly string[], to: string): Promise<void> => {
  for (const segment of segmentsIn(own)) await copyFile(join(own, `${segment}.gz`), join(to, `${segment}.gz`))
  for (const folder of others)
    for (const name of readdirSync(folder)) {
      const target = join(to, name.endsWith('.gz') ? name : `${name}.gz`)
      if (existsSync(target)) continue
      if (SEGMENT.test(name)) await packSegment(join(folder, name), target)
      else if (/^([0-9A-F]{24}|[0-9A-F]{8}\.history)\.gz$/.test(name)) {
        await unpackSegment(join(folder, name), join(to, 'looking')).catch(() => {
          throw new DamagedBackup(folder, [`${name} was changed: it cannot be unpacked`])
        })
        rmSync(join(to, 'looking'))
        await copyFile(join(folder, name), target)
      }
    }
}
