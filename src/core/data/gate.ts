/**
 * The one gate for bytes from outside. Size is checked first, then the type by content (never by name or by what the
 * sender claims), then the unpacked size from the archive's own directory, all before a single byte is unpacked.
 */
import { Refusal } from '../refusal.ts'

/** A file the system will not read, with one sentence for the person who sent it. */
export class FileRefused extends Refusal {
  constructor(code: string, sentence: string) {
    super(code, sentence, 422)
  }
}

export type TableLimits = {
  /** bytes as received */
  fileBytes: number
  /** bytes after unpacking, over all parts together */
  unpackedBytes: number
  /** bytes of a part that must be held in memory at once (shared strings, styles) */
  heldBytes: number
  zipEntries: number
  rows: number
  columns: number
  cellChars: number
  /** characters of one CSV record; a file that is one endless line stops here */
  recordChars: number
  /** old-space of the parsing thread, MB */
  memoryMb: number
  /** wall clock of the parsing thread without the receiver's own work, milliseconds */
  timeoutMs: number
}

/**
 * 64 MB holds a million order lines as .gz or .xlsx; 16,384 columns is what a hostile sheet uses, 512 is more than any
 * master file seen; 32,767 characters is a spreadsheet's own limit for a cell.
 */
export const DEFAULT_LIMITS: TableLimits = {
  fileBytes: 64 * 2 ** 20,
  unpackedBytes: 1024 * 2 ** 20,
  heldBytes: 96 * 2 ** 20,
  zipEntries: 1000,
  rows: 2_000_000,
  columns: 512,
  cellChars: 32_767,
  recordChars: 1_000_000,
  memoryMb: 224,
  timeoutMs: 180_000,
}

export type FileKind =
  | 'gzip'
  | 'zip'
  | 'old_office'
  | 'pdf'
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'markup'
  | 'utf16'
  | 'program'
  | 'text'
  | 'binary'
  | 'empty'

const starts = (bytes: Uint8Array, ...magic: number[]) => magic.every((b, i) => bytes[i] === b)

/** Type by content. `text` means: no NUL and no control bytes in the first 4 KB; the reader still checks every byte. */
export function kindOf(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return 'empty'
  if (starts(bytes, 0x1f, 0x8b)) return 'gzip'
  if (starts(bytes, 0x50, 0x4b, 3, 4) || starts(bytes, 0x50, 0x4b, 5, 6)) return 'zip'
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return 'old_office'
  if (starts(bytes, 0x25, 0x50, 0x44, 0x46)) return 'pdf'
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) return 'png'
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(bytes, 0x47, 0x49, 0x46, 0x38)) return 'gif'
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45) return 'webp'
  if (starts(bytes, 0x7f, 0x45, 0x4c, 0x46) || starts(bytes, 0x4d, 0x5a, 0x90)) return 'program'
  if (starts(bytes, 0xff, 0xfe) || starts(bytes, 0xfe, 0xff)) return 'utf16'
  const head = bytes.subarray(0, 4096)
  if (head.some((b) => b < 9 || (b > 13 && b < 32 && b !== 27))) return 'binary'
  const text = new TextDecoder('latin1')
    .decode(head)
    .trimStart()
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  return text.startsWith('<') ? 'markup' : 'text'
}

const NOT_A_TABLE: Partial<Record<FileKind, [code: string, sentence: string]>> = {
  empty: ['file_empty', 'The file is empty.'],
  old_office: [
    'file_type',
    'This is an old or password-protected Office file; save it as .xlsx without a password, or as CSV.',
  ],
  pdf: ['file_type', 'This is a PDF, not a table; send CSV or XLSX.'],
  png: ['file_type', 'This is a picture, not a table; send CSV or XLSX.'],
  jpeg: ['file_type', 'This is a picture, not a table; send CSV or XLSX.'],
  gif: ['file_type', 'This is a picture, not a table; send CSV or XLSX.'],
  webp: ['file_type', 'This is a picture, not a table; send CSV or XLSX.'],
  markup: ['file_type', 'This is HTML or XML, not a table; send CSV or XLSX.'],
  program: ['file_type', 'This is a program, not a table; send CSV or XLSX.'],
  binary: ['file_type', 'This file is not text and not XLSX; send CSV or XLSX.'],
  utf16: ['file_encoding', 'This text is UTF-16; save it as "CSV UTF-8".'],
}

/** Refuses what is no table; returns how to read what is. */
export function admitTable(head: Uint8Array, size: number, limits: TableLimits): 'gzip' | 'zip' | 'text' {
  admitSize(size, limits.fileBytes)
  const kind = kindOf(head)
  const no = NOT_A_TABLE[kind]
  if (no) throw new FileRefused(...no)
  return kind as 'gzip' | 'zip' | 'text'
}

export function admitSize(size: number, max: number): void {
  if (size > max)
    throw new FileRefused('file_too_large', `The file has ${mb(size)}; ${mb(max)} is the most that is read.`)
}

export const mb = (bytes: number) =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.ceil(bytes / 2 ** 20)} MB`
