import { command, query } from '../../capability.ts'
import { secretToken } from '../../ids.ts'
import { notFound } from '../../refusal.ts'
import { t } from '../../t.ts'
import { demandProof } from '../account.ts'
import { API_KEY_PREFIX, digest } from '../secrets/tokens.ts'
import { permissionList, refuseBeyond, scopeFields } from './rules.ts'

const KeyRow = t.object({
  id: t.id('api_key'),
  name: t.text(),
  permissions: permissionList(),
  ...scopeFields,
  createdBy: t.text(),
  createdAt: t.moment(),
  expiresAt: t.nullable(t.moment()),
  revokedAt: t.nullable(t.moment()),
})

export const listApiKeys = query({
  title: 'API keys',
  route: 'GET /people/keys',
  permission: 'people.read',
  input: t.empty(),
  output: t.object({ rows: t.list(KeyRow, { max: 500 }) }),
  async run(_, { sql, company }) {
    const rows = await sql<
      {
        id: string
        name: string
        permissions: string[]
        sites: string[] | null
        parties: string[] | null
        createdBy: string
        createdAt: string
        expiresAt: string | null
        revokedAt: string | null
      }[]
    >`
      select k.id, k.name, k.permissions, k.sites, k.parties, u.name as created_by, k.created_at, k.expires_at, k.revoked_at
        from api_key k
        join app_user u on u.company_id = k.company_id and u.id = k.created_by
       where k.company_id = ${company}
       order by k.id desc
       limit 500`
    return { rows: [...rows] }
  },
})

/** A key works as far as it and its maker both reach, and dies with the maker's account. */
export const createApiKey = command({
  title: 'Make an API key',
  route: 'POST /people/keys',
  permission: 'people.manage',
  admits: { sites: 'site', parties: 'party' },
  input: t.object({
    name: t.code({ max: 100 }),
    permissions: permissionList(),
    ...scopeFields,
    expiresInDays: t.nullable(t.int({ min: 1, max: 3650 })),
  }),
  output: t.object({
    id: t.id('api_key'),
    /** Shown once: the database keeps its hash, a replay of this call does not repeat it. */
    key: t.secret(),
  }),
  async run({ name, permissions, sites, parties, expiresInDays }, ctx, { actor, no }) {
    const { sql, company, now } = ctx
    demandProof(actor, now)
    refuseBeyond(actor, { permissions, sites, parties })
    const id = ctx.id()
    const key = `${API_KEY_PREFIX}${secretToken()}`
    const expiresAt = expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * 86_400_000)
    await sql`
      insert into api_key (company_id, id, name, permissions, sites, parties, created_by, created_at, expires_at)
      values (${company}, ${id}, ${name}, ${permissions}, ${sites}::uuid[], ${parties}::uuid[], ${actor.id}, ${now}, ${expiresAt})`
    await sql`select people_key_secret(${id}, ${digest(key)})`
    ctx.emit({ no }, 'api_key.changed', { id })
    return { id, key }
  },
})

export const revokeApiKey = command({
  title: 'Revoke an API key',
  route: 'POST /people/keys/:id/revoke',
  permission: 'people.manage',
  admits: { id: 'api_key' },
  input: t.object({ id: t.id('api_key') }),
  output: t.empty(),
  async run({ id }, ctx, { no }) {
    const { sql, company, now } = ctx
    // Revoking twice is no error: it is dead either way.
    const [row] = await sql`
      update api_key set revoked_at = coalesce(revoked_at, ${now}) where company_id = ${company} and id = ${id} returning 1`
    if (!row) throw notFound('key')
    ctx.emit({ no }, 'api_key.changed', { id })
    return {}
  },
})
