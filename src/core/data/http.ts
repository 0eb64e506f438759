/** The door for bytes: `POST /files` takes one file as it is, `GET /files/:fileId` gives it back as an attachment. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../capability.ts'
import { type Pool, wholeCompany } from '../database/pool.ts'
import { Refusal } from '../refusal.ts'
import type { Runner } from '../road/runner.ts'
import { fileContent, handOver } from './files.ts'
import { DEFAULT_LIMITS } from './gate.ts'
import { downloadHeaders } from './names.ts'

export type FilesHttpOptions = { runner: Runner; pool: Pool; actorOf(request: FastifyRequest): Promise<Actor | null> }

/**
 * The body is the file itself (`application/octet-stream`), its name percent-encoded in `x-file-name`. No multipart
 * parser stands between the network and the gate.
 */
export function registerFiles(app: FastifyInstance, { runner, pool, actorOf }: FilesHttpOptions): void {
  const signedIn = async (request: FastifyRequest): Promise<Actor> => {
    const actor = await actorOf(request)
    if (!actor) throw new Refusal('sign_in', 'Sign in first.', 401)
    return actor
  }
  app.register(async (door) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: DEFAULT_LIMITS.fileBytes },
      (_, body, done) => done(null, body),
    )
    door.post('/files', { onRequest: async (request) => void (await signedIn(request)) }, async (request) => {
      const actor = await signedIn(request)
      if (!(request.body instanceof Buffer))
        throw new Refusal('no_file', 'Send the file as application/octet-stream.', 422)
      return handOver(request.body, nameOf(request), (input) => runner.run(actor, 'files.store', input))
    })
    door.get('/files/:fileId', async (request, reply) => {
      const actor = await signedIn(request)
      const { fileId } = request.params as { fileId: string }
      const file = await runner.run(actor, 'files.describe', { fileId })
      const content = await pool.transaction(
        wholeCompany(actor.company),
        30_000,
        (sql) => fileContent({ sql, company: actor.company }, fileId),
        'read only',
      )
      return reply.headers(downloadHeaders(file.name, file.mediaType)).send(Buffer.from(content))
    })
  })
}

function nameOf(request: FastifyRequest): string {
  const given = request.headers['x-file-name']
  try {
    return typeof given === 'string' ? decodeURIComponent(given) : 'file'
  } catch {
    throw new Refusal('bad_name', 'x-file-name is the percent-encoded name of the file.', 422)
  }
}
