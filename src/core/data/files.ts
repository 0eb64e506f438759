/**
 * Files of a company: bytes through the gate, a name of ours, the sender's name as data. The bytes do not travel through
 * the command's input, which is kept in the audit trail; the door hands them over beside it.
 */
import { hash } from 'node:crypto'
import { command, module, query } from '../capability.ts'
import type { Ctx } from '../ctx.ts'
import { notFound } from '../refusal.ts'
import { t } from '../t.ts'
import { admitSize, DEFAULT_LIMITS, type FileKind, FileRefused, kindOf } from './gate.ts'
import { cleanName } from './names.ts'

const MEDIA_TYPES: Partial<Record<FileKind, string>> = {
  gzip: 'application/gzip',
  zip: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  text: 'text/plain; charset=utf-8',
}

/** Bytes on their way from the door to `store`, by digest; a few at once, each freed when its call ends. */
const arriving = new Map<string, Uint8Array>()

/** Checks size and type, keeps the bytes at hand while `send` calls `files.store` with what it is given. */
export async function handOver<R>(
  bytes: Uint8Array,
  originalName: string,
  send: (input: { name: string; sha256: string }) => Promise<R>,
): Promise<R> {
  admitSize(bytes.byteLength, DEFAULT_LIMITS.fileBytes)
  const kind = kindOf(bytes)
  if (kind === 'empty') throw new FileRefused('file_empty', 'The file is empty.')
  if (kind === 'program') throw new FileRefused('file_type', 'Programs are not taken.')
  const sha256 = hash('sha256', bytes, 'hex')
  arriving.set(sha256, bytes)
  try {
    return await send({ name: cleanName(originalName), sha256 })
  } finally {
    arriving.delete(sha256)
  }
}

export const store = command({
  title: 'Store a file',
  route: 'POST /records/files',
  permission: 'signed-in',
  input: t.object({
    name: t.text({ min: 1, max: 120 }),
    sha256: t.text({ min: 64, max: 64, pattern: '^[0-9a-f]{64}$' }),
  }),
  output: t.object({ id: t.id('stored_file'), name: t.text(), bytes: t.int() }),
  async run({ name, sha256 }, ctx, call) {
    const bytes = arriving.get(sha256)
    if (!bytes)
      throw new FileRefused('file_missing', 'The bytes of this file did not arrive; send the file itself to /files.')
    const id = ctx.id()
    await ctx.sql`
      insert into stored_file (company_id, id, name, media_type, bytes, sha256, content, recorded_at, recorded_by)
      values (${ctx.company}, ${id}, ${cleanName(name)}, ${MEDIA_TYPES[kindOf(bytes)] ?? 'application/octet-stream'}, ${bytes.byteLength},
              ${Buffer.from(sha256, 'hex')}, ${Buffer.from(bytes)}, ${ctx.now}, ${call.actor.id})`
    return { id, name: cleanName(name), bytes: bytes.byteLength }
  },
})

export const describe = query({
  title: 'What is known of a file',
  route: 'GET /records/files/:fileId',
  permission: 'signed-in',
  input: t.object({ fileId: t.id('stored_file') }),
  output: t.object({
    id: t.id('stored_file'),
    name: t.text(),
    mediaType: t.text(),
    bytes: t.int(),
    recordedAt: t.moment(),
  }),
  async run({ fileId }, ctx, actor) {
    const file = await findFile(ctx, fileId)
    // Who sees only some sites or parties sees only files of their own: a file has no site or party.
    if (!file || ((actor.sites || actor.parties) && file.recordedBy !== actor.id)) throw notFound('file')
    const { recordedBy: _, ...seen } = file
    return seen
  },
})

type StoredFile = { id: string; name: string; mediaType: string; bytes: number; recordedAt: string; recordedBy: string }

const findFile = async (
  { sql, company }: Pick<Ctx, 'sql' | 'company'>,
  fileId: string,
): Promise<StoredFile | undefined> => {
  const [file] = await sql<StoredFile[]>`
    select id, name, media_type, bytes, recorded_at, recorded_by
      from stored_file
     where company_id = ${company} and id = ${fileId}`
  return file
}

/** The bytes, for the worker that reads an import and for the download door; the caller has asked who may. */
export const fileContent = async (
  { sql, company }: Pick<Ctx, 'sql' | 'company'>,
  fileId: string,
): Promise<Uint8Array> => {
  const [file] = await sql<{ content: Uint8Array }[]>`
    select content
      from stored_file
     where company_id = ${company} and id = ${fileId}`
  if (!file) throw notFound('file')
  return file.content
}

export const files = module({ name: 'files', capabilities: { store, describe } })
