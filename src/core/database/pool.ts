import { connect as connectTcp, type Socket } from 'node:net'
import postgres from 'postgres'
import { Unavailable } from '../refusal.ts'
import { isConnectionError, lostConnection } from './failures.ts'
import { inOrder } from './inOrder.ts'
import { replanText } from './replan.ts'
import { surviveTypeFetch } from './typeFetch.ts'

export { codeOf, isLostConnection, isRetryable } from './failures.ts'
export { allDone } from './inOrder.ts'
export { inSlices, rowsJson } from './rows.ts'

/**
 * int8 arrives as a checked safe integer and moments as ISO text; `numeric` is not read at all (the PREPARE test refuses
 * it), so no amount is ever a float.
 */
const types = {
  int8: {
    to: 20,
    from: [20],
    serialize: (value: number | bigint) => String(value),
    parse: (text: string): number => {
      const value = Number(text)
      if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is beyond 2^53`)
      return value
    },
  },
  date: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (text: string): string => text },
  moment: {
    to: 1184,
    from: [1184, 1114],
    serialize: (value: string | Date) => (value instanceof Date ? value.toISOString() : value),
    parse: (text: string): string => new Date(text).toISOString(),
  },
}

export type Sql = postgres.Sql<{ int8: number; date: string; moment: string | Date }>

export interface ConnectionOptions {
  /** Socket folder or host name. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: string
  readonly ssl?: boolean | 'require' | 'verify-full' | object
  /** Of the session, beside ours. */
  readonly settings?: Readonly<Record<string, string>>
}
export type DatabaseRole = 'entrepot_app' | 'entrepot_owner'

/** One connection of ours: the client and the socket under it, so that a deadline can destroy exactly this one. */
interface Slot {
  client: Sql
  socket: Socket | null
  /** Made for this turn of `recycle`; -1: never to be used again. */
  generation: number
  /** Rejects when the connection is gone. */
  readonly lost: Promise<never>
}

export interface Scope {
  readonly company: string
  /** null: every site (party) of the company. */
  readonly sites: readonly string[] | null
  readonly parties: readonly string[] | null
}
export const wholeCompany = (company: string): Scope => ({ company, sites: null, parties: null })

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Values come from sign-in rows, never from a request; the shape is checked all the same, as this is SQL text. */
const uuidList = (ids: readonly string[] | null): string => {
  if (ids === null) return '*'
  for (const id of ids) if (!UUID.test(id)) throw new Error('scope: not a uuid')
  return `{${ids.join(',')}}`
}
/**
 * Commands reach rows by key. Their plans are made once per connection, foreign-key checks included, often while tables
 * are still empty, and would stay whole-table scans and hash joins until the next ANALYZE (measured: 12 ms of database CPU
 * for an order instead of 4). Reports run in read-only transactions and keep every kind of plan.
 */
const BY_KEY = 'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; '
/**
 * Workers are for reports that read millions of rows. Starting one takes 10 ms, on a busy machine 100 (measured), and a
 * page of a list is there sooner.
 */
const FEW_WORKERS = 'set local parallel_setup_cost = 50000; '
export type Mode = 'read write' | 'read only' | 'read by key'
export const beginText = (scope: Scope, mode: Mode): string => {
  if (!UUID.test(scope.company)) throw new Error('company: not a uuid')
  const reads = mode === 'read by key' ? `${BY_KEY}set local max_parallel_workers_per_gather = 0; ` : FEW_WORKERS
  return `begin ${mode === 'read write' ? 'read write' : 'read only'}; ${mode === 'read write' ? BY_KEY : reads}set local app.company_id = '${scope.company}'; set local app.sites = '${uuidList(scope.sites)}'; set local app.parties = '${uuidList(scope.parties)}'`
}

export interface Pool {
  /**
   * One transaction on one connection. A throw rolls back; past the deadline the connection is destroyed. What `run`
   * hands to `last` is sent together with the commit, which becomes a rollback when that statement fails.
   */
  transaction<R>(
    scope: Scope,
    deadlineMs: number,
    run: (sql: Sql, last: (statement: PromiseLike<unknown>) => void) => Promise<R>,
    mode?: Mode,
    beforeCommit?: () => void,
  ): Promise<R>
  /** A connection without company: relay, check, migration, sign-in look-ups. Not for requests. */
  plain<R>(deadlineMs: number, run: (sql: Sql) => Promise<R>): Promise<R>
  /** New connections from here on: plans made on empty tables must not live on (after migrate, import, demo load). */
  recycle(): Promise<void>
  close(): Promise<void>
  readonly size: number
  busy(): number
}

/**
 * postgres.js waits for ever on a half-open socket (porsager/postgres#1089), so each connection is a client of one
 * connection over a socket that we hold; the deadline lives here and destroys that socket.
 */
export const createPool = (options: ConnectionOptions, role: DatabaseRole, size: number, name = 'entrepot'): Pool => {
  surviveTypeFetch()
  let generation = 0
  const open = (): Slot => {
    const { promise: lost, reject: lose } = Promise.withResolvers<never>()
    lost.catch(() => {})
    const slot: Slot = { client: null as unknown as Sql, socket: null, generation, lost }
    /**
     * An idle connection that the database ended is replaced now and costs no request. Of one in use, the client answers
     * one statement and lets those behind it wait for ever, until the deadline: the request is told here, after the
     * client's own answer had its turn.
     */
    const gone = (): void => {
      slot.generation = -1
      const at = idle.indexOf(slot)
      if (at >= 0) idle[at] = open()
      setImmediate(() => lose(connectionClosed()))
    }
    slot.client = postgres({
      host: options.host,
      port: options.port,
      database: options.database,
      username: options.user,
      password: options.password,
      ssl: options.ssl,
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      backoff: () => 0.05,
      types,
      transform: { undefined: null, column: { from: postgres.toCamel } },
      onnotice: () => {},
      onclose: gone,
      connection: {
        role,
        application_name: name,
        TimeZone: 'UTC',
        jit: 'off',
        plan_cache_mode: 'force_generic_plan',
        lock_timeout: 10_000,
        statement_timeout: 130_000,
        idle_in_transaction_session_timeout: 60_000,
        ...options.settings,
      } as never,
      socket: () =>
        new Promise((resolve, reject) => {
          // A client must never reconnect by itself: what it then sends would run outside the transaction it began.
          if (slot.socket) {
            gone()
            return reject(connectionClosed())
          }
          const socket = options.host.startsWith('/')
            ? connectTcp({ path: `${options.host}/.s.PGSQL.${options.port}` })
            : connectTcp({ host: options.host, port: options.port })
          slot.socket = socket
          oneWrite(socket)
          socket.once('connect', () => resolve(Object.assign(socket, { host: options.host, port: options.port })))
          socket.once('error', (error) => {
            gone()
            reject(error)
          })
        }),
    } as never) as unknown as Sql
    return slot
  }

  let idle: Slot[] = []
  idle = Array.from({ length: size }, open)
  const waiting: { take: (slot: Slot) => void; fail: (error: Error) => void }[] = []
  let busy = 0
  let closed = false

  const drop = (slot: Slot): void => {
    slot.socket?.destroy()
    void slot.client.end({ timeout: 0 }).catch(() => {})
  }
  const give = (slot: Slot): void => {
    busy -= 1
    let next = slot
    if (closed) {
      drop(slot)
      return
    }
    if (slot.generation !== generation) {
      drop(slot)
      next = open()
    }
    const first = waiting.shift()
    if (!first) {
      idle.push(next)
      return
    }
    busy += 1
    first.take(next)
  }
  const destroy = (slot: Slot): void => {
    slot.generation = -1
  }
  const take = (deadlineMs: number): Promise<Slot> => {
    if (closed) return Promise.reject(new Unavailable('stopping', 'The server is stopping; try again.'))
    const slot = idle.pop()
    if (slot) {
      busy += 1
      return Promise.resolve(slot)
    }
    return new Promise((resolve, reject) => {
      const entry = {
        take: (given: Slot) => {
          clearTimeout(timer)
          resolve(given)
        },
        fail: reject,
      }
      const timer = setTimeout(() => {
        const at = waiting.indexOf(entry)
        if (at >= 0) waiting.splice(at, 1)
        reject(new Unavailable('busy', 'All database connections are in use; try again.'))
      }, deadlineMs)
      waiting.push(entry)
    })
  }

  const held = async <R>(deadlineMs: number, run: (slot: Slot) => Promise<R>): Promise<R> => {
    const until = performance.now() + deadlineMs
    const slot = await take(deadlineMs)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => {
          destroy(slot)
          slot.socket?.destroy()
          reject(
            new Unavailable(
              'deadline',
              'The request took too long and was broken off; nothing half-done was kept. Try again with the same key.',
            ),
          )
        },
        Math.max(1, until - performance.now()),
      )
    })
    try {
      const work = run(slot)
      work.catch(() => {})
      return await Promise.race([work, late, slot.lost])
    } catch (error) {
      if (isConnectionError(error)) destroy(slot)
      throw isConnectionError(error) ? lostConnection(error) : error
    } finally {
      clearTimeout(timer)
      give(slot)
    }
  }

  return {
    size,
    busy: () => busy,
    transaction: (scope, deadlineMs, run, mode = 'read write', beforeCommit) =>
      held(deadlineMs, async (slot) => {
        const sql = slot.client
        const begun = sql.unsafe(replanText(slot) + beginText(scope, mode))
        begun.catch(() => {})
        const lasts: Promise<unknown>[] = []
        const ordered = inOrder(sql)
        let result: Awaited<ReturnType<typeof run>>
        try {
          // `begin` is on the wire before `run`'s first statement; both are awaited together to save a round trip.
          const running = run(ordered.sql, (statement) => {
            // Begun now, awaited with the commit: one round trip for both.
            const sent = Promise.resolve(statement)
            sent.catch(() => {})
            lasts.push(sent)
          })
          running.catch(() => {})
          await begun
          result = await running
        } catch (error) {
          await sql.unsafe('rollback').catch(() => destroy(slot))
          throw ordered.cause(error)
        }
        beforeCommit?.()
        const committing = sql.unsafe('commit')
        committing.catch(() => {})
        await Promise.all(lasts)
        const committed = await committing
        if (committed.command !== 'COMMIT') throw new Error('the transaction was rolled back at commit')
        return result
      }),
    plain: (deadlineMs, run) => held(deadlineMs, ({ client }) => run(client)),
    recycle: async () => {
      generation += 1
      const old = idle
      idle = old.map(open)
      for (const slot of old) drop(slot)
    },
    close: async () => {
      closed = true
      for (const w of waiting.splice(0)) w.fail(new Unavailable('stopping', 'The server is stopping; try again.'))
      await Promise.all(idle.splice(0).map((slot) => slot.client.end({ timeout: 2 }).catch(() => {})))
    },
  }
}

/**
 * Statements written together leave together: the client hands each of more than 1 kB to the socket by itself, and a call of
 * the system costs about as much as the statement (85 µs on the machine of the benches; a seventh of an order's writes with one
 * caller, a quarter with 64).
 */
const oneWrite = (socket: Socket): void => {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean
  socket.write = (...given: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    return write(...given)
  }
}

const connectionClosed = () => Object.assign(new Error('connection closed'), { code: 'CONNECTION_CLOSED' })
