import type { Clock } from '../core/clock.ts'
import type { Config } from '../core/config.ts'
import { type Database, openDatabase } from '../core/database/database.ts'
import { migrate } from '../core/database/migrate.ts'
import { FriendlyError } from './friendly.ts'

type Wishes = {
  clock: Clock
  log: (line: string) => void
  /** Where the app will answer; null for a command that only works beside a server or alone. */
  url?: string | null
  share?: boolean
}

/**
 * The configured database, migrated to this version. Whatever stands in the way here (unreachable, too old, in use,
 * newer than we are) is the starter's to mend.
 */
export const openConfigured = async (
  config: Config,
  { clock, log, url = null, share = false }: Wishes,
): Promise<{ database: Database; migrated: string[] }> => {
  const database = await openDatabase({
    databaseUrl: config.DATABASE_URL,
    allowPlaintext: config.DATABASE_ALLOW_PLAINTEXT,
    databaseCa: config.DATABASE_CA,
    dataDir: config.DATA_DIR,
    minFreeMb: config.MIN_FREE_MB ?? undefined,
    reserveMb: config.RESERVE_MB,
    backupDir: config.BACKUP_DIR,
    log,
    url,
    share,
  }).catch(friendly)
  try {
    return { database, migrated: await migrate(database.owner, { clock, log }).catch(friendly) }
  } catch (error) {
    await database.stop()
    throw error
  }
}

const friendly = (error: Error): never => {
  throw new FriendlyError(error.message, { cause: error })
}
