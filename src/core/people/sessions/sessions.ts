import type { Logger } from 'pino'
import type { Actor } from '../../capability.ts'
import { type Clock, elapsed } from '../../clock.ts'
import type { Pool } from '../../database/pool.ts'
import { secretToken } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { createSecurityAudit, type SecurityAudit } from '../audit.ts'
import { bothPermit, bothReach } from '../permissions.ts'
import { digest, looksLikeKey, looksLikeToken } from '../secrets/tokens.ts'
import { type Claimed, proveByEmail } from './prove.ts'
import { createWatch } from './watch.ts'

/** A shift with a long break, and a day. The page keeps what was typed; only the sign-in is asked for again. */
export const sessionLimits = { idleMs: 4 * 3_600_000, absoluteMs: 24 * 3_600_000 } as const
/** How long an answer about a token is believed: the "≤ 1 s" of revocation. */
const BELIEVED_MS = 900
const TOUCH_MS = 60_000
const MAX_CACHED = 20_000
const DEADLINE_MS = 5_000

export interface Sessions {
  actorOfSession(token: string): Promise<Actor | null>
  actorOfKey(key: string): Promise<Actor | null>
  /** Throws Refusal `sign_in_failed`, `totp_required` (401), `locked` (429). */
  signIn(claimed: Claimed): Promise<{ token: string; deviceToken: string; actor: Actor }>
  signOut(token: string): Promise<void>
  /** After a change to a session or key in this process: the next look goes to the database. */
  forget(token: string): void
  /** Calls `ended` once, within a second of this session or key ending or changing standing on any node. */
  onRevoked(token: string, ended: () => void): Promise<() => void>
  /** A new session for a person whose identity was just proved. */
  open(person: { company: string; user: string }, how: Opening): Promise<{ token: string; deviceToken: string }>
  readonly pool: Pool
  readonly clock: Clock
  readonly audit: SecurityAudit
  close(): void
}
export interface Opening {
  readonly secondFactor: boolean
  /** The device's token when it is known already; else a new one is made, never one that the visitor brought. */
  readonly deviceToken?: string | null
  readonly address: string
  readonly userAgent: string
}
export interface SessionsOptions {
  readonly pool: Pool
  readonly clock: Clock
  readonly log?: Logger
  readonly idleMs?: number
  readonly absoluteMs?: number
}

interface SessionRow {
  tokenHash: string
  companyId: string
  userId: string
  name: string
  createdAt: string
  seenAt: string
  provedAt: string
  secondFactor: boolean
  hasFactor: boolean
  permissions: string[]
  needsSecondFactor: boolean
  sites: string[] | null
  parties: string[] | null
}
interface KeyRow {
  keyHash: string
  companyId: string
  keyId: string
  name: string
  permissions: string[]
  sites: string[] | null
  parties: string[] | null
  expiresAt: string | null
  makerPermissions: string[]
  makerSites: string[] | null
  makerParties: string[] | null
}
/** Who a token stands for, and the moment from which it stands for nobody whatever the database says. */
interface Found {
  readonly actor: Actor
  readonly dies: number
}

export const createSessions = (options: SessionsOptions): Sessions => {
  const { pool, clock } = options
  const idleMs = options.idleMs ?? sessionLimits.idleMs
  const absoluteMs = options.absoluteMs ?? sessionLimits.absoluteMs
  const audit = createSecurityAudit(pool, clock, options.log)
  const cache = new Map<string, { until: number; found: Promise<Found | null> }>()

  const ofSession = (row: SessionRow): Found => {
    // A role that asks for a second factor gives nothing to a session without one, except to enrol.
    const mustEnrol = row.needsSecondFactor && !row.secondFactor
    const actor: Actor = {
      kind: 'user',
      id: row.userId,
      name: row.name,
      company: row.companyId,
      permissions: new Set(mustEnrol ? [] : row.permissions),
      sites: mustEnrol ? [] : row.sites,
      parties: mustEnrol ? [] : row.parties,
      session: { provedAt: Date.parse(row.provedAt), secondFactor: row.secondFactor, mustEnrol },
    }
    return { actor, dies: Math.min(Date.parse(row.seenAt) + idleMs, Date.parse(row.createdAt) + absoluteMs) }
  }
  const ofKey = (row: KeyRow): Found => ({
    actor: {
      kind: 'key',
      id: row.keyId,
      name: row.name,
      company: row.companyId,
      permissions: bothPermit(new Set(row.permissions), new Set(row.makerPermissions)),
      sites: bothReach(row.sites, row.makerSites),
      parties: bothReach(row.parties, row.makerParties),
    },
    dies: row.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.expiresAt),
  })

  const findSessions = async (hashes: string[]): Promise<SessionRow[]> =>
    pool.plain(DEADLINE_MS, (sql) => sql<SessionRow[]>`select * from auth_sessions(${hashes})`)
  const findKeys = async (hashes: string[]): Promise<KeyRow[]> =>
    pool.plain(DEADLINE_MS, (sql) => sql<KeyRow[]>`select * from auth_keys(${hashes}, ${clock.now()})`)

  const lookUpSession = async (hash: string): Promise<Found | null> => {
    const [row] = await findSessions([hash])
    if (!row) return null
    const now = clock.now()
    const found = ofSession(row)
    if (now.getTime() >= found.dies) return null
    if (now.getTime() - Date.parse(row.seenAt) < TOUCH_MS) return found
    await pool.plain(DEADLINE_MS, (sql) => sql`select auth_touch(${hash}, ${now})`)
    return ofSession({ ...row, seenAt: now.toISOString() })
  }
  const lookUpKey = async (hash: string): Promise<Found | null> => {
    const [row] = await findKeys([hash])
    return row ? ofKey(row) : null
  }

  const believed = async (hash: string, lookUp: (hash: string) => Promise<Found | null>): Promise<Actor | null> => {
    let entry = cache.get(hash)
    if (!entry || entry.until <= elapsed()) {
      if (cache.size >= MAX_CACHED) cache.clear()
      const found = lookUp(hash)
      entry = { until: elapsed() + BELIEVED_MS, found }
      cache.set(hash, entry)
      // A failed look-up is not an answer: the store being away is 503, never "nobody" and never "allowed".
      found.catch(() => cache.delete(hash))
    }
    const found = await entry.found
    return found && clock.now().getTime() < found.dies ? found.actor : null
  }
  const actorOfSession = async (token: string): Promise<Actor | null> =>
    looksLikeToken(token) ? believed(digest(token), lookUpSession) : null
  const actorOfKey = async (key: string): Promise<Actor | null> =>
    looksLikeKey(key) ? believed(digest(key), lookUpKey) : null

  const watch = createWatch(async (hashes) => {
    const [sessions, keys] = await Promise.all([findSessions(hashes), findKeys(hashes)])
    const found: [string, Found][] = [
      ...sessions.map((row): [string, Found] => [row.tokenHash, ofSession(row)]),
      ...keys.map((row): [string, Found] => [row.keyHash, ofKey(row)]),
    ]
    const now = clock.now().getTime()
    return new Map(found.flatMap(([hash, { actor, dies }]) => (now < dies ? [[hash, standingOf(actor)]] : [])))
  })
  const forget = (token: string): void => {
    cache.delete(digest(token))
    void watch.again()
  }

  const open: Sessions['open'] = async ({ company, user }, { secondFactor, deviceToken, address, userAgent }) => {
    const token = secretToken()
    const device = deviceToken ?? secretToken()
    await pool.plain(
      DEADLINE_MS,
      (sql) => sql`
        select auth_open_session(${digest(token)}, ${company}, ${user}, ${clock.now()}, ${secondFactor}, ${digest(device)},
                                 ${address.slice(0, 60)}, ${userAgent.slice(0, 200)})`,
    )
    return { token, deviceToken: device }
  }

  return {
    pool,
    clock,
    audit,
    actorOfSession,
    actorOfKey,
    forget,
    open,
    signIn: async (claimed) => {
      const proved = await proveByEmail({ pool, clock, audit }, claimed)
      const { address, userAgent } = claimed
      const opened = await open({ company: proved.company, user: proved.id }, { ...proved, address, userAgent })
      await audit(proved, 'auth.signIn', 'sign_in', { address, userAgent: userAgent.slice(0, 200) })
      const actor = await actorOfSession(opened.token)
      if (!actor) throw new Refusal('sign_in_failed', 'This account was closed a moment ago.', 401)
      return { ...opened, actor }
    },
    signOut: async (token) => {
      const [gone] = await pool.plain(
        DEADLINE_MS,
        (sql) =>
          sql<
            { companyId: string; userId: string; name: string }[]
          >`select * from auth_close_session(${digest(token)})`,
      )
      forget(token)
      if (gone)
        await audit({ company: gone.companyId, id: gone.userId, name: gone.name }, 'auth.signOut', 'sign_out', {})
    },
    onRevoked: async (token, ended) => {
      const actor = looksLikeKey(token) ? await actorOfKey(token) : await actorOfSession(token)
      if (actor) return watch.add({ hash: digest(token), standing: standingOf(actor), ended })
      ended()
      return () => {}
    },
    close: watch.close,
  }
}

/** All that decides what a stream may tell. */
const standingOf = ({ permissions, sites, parties }: Actor): string =>
  JSON.stringify([[...permissions].sort(), sites && [...sites].sort(), parties && [...parties].sort()])
