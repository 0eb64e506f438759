import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { check, checkPool, invariantsOf } from '../../core/check/check.ts'
import { elapsed, systemClock } from '../../core/clock.ts'
import { restoreBackup } from '../../core/database/backup/restore.ts'
import { openDatabase } from '../../core/database/database.ts'
import { migrate } from '../../core/database/migrate.ts'
import { modules } from '../../modules.ts'
import type { Command } from '../command.ts'
import { FriendlyError } from '../friendly.ts'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z$/
const usage =
  'restore BACKUP --to FOLDER [--until 2026-11-27T14:30:00Z|end] [--wal FOLDER]\n' +
  'BACKUP is a folder that "entrepot backup" made; without --until all of the log beside it is used, with "end" none of it.'

/** entrepot restore: verify, copy, bring forward, open, and hold every promise against the rows. Exit 1 when one is broken. */
export const run: Command = async ([given], options, config) => {
  if (!given || typeof options.to !== 'string') throw new FriendlyError(usage)
  const until = (options.until as string | undefined) ?? null
  if (until !== null && until !== 'end' && !MOMENT.test(until))
    throw new FriendlyError(`--until takes a moment in UTC like 2026-11-27T14:30:00Z, or "end"`)
  const backup = resolve(given)
  const logs = [join(dirname(backup), 'wal'), ...(options.wal ? [resolve(options.wal as string)] : [])]
  if (options.wal && !existsSync(logs[1]!)) throw new FriendlyError(`there is no folder ${logs[1]}`)
  const started = elapsed()
  const say = (line: string) => console.error(line)
  say(`${backup}: looking at every byte …`)
  const friendly = (error: Error): never => {
    throw new FriendlyError(error.message, { cause: error })
  }
  const to = resolve(options.to)
  const manifest = await restoreBackup({ backup, to, logs: logs.filter((folder) => existsSync(folder)), until }).catch(
    friendly,
  )
  say(`restored after ${((elapsed() - started) / 1000).toFixed(1)} s; checking every promise …`)
  const database = await openDatabase({
    databaseUrl: null,
    allowPlaintext: false,
    databaseCa: null,
    dataDir: to,
    minFreeMb: config.MIN_FREE_MB ?? undefined,
    reserveMb: 0,
    log: say,
  }).catch(friendly)
  const pool = checkPool(database.owner)
  try {
    // A backup of an older version: its rows are held against this version's promises, as the next start would.
    await migrate(database.owner, { clock: systemClock, log: say })
    const checked = await check(pool, invariantsOf(modules))
    const broken = checked.filter((row) => row.differing > 0)
    for (const { name, differing, promise } of broken) console.log(`✘ ${name}: ${differing} differ. ${promise}`)
    const examined = checked.reduce((sum, row) => sum + row.examined, 0)
    const seconds = (elapsed() - started) / 1000
    if (options.json)
      console.log(
        JSON.stringify({
          to,
          backup: manifest.started_at,
          until,
          promises: checked.length,
          examined,
          differing: broken.length,
          seconds,
        }),
      )
    else
      console.log(
        broken.length === 0
          ? `${to} holds the data${until === null || until === 'end' ? '' : ` as of ${until}`}: ${checked.length} promises hold over ${examined} rows (${seconds.toFixed(1)} s). Start it with DATA_DIR=${to}`
          : `${broken.length} of ${checked.length} promises are broken in ${to}`,
      )
    return broken.length === 0 ? 0 : 1
  } finally {
    await pool.close()
    await database.stop()
  }
}
