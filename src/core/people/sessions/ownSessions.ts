import { Refusal } from '../../refusal.ts'
import { PROOF_MS } from '../account.ts'
import { digest } from '../secrets/tokens.ts'
import { ownAccount } from './prove.ts'
import { type Sessions, sessionLimits } from './sessions.ts'

export interface OwnSession {
  readonly id: string
  readonly createdAt: string
  readonly seenAt: string
  readonly secondFactor: boolean
  readonly address: string
  readonly userAgent: string
  readonly current: boolean
}

/** What a person sees of their own account: the second factor, how long the last proof still counts, where they are signed in. */
export const myAccount = async (
  sessions: Sessions,
  token: string,
): Promise<{ hasSecondFactor: boolean; provedUntil: string | null; sessions: OwnSession[] }> => {
  const now = sessions.clock.now().getTime()
  const [own, actor, rows] = await Promise.all([
    ownAccount(sessions, token),
    sessions.actorOfSession(token),
    sessions.pool.plain(
      5_000,
      (sql) => sql<OwnSession[]>`
        select *
          from auth_my_sessions(${digest(token)}, ${new Date(now - sessionLimits.absoluteMs)}, ${new Date(now - sessionLimits.idleMs)})`,
    ),
  ])
  const until = (actor?.session?.provedAt ?? 0) + PROOF_MS
  return {
    hasSecondFactor: own.totpSecret !== null,
    provedUntil: until > now ? new Date(until).toISOString() : null,
    sessions: [...rows],
  }
}

/** Ends one session of one's own, or (null) all others. Whoever finds an open screen may only lock people out, so no proof is asked. */
export const endMySessions = async (sessions: Sessions, token: string, which: string | null): Promise<number> => {
  const own = await ownAccount(sessions, token)
  const [row] = await sessions.pool.plain(
    5_000,
    (sql) => sql<{ ended: number }[]>`select auth_end_my_sessions(${digest(token)}, ${which}) as ended`,
  )
  const ended = row?.ended ?? 0
  if (which !== null && ended === 0) throw new Refusal('not_found', 'This session has ended already.', 404)
  await sessions.audit({ company: own.companyId, id: own.userId, name: own.name }, 'auth.endSessions', 'done', {
    ended: String(ended),
  })
  return ended
}
