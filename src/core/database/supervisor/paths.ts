/** Short, private places for sockets: a socket path holds 107 bytes, a checkout's path may be far longer. */
import { createHash } from 'node:crypto'
import { chownSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runner } from './binaries.ts'

export const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** The port is part of the socket's file name only: nothing ever listens on TCP. */
export const PORT = 5432
const LONGEST_SOCKET_PATH = 106

/** PostgreSQL reads the folder from a comma-separated list: names with anything odd in them are not offered to it. */
export const tempFolder = (): string => {
  const wanted = tmpdir()
  const fits = Buffer.byteLength(join(wanted, 'e-012345678901-9', `.s.PGSQL.${PORT}.lock`)) <= LONGEST_SOCKET_PATH
  return fits && /^[\w./+-]+$/.test(wanted) ? wanted : '/tmp'
}

/**
 * A folder of ours, 0700, named after the data folder. A stranger may have made that name first in a shared temp
 * folder: what is not a plain folder of ours is left alone and the next name is taken.
 */
export const socketFolder = (dataDir: string, runner: Runner): string => {
  const owner = runner.uid ?? process.getuid?.()
  for (let n = 0; n < 10; n++) {
    const folder = join(tempFolder(), `e-${digest(dataDir)}${n === 0 ? '' : `-${n}`}`)
    try {
      mkdirSync(folder, { mode: 0o700 })
      if (runner.uid !== undefined) chownSync(folder, runner.uid, runner.gid!)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (isPrivate(folder, owner)) return folder
  }
  throw new Error(
    `no private folder for the database socket can be made in ${tempFolder()}: names beginning with e-${digest(dataDir)} are taken by another user`,
  )
}

export const isPrivate = (folder: string, owner: number | undefined): boolean => {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && stat.uid === owner && (stat.mode & 0o077) === 0
}
