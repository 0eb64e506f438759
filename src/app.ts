import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from './core/clock.ts'
import type { Config } from './core/config.ts'
import { registerExports, registerFiles } from './core/data/index.ts'
import type { Database } from './core/database/database.ts'
import { createPool } from './core/database/pool.ts'
import { migrateJobs, registerEvents, startEvents } from './core/events/index.ts'
import { mountActions } from './core/http/actions.ts'
import { mountDocs } from './core/http/docs.ts'
import { mountHealth } from './core/http/health.ts'
import { createLeaving } from './core/http/leaving.ts'
import { createDoor } from './core/http/overload.ts'
import { actorOfRequest, createHttp, credentialOf } from './core/http/server.ts'
import { mountSource } from './core/http/source.ts'
import { createKernel, systemActor } from './core/kernel.ts'
import type { DemoLogin } from './core/people/demoLogins.ts'
import { createSessions } from './core/people/sessions/sessions.ts'
import { authActions } from './core/people/sessions/signIn.ts'
import { isEmpty, type SetupOptions, setupActions } from './core/people/setup.ts'
import type { Runner } from './core/road/runner.ts'
import { defaultUkTax } from './modules/pricing/index.ts'
import { createFirstSite } from './modules/sites/index.ts'
import { modules } from './modules.ts'

export interface AppOptions {
  readonly database: Pick<Database, 'app' | 'owner' | 'kind' | 'writable'>
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly tls: { cert: string; key: string } | null
  /** The web from its sources, reloading as they are edited. */
  readonly dev: boolean
  /** Own origin is reached over TLS, by us or by a trusted proxy before us. */
  readonly secure?: boolean
  /** Beyond loopback: without this word nobody sets up the first company. Printed by serve. */
  readonly setupCode?: string | null
  /** Connections for requests; 2 × cores + 2 by default. */
  readonly poolSize?: number
  /** Tests hold every answer against its schema. */
  readonly checkOutputs?: boolean
}
export interface DemoProgress {
  running: boolean
  done: number
  total: number
  note: string
}
export interface App {
  readonly http: FastifyInstance
  readonly runner: Runner
  listen(address: { host: string; port: number }): Promise<string>
  /** Answers what it has heard, then stops in order. */
  close(): Promise<void>
  /** After a fault, when nothing here is trusted to answer any more. */
  closeAtOnce(): Promise<void>
  /** No company yet: the browser asks for one. */
  isEmpty(): Promise<boolean>
  startDemo(options: { size: 'small' | 'full'; knownPasswords: boolean; say(line: string): void }): Promise<void>
}

const WEB = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'web')

/** The first warehouse; in the United Kingdom with the usual tax rules, so that the first order can be priced at once. */
const createSite: SetupOptions['createSite'] = async (sql, company, moment, site) => {
  await createFirstSite(sql, company, moment, site)
  if (site.country === 'GB') await defaultUkTax({ sql, company: company.company, ...moment }, company.entity)
}

/** One node: the road, its doors, and what happens after commit. Stateless; any number of them share one database. */
export const createApp = async (options: AppOptions): Promise<App> => {
  const { database, config, clock, log } = options
  const secure = options.secure ?? (options.tls !== null || config.TRUST_PROXY !== null)
  await migrateJobs(database.owner)
  const poolSize = options.poolSize ?? 6
  let poke = (): void => {}
  const kernel = createKernel({
    app: database.app,
    modules,
    clock,
    log,
    poolSize,
    committed: () => poke(),
    writable: database.writable,
    checkOutputs: options.checkOutputs,
  })
  const ownerPool = createPool(database.owner, 'entrepot_owner', 3, 'entrepot relay')
  const sessions = createSessions({ pool: kernel.side, clock, log })
  const events = await startEvents({
    ownerPool,
    pgOptions: database.owner,
    modules,
    clock,
    log,
    call: (company, capability, input, key) =>
      kernel.runner.run(systemActor(company, 'job'), capability, input, { key }),
  })
  poke = events.poke

  const demo: { progress: DemoProgress | null; logins: DemoLogin[]; stop: (() => Promise<void>) | null } = {
    progress: null,
    logins: [],
    stop: null,
  }
  const leaving = createLeaving()
  const door = createDoor()
  const http = await createHttp({
    runner: kernel.runner,
    sessions,
    log,
    secure,
    trustProxy: config.TRUST_PROXY ?? false,
    tls: options.tls ?? undefined,
    requestsPerMinute: config.REQUESTS_PER_MINUTE,
    dev: options.dev,
    door,
    leaving,
  })
  const actorOf = actorOfRequest(sessions, secure)
  mountActions(
    http,
    sessions,
    {
      ...authActions(sessions),
      ...setupActions(sessions, {
        createSite,
        code: options.setupCode ?? null,
        demo: () => demo.progress,
        logins: () => demo.logins,
      }),
    },
    secure,
  )
  registerEvents(http, {
    hub: events.hub,
    actorOf,
    onRevoked: (request, ended) => sessions.onRevoked(credentialOf(request, secure) ?? '', ended),
  })
  mountHealth(http, {
    pool: kernel.pool,
    side: kernel.side,
    ownerPool,
    writable: database.writable,
    config,
    clock,
    door,
  })
  registerFiles(http, { runner: kernel.runner, pool: kernel.pool, actorOf })
  registerExports(http, { runner: kernel.runner, actorOf })
  mountSource(http, config.SOURCE_URL)
  mountDocs(http, kernel.runner.registry, config.production ? actorOf : null)
  if (options.dev) {
    const { mountWebDev } = await import('./commands/webBundle.ts')
    await mountWebDev(http)
  } else if (existsSync(WEB)) {
    // Names of assets carry their hash: kept for ever. The page itself is asked for anew each time, at every address of the app.
    await http.register(fastifyStatic, {
      root: join(WEB, 'assets'),
      prefix: '/app/assets/',
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.endsWith('index.html') ? 'no-cache' : 'public, max-age=31536000, immutable',
        ),
    })
    http.get('/app/*', (_, reply) => reply.sendFile('index.html', WEB, { cacheControl: false }))
  }
  http.get('/', async (_, reply) => reply.redirect('/app/'))

  const stop = async (leave: () => Promise<void>): Promise<void> => {
    await demo.stop?.()
    events.hub.stop()
    await leave()
    await http.close()
    await events.stop()
    sessions.close()
    await Promise.all([kernel.close(), ownerPool.close()])
  }
  return {
    http,
    runner: kernel.runner,
    listen: (address) => http.listen(address),
    isEmpty: () => kernel.side.plain(5_000, isEmpty),
    close: () => stop(leaving.leave),
    closeAtOnce: () => stop(async () => {}),
    startDemo: async ({ size, knownPasswords, say }) => {
      const { startDemo } = await import('../demo/start.ts')
      const loaded = async (company: string) => {
        await kernel.pool.recycle()
        // The buyer finds proposals: planned by jobs, while the demo is looked at.
        await kernel.runner.run(systemActor(company, 'demo'), 'planning.start', {}, { key: 'demo:plan' })
      }
      const started = await startDemo({ database, log, size, knownPasswords, say, loaded })
      demo.progress = started.progress
      demo.logins = started.logins
      demo.stop = started.stop
    },
  }
}
