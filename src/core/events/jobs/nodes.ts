import type { Logger } from 'pino'
import postgres from 'postgres'
import type { ConnectionOptions, Pool } from '../../database/pool.ts'

const CHANNEL = 'entrepot_events'
/** At most 20 a second: each NOTIFY takes a lock that is one for the whole server. */
const PAUSE_MS = 50
const MAX_NAMED = 100

/** Tells the hubs of other nodes which companies have something new. Outside every transaction, many at a time. */
export const createTeller = (pool: Pool, log: Logger) => {
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const send = (): void => {
    timer = null
    const text = waiting.size > MAX_NAMED ? '*' : [...waiting].join(' ')
    waiting.clear()
    pool
      .plain(5_000, (sql) => sql`select pg_notify(${CHANNEL}, ${text})`)
      // Nothing is lost: every hub looks once a second by itself.
      .catch((err: unknown) => log.debug({ err }, 'events: notify failed'))
  }
  return {
    tell: (companies: Iterable<string>): void => {
      for (const company of companies) waiting.add(company)
      timer ??= setTimeout(send, PAUSE_MS)
    },
    stop: (): void => {
      if (timer) clearTimeout(timer)
    },
  }
}

/** One connection that listens; postgres.js opens it again when it breaks. */
export const listenToNodes = (
  options: ConnectionOptions,
  log: Logger,
  heard: (companies: readonly string[] | '*') => void,
): { stop(): Promise<void> } => {
  const client = postgres({
    host: options.host,
    port: options.port,
    database: options.database,
    username: options.user,
    password: options.password,
    ssl: options.ssl as never,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'entrepot listen' },
  })
  client
    .listen(
      CHANNEL,
      (text) => heard(text === '*' ? '*' : text.split(' ')),
      // After each (re)connection: what was said meanwhile is looked up.
      () => heard('*'),
    )
    .catch((err: unknown) => log.warn({ err }, 'events: not listening to other nodes; looking once a second instead'))
  return { stop: () => client.end({ timeout: 1 }) }
}
