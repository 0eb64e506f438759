import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import fastifyModule, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Actor } from '../capability.ts'
import { uuidv7 } from '../ids.ts'
import { Refusal, Unavailable } from '../refusal.ts'
import { problemBody } from '../road/answers.ts'
import type { Runner } from '../road/runner.ts'
import { stopPoint } from '../stopPoints.ts'
import { inputOfRequest } from './input.ts'
import type { Leaving } from './leaving.ts'
import { createDoor, type Door } from './overload.ts'
import { securityHeaders } from './securityHeaders.ts'

export interface Authenticator {
  actorOfSession(token: string): Promise<Actor | null>
  actorOfKey(key: string): Promise<Actor | null>
}
export interface HttpOptions {
  readonly runner: Runner
  readonly sessions: Authenticator
  readonly log: Logger
  /** Own origin is over TLS: `__Host-` cookie, HSTS. */
  readonly secure: boolean
  readonly trustProxy: string | boolean
  readonly tls?: { cert: string; key: string }
  /** Requests per minute and address; 0 switches the limit off (benches on loopback). */
  readonly requestsPerMinute: number
  /** Live reload of the web: Vite's page holds an inline script, style elements and a socket to us. Never beyond loopback. */
  readonly dev?: boolean
  readonly door?: Door
  readonly leaving?: Leaving
}

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
/** An order of 10,000 lines has 1 MB. What JSON can hold in more keeps the loop too long: 8 MB of brackets took seconds. */
const BODY_LIMIT = 4 * 1024 * 1024

export const cookieName = (secure: boolean): string => (secure ? '__Host-entrepot' : 'entrepot')

export const deviceCookieName = (secure: boolean): string => (secure ? '__Host-entrepot-device' : 'entrepot_device')

/** API key, else session cookie. */
export const credentialOf = (request: FastifyRequest, secure: boolean): string | null => {
  const authorization = request.headers.authorization
  return authorization?.startsWith('Bearer ') ? authorization.slice(7) : (request.cookies[cookieName(secure)] ?? null)
}

/** Who sends this: by API key, else by session cookie; null is nobody. */
export const actorOfRequest =
  (sessions: Authenticator, secure: boolean) =>
  async (request: FastifyRequest): Promise<Actor | null> => {
    const credential = credentialOf(request, secure)
    if (credential === null) return null
    return request.headers.authorization?.startsWith('Bearer ')
      ? sessions.actorOfKey(credential)
      : sessions.actorOfSession(credential)
  }

/** Anyone who has not signed in. Only capabilities with permission `public` let him in. */
const nobody = (): Actor => ({
  kind: 'system',
  id: '00000000-0000-0000-0000-000000000000',
  name: 'nobody',
  company: '00000000-0000-0000-0000-000000000000',
  permissions: new Set<string>(),
  sites: [],
  parties: [],
})

/** The HTTP door: who is it, is the request well-formed and from our own page; then the one road. */
export const createHttp = async (options: HttpOptions): Promise<FastifyInstance> => {
  const { runner, log, secure } = options
  const app = fastifyModule({
    loggerInstance: log as never,
    logController: new fastifyModule.LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: BODY_LIMIT,
    genReqId: () => uuidv7(runner.clock.now().getTime()),
    requestTimeout: 130_000,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    ...(options.tls ? { https: options.tls } : {}),
  } as never) as unknown as FastifyInstance

  options.leaving?.mount(app)
  const { door = createDoor() } = options
  door.mount(app)
  await app.register(cookie)
  const always = securityHeaders({ dev: options.dev === true, secure })
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(always)
  })
  if (options.requestsPerMinute > 0)
    await app.register(rateLimit, {
      max: options.requestsPerMinute,
      timeWindow: 60_000,
      errorResponseBuilder: () =>
        new Refusal('too_many_requests', 'Too many requests from this address; wait a minute.', 429),
    })
  await app.register(compress, { threshold: 1024, encodings: ['gzip'] })

  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (!request.url.startsWith('/app/assets/')) reply.header('cache-control', 'no-store')
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
    refuseOtherOrigins(request)
    const type = request.headers['content-type']
    if (
      type !== undefined &&
      !/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type) &&
      !request.url.startsWith('/files')
    )
      throw new Refusal('unsupported_media_type', 'Send application/json.', 422)
  })
  app.setErrorHandler((error, request, reply) =>
    answerError(error as Error & { statusCode?: number; code?: string }, request, reply, log),
  )
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' && (request.headers.accept ?? '').includes('text/html'))
      return reply
        .code(404)
        .type('text/html')
        .send('<!doctype html><title>Not found</title><p>Nothing here. <a href="/app/">Open Entrepot</a>')
    return reply
      .code(404)
      .type(PROBLEM_TYPE)
      .send(problemBody(404, 'not_found', 'There is nothing at this address.'))
  })

  const actorOf = actorOfRequest(options.sessions, secure)

  const handle = async (name: string, request: FastifyRequest, reply: FastifyReply, input: unknown) => {
    const registered = runner.registry.byName.get(name)
    if (!registered) throw new Refusal('not_found', 'There is nothing at this address.', 404)
    let actor = await actorOf(request)
    if (!actor) {
      if (registered.capability.permission !== 'public') throw new Refusal('sign_in', 'Sign in first.', 401)
      actor = nobody()
    }
    const key = request.headers['idempotency-key']
    if (Array.isArray(key) || (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)))
      throw new Refusal('bad_key', 'Idempotency-Key is 1 to 200 visible ASCII characters.', 422)
    const device = request.headers['x-device']
    const answer = await runner.answer(actor, name, input, {
      // A caller's key lives in the caller's own room: nobody can block another's key, or guess one of the kernel's.
      key: key === undefined ? undefined : `c:${actor.id}:${key}`,
      device: typeof device === 'string' ? device.slice(0, 100) : null,
      dryRun: request.headers['x-dry-run'] === '1',
    })
    return reply
      .code(answer.status)
      .type(answer.status === 200 ? JSON_TYPE : PROBLEM_TYPE)
      .send(answer.body)
  }

  app.post('/rpc/:module/:capability', async (request, reply) => {
    const { module, capability } = request.params as { module: string; capability: string }
    return handle(`${module}.${capability}`, request, reply, request.body ?? {})
  })
  for (const registered of runner.registry.byName.values()) {
    const [method, url] = registered.capability.route.split(' ') as [string, string]
    app.route({
      method: method as 'GET',
      url,
      handler: (request, reply) => handle(registered.name, request, reply, inputOfRequest(registered, request)),
    })
  }
  app.addHook('onResponse', async (request, reply) => {
    stopPoint('after_reply')
    // A line for each of a flood would be a second flood; /metrics counts them.
    if (request.turnedAway) return
    log.info(
      {
        id: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    )
  })
  return app
}

/** Other origins can do nothing: a browser says where a request comes from, and programs with an API key say nothing. */
const refuseOtherOrigins = (request: FastifyRequest): void => {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreign =
    (origin !== undefined && origin !== `${request.protocol}://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  if (foreign) throw new Refusal('cross_origin', 'This request comes from another site and was refused.', 403)
}

const answerError = (
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
) => {
  if (error instanceof Refusal)
    return reply
      .code(error.status)
      .type(PROBLEM_TYPE)
      .send(problemBody(error.status, error.code, error.detail, error.errors))
  if (error instanceof Unavailable)
    return reply
      .code(error.status)
      .header('retry-after', String(error.retryAfterSeconds))
      .type(PROBLEM_TYPE)
      .send(problemBody(error.status, error.code, error.message))
  const status = error.statusCode ?? 500
  if (status < 500) {
    const detail =
      status === 413
        ? 'The request is larger than this address takes.'
        : 'The request could not be read: send well-formed JSON.'
    return reply
      .code(status)
      .type(PROBLEM_TYPE)
      .send(problemBody(status, status === 413 ? 'too_large' : 'bad_request', detail))
  }
  // A caller learns the number to quote, an attacker nothing.
  log.error({ err: error, id: request.id, route: request.routeOptions.url }, 'bug')
  return reply
    .code(500)
    .type(PROBLEM_TYPE)
    .send(problemBody(500, 'internal', `Something went wrong on our side; nothing was saved. Quote ${request.id}.`))
}
