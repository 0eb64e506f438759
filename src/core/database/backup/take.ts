/**
 * A backup of the built-in database while it works: PostgreSQL is told, its files are copied, and the log that was
 * written meanwhile is put beside them. It appears under its name when whole; one broken off stays `.partial` and is
 * never taken for a backup.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { stopPoint } from '../../stopPoints.ts'
import type { ConnectionOptions } from '../pool.ts'
import { connectOnce, type OneConnection } from '../roles.ts'
import { copyCluster, syncFiles } from './copy.ts'
import { type BackedUpFile, MANIFEST, type Manifest, seal, sha256Of } from './manifest.ts'
import { lsnOf } from './pages.ts'
import { packSegment, SEGMENT, segmentsIn } from './wal.ts'

export interface Taken {
  readonly folder: string
  readonly bytes: number
  readonly files: number
  readonly segments: number
  readonly damaged: readonly string[]
}

/**
 * @param cluster folder of the living cluster; @param into folder of all backups; @param name of this one
 * @throws when a page is damaged: the backup is thrown away, since it would carry the damage into every restore.
 */
export const takeBackup = async (
  superuser: ConnectionOptions,
  cluster: string,
  into: string,
  name: string,
  now: () => Date,
): Promise<Taken> => {
  const folder = join(into, name)
  const draft = `${folder}.partial`
  if (existsSync(folder)) throw new Error(`${folder} is there already`)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(join(draft, 'wal'), { recursive: true, mode: 0o700 })
  const started = now()
  const sql = connectOnce({ ...superuser, database: 'postgres' })
  try {
    // The slot keeps the log from this moment on, and goes with the session, however that ends.
    await sql`select pg_create_physical_replication_slot('entrepot_backup', true, true)`.catch(
      (error: { code?: string }) => {
        if (error.code === '42710') throw new Error('another backup of this database is running: wait for it')
        throw error
      },
    )
    const [start] = await sql<{ lsn: string; segment: string }[]>`
      with started as (select pg_backup_start('entrepot', fast => true) as lsn)
      select lsn::text as lsn, pg_walfile_name(lsn) as segment from started`
    const { files, damaged } = await copyCluster(cluster, join(draft, 'data'), lsnOf(start!.lsn), () =>
      stopPoint('backup_mid'),
    )
    const [stop] = await sql<{ lsn: string; label: string }[]>`
      select lsn::text as lsn, labelfile as label from pg_backup_stop(wait_for_archive => false)`
    if (damaged.length > 0)
      throw new Error(
        `the database has damaged pages, the backup was not kept. Restore these from an older backup, or the whole database:\n${damaged.map((page) => `  ${page}`).join('\n')}`,
      )
    const label = join(draft, 'data', 'backup_label')
    writeFileSync(label, stop!.label, { mode: 0o600 })
    const wal = await keepLog(sql, cluster, join(draft, 'wal'), start!.segment)
    const [about] = await sql<{ version: string; system: string }[]>`
      select current_setting('server_version') as version, (select system_identifier::text from pg_control_system()) as system`
    const listed: BackedUpFile[] = [
      ...files.map((file) => ({ ...file, path: `data/${file.path}` })),
      await described(draft, 'data/backup_label'),
      ...(await Promise.all(wal.map((segment) => described(draft, `wal/${segment}.gz`)))),
    ]
    const manifest: Manifest = {
      format: 1,
      postgres: about!.version,
      system: about!.system,
      started_at: started.toISOString(),
      ended_at: now().toISOString(),
      start_lsn: start!.lsn,
      stop_lsn: stop!.lsn,
      first_segment: start!.segment,
      files: listed,
    }
    await syncFiles(
      draft,
      listed.map((file) => file.path),
    )
    writeFileSync(join(draft, MANIFEST), seal(manifest), { mode: 0o600, flush: true })
    renameSync(draft, folder)
    await syncFolder(into)
    return {
      folder,
      bytes: listed.reduce((sum, file) => sum + file.bytes, 0),
      files: listed.length,
      segments: wal.length,
      damaged,
    }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** All segments from the first one on, the current one closed first: with them the copy stands by itself. */
const keepLog = async (sql: OneConnection, cluster: string, to: string, first: string): Promise<string[]> => {
  const [last] = await sql<{ segment: string }[]>`select pg_walfile_name(pg_current_wal_lsn()) as segment`
  await sql`select pg_switch_wal()`
  const segments = (await sql<{ name: string }[]>`select name from pg_ls_waldir() order by name`)
    .map((row) => row.name)
    .filter((name) => SEGMENT.test(name) && name >= first && name <= last!.segment)
  for (const segment of segments) await packSegment(join(cluster, 'pg_wal', segment), join(to, `${segment}.gz`))
  return segments
}

const described = async (draft: string, path: string): Promise<BackedUpFile> => ({
  path,
  bytes: statSync(join(draft, path)).size,
  sha256: await sha256Of(join(draft, path)),
})

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Backups in a folder, oldest first; those broken off are not among them. */
export const backupsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, MANIFEST)) && !name.endsWith('.partial'))
        .sort()
    : []

/** Keeps the newest `count` backups and the log from the oldest of them on. @returns what was removed */
export const thinOut = (folder: string, count: number, firstOf: (backup: string) => string): string[] => {
  const all = backupsIn(folder)
  const gone = all.slice(0, Math.max(0, all.length - count))
  for (const name of gone) rmSync(join(folder, name), { recursive: true, force: true })
  const kept = backupsIn(folder)
  if (gone.length === 0 || kept.length === 0) return gone
  const oldest = kept.map((name) => firstOf(join(folder, name))).reduce((a, b) => (a < b ? a : b))
  const wal = join(folder, 'wal')
  // The first eight characters are the timeline: the log's own order stands in the rest.
  for (const segment of segmentsIn(wal))
    if (segment.slice(8) < oldest.slice(8)) rmSync(join(wal, `${segment}.gz`), { force: true })
  return gone
}
