/** Copies a living cluster's files. They change while they are read: the log between start and stop makes them whole. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { BackedUpFile } from './manifest.ts'
import { PAGE_BYTES, pageIsWhole } from './pages.ts'

/** Made anew at start, or of the living server alone (as pg_basebackup leaves them out). */
const EMPTY = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const NOT_COPIED =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|pg_internal\.init.*|pgsql_tmp.*|backup_manifest)$/
/** Files of pages with checksums: relations by number, their forks and segments. */
const RELATION = /^(global|base\/\d+)\/\d+(_(fsm|vm|init))?(\.\d+)?$/
const SEGMENT_PAGES = 131_072
const CHUNK_PAGES = 128

export interface Copied {
  readonly files: BackedUpFile[]
  /** Pages whose checksum is not that of their bytes, by file. */
  readonly damaged: string[]
}

export const copyCluster = async (
  from: string,
  to: string,
  since: bigint,
  each: () => void = () => {},
): Promise<Copied> => {
  const files: BackedUpFile[] = []
  const damaged: string[] = []
  const visit = async (folder: string): Promise<void> => {
    mkdirSync(join(to, folder), { recursive: true, mode: 0o700 })
    if (EMPTY.has(folder)) return
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (NOT_COPIED.test(entry.name)) continue
      if (entry.isDirectory()) await visit(path)
      else if (entry.isFile()) {
        const file = await copyFile(from, to, path, since, damaged)
        if (file) files.push(file)
        each()
      } else if (entry.isSymbolicLink())
        throw new Error(`${path} is a link (a tablespace): it cannot be backed up here`)
    }
  }
  await visit('')
  return { files, damaged }
}

/** null: dropped between the listing and the reading, as a table may be. */
const copyFile = async (
  from: string,
  to: string,
  path: string,
  since: bigint,
  damaged: string[],
): Promise<BackedUpFile | null> => {
  const source = await open(join(from, path), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (source === null) return null
  mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 })
  const target = await open(join(to, path), 'w', 0o600)
  const hash = createHash('sha256')
  const paged = RELATION.test(path)
  const base = Number(/\.(\d+)$/.exec(path)?.[1] ?? 0) * SEGMENT_PAGES
  const chunk = Buffer.alloc(CHUNK_PAGES * PAGE_BYTES)
  let bytes = 0
  try {
    for (;;) {
      const { bytesRead } = await source.read(chunk, 0, chunk.length, bytes)
      if (bytesRead === 0) break
      if (paged)
        for (let at = 0; at + PAGE_BYTES <= bytesRead; at += PAGE_BYTES) {
          const block = base + (bytes + at) / PAGE_BYTES
          if (!(await settled(source, chunk.subarray(at, at + PAGE_BYTES), bytes + at, block, since)))
            damaged.push(`${path}, page ${block}`)
        }
      const part = chunk.subarray(0, bytesRead)
      hash.update(part)
      await target.write(part, 0, bytesRead)
      bytes += bytesRead
    }
  } finally {
    await Promise.all([source.close(), target.close()])
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

/** A page may be caught half-written: it is read again before it is called damaged. */
const settled = async (
  source: { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<unknown> },
  page: Uint8Array,
  position: number,
  block: number,
  since: bigint,
): Promise<boolean> => {
  for (let again = 0; again < 3; again++) {
    if (pageIsWhole(page, block, since)) return true
    await wait(20)
    await source.read(page, 0, PAGE_BYTES, position)
  }
  return pageIsWhole(page, block, since)
}

/** On disk, all of them. Sixteen at once: a file system writes its journal once for all that ask together. */
export const syncFiles = async (folder: string, paths: readonly string[]): Promise<void> => {
  const left = [...paths]
  const work = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const file = await open(join(folder, path), 'r')
      await file.sync().finally(() => file.close())
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
