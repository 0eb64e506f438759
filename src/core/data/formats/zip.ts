/**
 * Reads a ZIP archive (APPNOTE 6.3.10) from its central directory. Everything that can be known without unpacking is
 * checked there: entries, names, declared sizes, overlaps (a 42 KB bomb of 2019 unpacks to 5 GB by overlapping its
 * parts). While unpacking, a part that grows past its declared size is cut off at once.
 */
import { constants, crc32, createInflateRaw } from 'node:zlib'
import { FileRefused, mb, type TableLimits } from '../gate.ts'

export type ZipEntry = { name: string; method: number; crc: number; packed: number; size: number; offset: number }

const bad = (sentence: string) => new FileRefused('archive_damaged', sentence)

export function readDirectory(bytes: Uint8Array, limits: TableLimits): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  const start = view.getUint32(end + 16, true)
  if (start === 0xffffffff || count === 0xffff)
    throw new FileRefused('archive_too_large', 'The archive has more entries or bytes than a workbook may have.')
  if (count > limits.zipEntries)
    throw new FileRefused(
      'archive_entries',
      `The archive has ${count} entries; ${limits.zipEntries} is the most that is read.`,
    )
  const entries = new Map<string, ZipEntry>()
  let at = start
  let unpacked = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw bad('The archive is damaged: its directory ends too early.')
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const entry = {
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    }
    if (view.getUint16(at + 8, true) & 1)
      throw new FileRefused('archive_encrypted', 'The archive is encrypted; save the workbook without a password.')
    checkName(name)
    if (entries.has(name)) throw bad('The archive is damaged: it holds one name twice.')
    unpacked += entry.size
    if (unpacked > limits.unpackedBytes)
      throw new FileRefused(
        'archive_bomb',
        `Unpacked, this file would have more than ${mb(limits.unpackedBytes)}; nothing was unpacked.`,
      )
    entries.set(name, entry)
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  checkOverlap([...entries.values()], start)
  return entries
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at
  throw bad('The archive is damaged: it has no directory.')
}

/** No entry is ever written to disk under its own name; the check is there so that a hostile archive is named as one. */
function checkName(name: string): void {
  const parts = name.split('/')
  if (
    name.includes('\\') ||
    name.includes('\0') ||
    name.startsWith('/') ||
    /^[a-z]:/i.test(name) ||
    parts.includes('..')
  )
    throw new FileRefused('archive_path', 'The archive holds a path that leads outside it.')
}

function checkOverlap(entries: ZipEntry[], directory: number): void {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset)
  sorted.forEach((entry, i) => {
    const next = sorted[i + 1]?.offset ?? directory
    if (entry.offset + 30 + entry.packed > next)
      throw new FileRefused('archive_bomb', 'The archive is built to unpack its parts more than once.')
  })
}

/** Streams one part. Stops at the declared size, so a lying directory gains nothing. */
export async function* unpack(bytes: Uint8Array, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== 0x04034b50)
    throw bad('The archive is damaged: a part is not where the directory says.')
  const from = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true)
  const packed = bytes.subarray(from, from + entry.packed)
  if (entry.method !== 0 && entry.method !== 8)
    throw bad('The archive uses a packing method that workbooks do not use.')
  let size = 0
  let crc = 0
  for await (const chunk of entry.method === 0 ? [packed] : inflate(packed)) {
    size += chunk.length
    if (size > entry.size)
      throw new FileRefused('archive_bomb', 'A part of the archive is larger than the archive says.')
    crc = crc32(chunk, crc)
    yield chunk
  }
  if (size !== entry.size || crc !== entry.crc)
    throw bad('The archive is damaged: a part does not match its check sum.')
}

async function* inflate(packed: Uint8Array): AsyncGenerator<Uint8Array> {
  const stream = createInflateRaw({ chunkSize: 256 * 1024, finishFlush: constants.Z_FINISH })
  stream.end(packed)
  try {
    for await (const chunk of stream) yield chunk
  } catch (error) {
    if (error instanceof FileRefused) throw error
    throw bad('The archive is damaged: a part cannot be unpacked.')
  }
}

/** A whole part in memory, for the small ones only. */
export async function unpackText(bytes: Uint8Array, entry: ZipEntry, limits: TableLimits): Promise<string> {
  if (entry.size > limits.heldBytes)
    throw new FileRefused(
      'archive_bomb',
      `A part of the workbook has ${mb(entry.size)}; ${mb(limits.heldBytes)} is the most that is held in memory.`,
    )
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for await (const chunk of unpack(bytes, entry)) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}
