/**
 * The write-ahead log, kept: PostgreSQL hands each finished segment (16 MB) to a shell line that puts it, packed, into
 * BACKUP_DIR/wal. Folder names reach the shell in a variable, never in its text. A segment appears under its name when
 * whole; one that is there already with the same bytes is good (the archiver may ask twice), with others it is an error.
 */
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

export const SEGMENT = /^[0-9A-F]{24}$/
/** The server's environment variable that names the folder. */
export const WAL_VARIABLE = 'ENTREPOT_WAL_DIR'

const KEEP = `f="$${WAL_VARIABLE}/%f.gz"; if test -e "$f"; then gzip -dc "$f" | cmp -s - "%p"; else gzip -1 -c "%p" > "$f.part" && sync "$f.part" && mv "$f.part" "$f"; fi`
const FETCH = `test -e "$${WAL_VARIABLE}/%f.gz" && gzip -dc "$${WAL_VARIABLE}/%f.gz" > "%p.part" && mv "%p.part" "%p"`

/** At most this much of what was acknowledged is on one disk only. */
const HAND_OVER_EVERY_S = 60

export const walFolder = (backupDir: string): string => {
  const folder = join(backupDir, 'wal')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
export const archiving = (): Record<string, string> => ({
  archive_mode: 'on',
  archive_command: KEEP,
  archive_timeout: String(HAND_OVER_EVERY_S),
})
export const fetching = (): Record<string, string> => ({ restore_command: FETCH })

/** Segments in a folder, packed or not, by name. */
export const segmentsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .map((name) => name.replace(/\.gz$/, ''))
        .filter((name) => SEGMENT.test(name))
        .sort()
    : []

export const packSegment = async (from: string, to: string): Promise<void> => {
  await pipeline(
    createReadStream(from),
    createGzip({ level: 1 }),
    createWriteStream(`${to}.part`, { mode: 0o600, flush: true }),
  )
  await rename(`${to}.part`, to)
}

/** @throws when the packed bytes are damaged: gzip carries a sum of its own. */
export const unpackSegment = async (from: string, to: string): Promise<void> => {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to, { mode: 0o600 }))
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}
