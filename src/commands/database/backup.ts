import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { elapsed, systemClock } from '../../core/clock.ts'
import { MANIFEST, type Manifest } from '../../core/database/backup/manifest.ts'
import { takeBackup, thinOut } from '../../core/database/backup/take.ts'
import { startPostgres } from '../../core/database/supervisor/index.ts'
import type { Command } from '../command.ts'
import { FriendlyError } from '../friendly.ts'

const firstSegment = (backup: string): string =>
  (JSON.parse(readFileSync(join(backup, MANIFEST), 'utf8').split('\n')[0]!) as Manifest).first_segment

/** entrepot backup [FOLDER] [--keep N]: beside a running app or without one; the folder appears when the backup is whole. */
export const run: Command = async ([given], options, config) => {
  if (config.DATABASE_URL !== null)
    throw new FriendlyError(
      'DATABASE_URL names a server of your own: back it up with its own means (pg_basebackup, or what your provider has). This command is for the built-in database.',
    )
  const keep = options.keep === undefined ? null : Number(options.keep)
  if (keep !== null && !(Number.isInteger(keep) && keep >= 1))
    throw new FriendlyError('--keep takes a number from 1 on')
  const into = given ? resolve(given) : (config.BACKUP_DIR ?? join(config.DATA_DIR, 'backups'))
  const running = await startPostgres({
    dataDir: config.DATA_DIR,
    minFreeMb: config.MIN_FREE_MB ?? undefined,
    reserveMb: config.RESERVE_MB,
    log: (line) => console.error(line),
    share: true,
  }).catch((error: Error) => {
    throw new FriendlyError(error.message)
  })
  const started = elapsed()
  try {
    const now = systemClock.now
    const name = now().toISOString().slice(0, 19).replaceAll(':', '-')
    const superuser = {
      host: running.socketDir,
      port: running.port,
      database: running.database,
      user: running.superuser,
    }
    const { folder, bytes, files, segments } = await takeBackup(superuser, running.folder, into, name, now).catch(
      (error: Error) => {
        throw new FriendlyError(error.message, { cause: error })
      },
    )
    const removed = keep === null ? [] : thinOut(into, keep, firstSegment)
    const seconds = (elapsed() - started) / 1000
    if (options.json) console.log(JSON.stringify({ folder, bytes, files, segments, seconds, removed }))
    else {
      console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB in ${files} files, ${seconds.toFixed(1)} s`)
      if (removed.length > 0) console.log(`removed: ${removed.join(', ')}`)
      console.log('Only a backup that was restored counts: entrepot restore … --to a new folder proves it.')
    }
    return 0
  } finally {
    await running.stop()
  }
}
