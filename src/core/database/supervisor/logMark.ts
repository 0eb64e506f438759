/**
 * Crash recovery reads the write-ahead log until a record is not whole, and takes that for its end. A flipped byte in the
 * middle looks the same: the database would start without a word, and without what was acknowledged after that byte. So
 * the last position that was known to be on disk is noted beside the cluster, and a recovery that ends before it is refused.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectOnce, type OneConnection } from '../roles.ts'
import { type Postmaster, SUPERUSER } from './cluster.ts'

export class DamagedLog extends Error {}

interface Mark {
  /** Of which cluster, and which of its histories: a restored one goes its own way. */
  readonly cluster: string
  readonly timeline: number
  /** Records up to here were whole and on disk. */
  readonly position: string
  /** Where a recovery ended before it. Kept: by the next start the log has grown past the mark again. */
  readonly endedAt?: string
}

const readMark = (file: string): Mark | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const withDatabase = async <R>(
  { socketDir, port }: Postmaster,
  ask: (sql: OneConnection) => Promise<readonly R[]>,
): Promise<R> => {
  const sql = connectOnce({ host: socketDir, port, user: SUPERUSER, database: 'postgres' })
  try {
    const [row] = await ask(sql)
    return row!
  } finally {
    await sql.end({ timeout: 1 })
  }
}

export const logMark = (dataDir: string) => {
  const file = join(dataDir, 'log-mark')
  /** Inserted, but at the last look not all on disk yet. */
  let pending: Omit<Mark, 'endedAt'> | null = null
  let noted = ''

  const write = (mark: Mark): void => {
    const text = JSON.stringify(mark)
    if (text === noted) return
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    noted = text
  }
  return {
    /** The end of a record, once all before it is on disk. What is flushed may end within a record: never that. */
    look: async (postmaster: Postmaster): Promise<void> => {
      const before = pending?.position ?? '0/0'
      const now = await withDatabase(
        postmaster,
        (sql) => sql<(Omit<Mark, 'endedAt'> & { known: boolean; all: boolean })[]>`
          select s.system_identifier::text as cluster, c.timeline_id as timeline, i.at::text as position, f.at >= i.at as all, f.at >= ${before}::pg_lsn as known
            from pg_control_system() s
           cross join pg_control_checkpoint() c
           cross join (select pg_current_wal_insert_lsn() as at) i
           cross join (select pg_current_wal_flush_lsn() as at) f`,
      )
      const { cluster, timeline, position } = now
      if (now.all) write({ cluster, timeline, position })
      else if (pending?.cluster === cluster && pending.timeline === timeline && now.known) write(pending)
      pending = { cluster, timeline, position }
    },
    /** After a start of our own. @throws DamagedLog when the log ended before what was noted. */
    check: async (postmaster: Postmaster): Promise<void> => {
      const mark = readMark(file)
      if (!mark) return
      const now = await withDatabase(
        postmaster,
        (sql) => sql<{ same: boolean; whole: boolean; endedAt: string }[]>`
          select s.system_identifier::text = ${mark.cluster} and c.timeline_id = ${mark.timeline} as same, c.checkpoint_lsn >= ${mark.position}::pg_lsn as whole,
                 c.checkpoint_lsn::text as "endedAt"
            from pg_control_system() s
           cross join pg_control_checkpoint() c`,
      )
      if (!now.same) return rmSync(file, { force: true })
      if (now.whole && !mark.endedAt) return
      const endedAt = mark.endedAt ?? now.endedAt
      write({ ...mark, endedAt })
      throw new DamagedLog(
        `the database’s log is damaged: it was on disk up to ${mark.position} and could be read up to ${endedAt} only, so rows that were acknowledged are missing. ` +
          `Restore the last backup with the kept log (entrepot restore); to go on without these rows, remove ${file}`,
      )
    },
  }
}
