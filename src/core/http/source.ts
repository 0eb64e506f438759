import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Named one by one: the data folder, keys and settings of this install lie beside them. */
const FOLDERS = ['src', 'migrations', 'demo', 'docs', 'test', 'bench']
const FILES =
  /^(LICENSE|README\.md|SECURITY\.md|[\w.-]+\.ts|start\.mjs|(package|package-lock|tsconfig|tsconfig\.web|biome|knip)\.json)$/

/** One file as tar keeps it (POSIX ustar): a header of 512 bytes, the bytes, filled up to 512. No time: equal code, equal archive. */
const entry = (path: string, bytes: Buffer): Buffer => {
  const header = Buffer.alloc(512)
  const cut = path.length > 100 ? path.lastIndexOf('/', 155) : -1
  header.write(path.slice(cut + 1), 0, 100)
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0${' '.repeat(8)}0`, 124)
  header.write('ustar\u000000', 257)
  if (cut > 0) header.write(path.slice(0, cut), 345, 155)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

/** Of every listed folder that is there: a packed install may lack tests and benches. */
const pathsOf = async (): Promise<string[]> => {
  const within = await Promise.all(
    FOLDERS.map((folder) => readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }).catch(() => [])),
  )
  const paths = within
    .flat()
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(ROOT.length).replaceAll('\\', '/'))
  return [...(await readdir(ROOT)).filter((name) => FILES.test(name)).sort(), ...paths.sort()]
}

async function* entries(): AsyncGenerator<Buffer> {
  for (const path of await pathsOf()) yield entry(`entrepot/${path}`, await readFile(join(ROOT, path)))
  yield Buffer.alloc(1024)
}

/**
 * The program as it runs here, changes included, as .tar.gz: read and packed file by file, between other requests
 * (gzip works on the thread pool), so that nobody waits for it but who asked.
 */
export const sourceArchive = (): Promise<Buffer> => {
  const gzip = createGzip()
  const files = Readable.from(entries())
  files.on('error', (error) => gzip.destroy(error))
  return buffer(files.pipe(gzip))
}

/**
 * `GET /source`: AGPL §13, the source of this very version for everyone who uses it over the network. To the address
 * the operator names; without one, the code that runs here, packed once per start.
 */
export const mountSource = (http: FastifyInstance, url: string | null): void => {
  let packed: Promise<Buffer> | undefined
  http.get('/source', async (_, reply) => {
    if (url !== null) return reply.redirect(url)
    packed ??= sourceArchive()
    packed.catch(() => {
      packed = undefined
    })
    return reply
      .type('application/gzip')
      .header('content-disposition', 'attachment; filename="entrepot-source.tar.gz"')
      .send(await packed)
  })
}
