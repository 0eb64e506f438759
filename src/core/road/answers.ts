/**
 * What happens on a double click? A command is known by its Idempotency-Key, and its answer is stored under that key in
 * the transaction that does its work (`claimKeys` at its start, `closeBatch` at its end):
 * - the same key again, also at the same instant or on another node: the second waits for the first one's commit, does
 *   nothing, and gets the very same bytes. Refusals are stored too: what was told "no" is never told "yes" by a retry;
 * - the same key with another input is refused as `key_reused`, by the hash of input and actor;
 * - two keys on one document (a new key per click): the document's row lock makes the second wait, and what the first
 *   did refuses it by name, as in "Order 10012 is already confirmed".
 * Answers are kept at least 90 days, since a phone may be offline for weeks. Shown in road.test.ts.
 */

import { hash } from 'node:crypto'
import type { Actor } from '../capability.ts'
import { rowsJson, type Sql } from '../database/pool.ts'
import type { Refusal } from '../refusal.ts'

/** What a call is answered with: the same bytes each time the same key comes again. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** Keys sorted, so that the same input said in another order has the same hash. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
    .join(',')}}`
}

/** The actor is part of it: a key of someone else's never tells what it was answered. */
export const inputHash = (name: string, actor: Actor, input: unknown): string =>
  hash('sha256', `${name}\n${actor.id}\n${canonical(input)}`, 'hex')

export const doneAnswer = (output: unknown): Answer => ({ status: 200, body: JSON.stringify(output) })
export const refusedAnswer = (refusal: Refusal): Answer => ({
  status: refusal.status,
  body: problemBody(refusal.status, refusal.code, refusal.detail, refusal.errors),
})

/** RFC 9457 problem details. */
export const problemBody = (
  status: number,
  code: string,
  detail: string,
  errors?: readonly { path: string; message: string }[],
): string =>
  JSON.stringify({
    type: `/docs#${code}`,
    title: code.replaceAll('_', ' '),
    status,
    code,
    detail,
    ...(errors ? { errors } : {}),
  })

export interface Claim {
  readonly key: string
  readonly hash: string
}

/** Claims keys in this transaction; a key that another transaction is busy with is waited for. Answers those now ours. */
export const claimKeys = async (
  sql: Sql,
  company: string,
  now: Date,
  claims: readonly Claim[],
): Promise<Set<string>> => {
  const sorted = [...claims].sort((a, b) => (a.key < b.key ? -1 : 1))
  const rows = await sql<{ key: string }[]>`
    insert into answer (company_id, key, hash, recorded_at)
    select ${company}, wanted.key, decode(wanted.hash, 'hex'), ${now}
      from unnest(${sorted.map((c) => c.key)}::text[], ${sorted.map((c) => c.hash)}::text[]) as wanted (key, hash)
    on conflict do nothing
    returning key`
  return new Set(rows.map((row) => row.key))
}

export interface StoredAnswer {
  readonly hash: string
  readonly status: number | null
  readonly body: string | null
}
export const storedAnswers = async (
  sql: Sql,
  company: string,
  keys: readonly string[],
): Promise<Map<string, StoredAnswer>> => {
  const rows = await sql<({ key: string } & StoredAnswer)[]>`
    select key, encode(hash, 'hex') as hash, status, body
      from answer
     where company_id = ${company} and key = any (${keys as string[]})`
  return new Map(rows.map((row) => [row.key, row]))
}

export interface AuditRow {
  readonly companyId: string
  readonly id: string
  readonly recordedAt: Date
  readonly actorKind: string
  readonly actorId: string
  readonly actorName: string
  readonly device: string | null
  readonly capability: string
  readonly key: string | null
  readonly input: unknown
  readonly outcome: 'done' | 'denied' | 'key_reused'
}
export interface OutboxRow {
  readonly companyId: string
  readonly id: string
  readonly type: string
  readonly kind: string
  readonly refId: string
  readonly version: number
  readonly permission: string
  readonly siteId: string | null
  readonly otherSiteId: string | null
  readonly partyId: string | null
  readonly capability: string
  readonly auditId: string
  readonly recordedAt: Date
}

/** Answers, audit and outbox of a whole batch in one statement, the last before commit. */
export const closeBatch = (
  sql: Sql,
  company: string,
  answers: readonly (Answer & { key: string })[],
  audit: readonly AuditRow[],
  outbox: readonly OutboxRow[],
) => sql`
  with answered as (
    update answer
       set status = given.status, body = given.body
      from unnest(${answers.map((a) => a.key)}::text[], ${answers.map((a) => a.status)}::int2[], ${answers.map((a) => a.body)}::text[]) as given (key, status, body)
     where answer.company_id = ${company} and answer.key = any (${answers.map((a) => a.key)}) and answer.key = given.key
  ), audited as (
    insert into audit_event
    select * from json_populate_recordset(null::audit_event, ${rowsJson(audit)}::text::json)
  )
  insert into outbox (company_id, id, type, kind, ref_id, version, permission, site_id, other_site_id, party_id, capability, audit_id, recorded_at)
  select company_id, id, type, kind, ref_id, version, permission, site_id, other_site_id, party_id, capability, audit_id, recorded_at
    from json_populate_recordset(null::outbox, ${rowsJson(outbox)}::text::json)`
