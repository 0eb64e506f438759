/**
 * One app per data folder. The lock says who: pid, the moment that process was started, and where its app answers.
 * It is a file and not a kernel lock because Node offers none; a dead holder is recognised by its start time.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startOf } from './process.ts'

export type Holder = { pid: number; start: string; url: string | null }

export class AlreadyRunning extends Error {
  readonly holder: Holder
  constructor(holder: Holder, folder: string) {
    super(
      holder.url === null
        ? `another entrepot command (pid ${holder.pid}) uses ${folder}: wait for it, or give this one its own DATA_DIR`
        : `already running at ${holder.url} (pid ${holder.pid}) with the data in ${folder}`,
    )
    this.holder = holder
  }
}

const lockFile = (folder: string) => join(folder, 'app.lock')

const parse = (text: string): Holder | null => {
  try {
    const holder = JSON.parse(text)
    return typeof holder.pid === 'number' && typeof holder.start === 'string' ? holder : null
  } catch {
    return null
  }
}

/** The app that lives in this folder, or null. A lock that cannot be read was cut off by a crash: nobody holds it. */
export const readHolder = (folder: string): Holder | null => {
  let text: string
  try {
    text = readFileSync(lockFile(folder), 'utf8')
  } catch {
    return null
  }
  const holder = parse(text)
  return holder !== null && isAlive(holder.pid) && startOf(holder.pid) === holder.start ? holder : null
}

/**
 * Takes the lock or throws AlreadyRunning. The whole file appears at once (link refuses an existing name), so two
 * starters never both win; a dead lock is first moved aside, and given back if it was no longer the dead one.
 */
export const takeLock = (folder: string, url: string | null): { release(): void } => {
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid), url })
  const draft = `${lockFile(folder)}.${process.pid}`
  writeFileSync(draft, mine)
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(draft, lockFile(folder))) return { release: () => release(folder, mine) }
      const holder = readHolder(folder)
      if (holder !== null) throw new AlreadyRunning(holder, folder)
      removeDead(folder)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  throw new Error(`cannot lock ${folder}: another start holds it for a moment, try again`)
}

const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    return tryExclusive(from, to)
  }
}

/** File systems without hard links (FAT, some network shares). */
const tryExclusive = (from: string, to: string): boolean => {
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const removeDead = (folder: string) => {
  const aside = `${lockFile(folder)}.dead.${process.pid}`
  try {
    renameSync(lockFile(folder), aside)
  } catch {
    return
  }
  const moved = parse(readFileSync(aside, 'utf8'))
  const living = moved !== null && isAlive(moved.pid) && startOf(moved.pid) === moved.start
  if (living) tryLink(aside, lockFile(folder))
  rmSync(aside, { force: true })
}

const release = (folder: string, mine: string) => {
  try {
    if (readFileSync(lockFile(folder), 'utf8') === mine) rmSync(lockFile(folder))
  } catch {
    // the folder itself is gone: nothing is held
  }
}
