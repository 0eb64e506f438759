/**
 * A full disk under the write-ahead log makes PostgreSQL panic, and its recovery then panics again: it stays down for
 * good. So writing stops while there is still room (the watermark), and a reserve file is given up when there is none.
 */
import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { open, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type FreeSpace = { freeMb: number; writable: boolean }
export type Disk = {
  /** May business rows be written? False below the watermark, until 10 % above it again. */
  writable(): boolean
  onChange(tell: (space: FreeSpace) => void): void
  /** PostgreSQL stopped for want of space: give it the reserve so that it can recover and serve reads. */
  giveReserve(): boolean
  stop(): Promise<void>
}

const MB = 1024 * 1024
/** At 30 MB/s of log, the most one disk here took with fsync on, half a second is 15 MB: far inside the watermark. */
const LOOK_EVERY_MS = 500

type Options = { folder: string; minFreeMb: number; reserveMb: number; log: (line: string) => void }

export const watchDisk = ({ folder, minFreeMb, reserveMb, log }: Options): Disk => {
  const reserve = join(folder, 'reserve')
  const listeners: ((space: FreeSpace) => void)[] = []
  let writable = true
  let looking: Promise<void> | null = null
  let stopped = false

  const giveReserve = () => {
    const size = statSync(reserve, { throwIfNoEntry: false })?.size ?? 0
    rmSync(reserve, { force: true })
    if (size > 0) log(`disk full: the reserve of ${Math.round(size / MB)} MB was given up`)
    return size > 0
  }

  const look = async () => {
    const { bavail, bsize } = await statfs(folder)
    const freeMb = Math.floor((bavail * bsize) / MB)
    const next = writable ? freeMb >= minFreeMb : freeMb >= minFreeMb * 1.1
    if (next !== writable) {
      writable = next
      log(
        next
          ? `${freeMb} MB free again: writing goes on`
          : `only ${freeMb} MB free, ${minFreeMb} MB wanted: nothing is written until there is room`,
      )
      for (const tell of listeners) tell({ freeMb, writable })
    }
    if (reserveMb === 0) return
    // Only with room for the watermark besides: else the reserve itself would stop the writing. And never given up while
    // the database lives: whoever filled the disk ate that too, and recovery then found nothing (16 s down and counting).
    if (freeMb >= minFreeMb * 1.1 + 2 * reserveMb) await fillReserve(reserve, reserveMb, () => stopped)
  }

  // A look that fails (folder unmounted) says nothing about space; the database reports that trouble itself.
  const tick = () => {
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = null
      })
  }
  const timer = setInterval(tick, LOOK_EVERY_MS)
  timer.unref()
  tick()

  return {
    writable: () => writable,
    onChange: (tell) => listeners.push(tell),
    giveReserve,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await looking
    },
  }
}

/** Random bytes, since a file system may store zeros as nothing. It appears under its name only when whole. */
const fillReserve = async (reserve: string, sizeMb: number, stopped: () => boolean) => {
  if (statSync(reserve, { throwIfNoEntry: false })?.size === sizeMb * MB) return
  mkdirSync(dirname(reserve), { recursive: true })
  const block = Buffer.alloc(MB)
  const draft = `${reserve}.part`
  const file = await open(draft, 'w', 0o600)
  try {
    for (let n = 0; n < sizeMb && !stopped(); n++) await file.write(randomFillSync(block))
    await file.sync()
  } catch {
    await rm(draft, { force: true })
    return
  } finally {
    await file.close()
  }
  if (stopped()) await rm(draft, { force: true })
  else await rename(draft, reserve)
}
