import { walFolder } from './backup/wal.ts'
import { connectExternal } from './external.ts'
import type { ConnectionOptions } from './pool.ts'
import { prepareEmbedded } from './roles.ts'
import { startPostgres } from './supervisor/index.ts'

export type Database = {
  kind: 'embedded' | 'external'
  /** Serves requests. With an external server both are one login; the pool's startup parameter `role` tells them apart. */
  app: ConnectionOptions
  owner: ConnectionOptions
  adopted: boolean
  /** False while the disk is nearly full: commands are refused with `disk_full`. Always true for an external server. */
  writable(): boolean
  onFreeSpace(tell: (space: { freeMb: number; writable: boolean }) => void): void
  /** Stops the embedded server; an external one is not ours to stop. */
  stop(): Promise<void>
}

export type OpenOptions = {
  databaseUrl: string | null
  allowPlaintext: boolean
  databaseCa: string | null
  dataDir: string
  minFreeMb?: number
  reserveMb?: number
  /** The built-in database's log is kept there, for restores to any moment. */
  backupDir?: string | null
  log: (line: string) => void
  url?: string | null
  /** Use the database of a living server in this folder: for command-line work beside it. */
  share?: boolean
}

/** The database, reachable and with its roles, not yet migrated. */
export const openDatabase = async (options: OpenOptions): Promise<Database> => {
  if (options.databaseUrl !== null) {
    const address = await connectExternal({
      url: options.databaseUrl,
      allowPlaintext: options.allowPlaintext,
      ca: options.databaseCa,
    })
    return {
      kind: 'external',
      app: address,
      owner: address,
      adopted: false,
      writable: () => true,
      onFreeSpace: () => {},
      stop: async () => {},
    }
  }
  const walDir = options.backupDir ? walFolder(options.backupDir) : null
  const running = await startPostgres({ ...options, walDir })
  const superuser = { host: running.socketDir, port: running.port, database: running.database, user: running.superuser }
  try {
    await prepareEmbedded(superuser, running.database)
  } catch (error) {
    await running.stop()
    throw error
  }
  return {
    kind: 'embedded',
    app: { ...superuser, user: 'entrepot_app' },
    owner: { ...superuser, user: 'entrepot_owner' },
    adopted: running.adopted,
    writable: running.writable,
    onFreeSpace: running.onFreeSpace,
    stop: running.stop,
  }
}
