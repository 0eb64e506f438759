import { command, query } from '../../capability.ts'
import type { Ctx } from '../../ctx.ts'
import { secretToken } from '../../ids.ts'
import { notFound } from '../../refusal.ts'
import { page, t } from '../../t.ts'
import { demandProof } from '../account.ts'
import { createUser } from '../company.ts'
import { digest } from '../secrets/tokens.ts'
import { permissionsOf, reachOf, refuseBeyond, scopeFields, takePeopleTurn } from './rules.ts'

const INVITATION_MS = 3 * 86_400_000
const RESET_MS = 60 * 60_000

const UserRow = t.object({
  id: t.id('app_user'),
  name: t.text(),
  email: t.text({ max: 254 }),
  active: t.bool(),
  roles: t.list(t.object({ id: t.id('role'), code: t.text(), name: t.text() }), { max: 50 }),
  ...scopeFields,
  hasPassword: t.bool(),
  hasSecondFactor: t.bool(),
  resetAskedAt: t.nullable(t.moment()),
  seenAt: t.nullable(t.moment()),
})

interface Row {
  id: string
  name: string
  email: string
  active: boolean
  roles: { id: string; code: string; name: string }[]
  sites: string[] | null
  parties: string[] | null
  hasPassword: boolean
  hasSecondFactor: boolean
  resetAskedAt: string | null
  seenAt: string | null
  total: number
}

/** By e-mail, from `cursor` on; `id` asks for one of them. */
const readPeople = (
  { sql, company }: Ctx,
  {
    id = null,
    text = '',
    cursor = '',
    limit = 1,
  }: { id?: string | null; text?: string; cursor?: string; limit?: number },
) => sql<Row[]>`
  with found as (
    select u.*
      from app_user u
     where u.company_id = ${company} and (${id}::uuid is null or u.id = ${id})
       and (strpos(lower(u.name), ${text.toLowerCase()}) > 0 or strpos(u.email, ${text.toLowerCase()}) > 0))
  select u.id, u.name, u.email, u.active, u.sites, u.parties, s.has_password, s.has_second_factor, s.reset_asked_at, s.seen_at,
         coalesce((select json_agg(json_build_object('id', r.id, 'code', r.code, 'name', r.name) order by r.code)
                     from user_role ur
                     join role r on r.company_id = ur.company_id and r.id = ur.role_id
                    where ur.company_id = u.company_id and ur.user_id = u.id), '[]') as roles,
         (select count(*)::int from found) as total
    from found u
    join people_states() s on s.user_id = u.id
   where u.email > ${cursor}
   order by u.email
   limit ${limit}`

export const listUsers = query({
  title: 'People of this company',
  route: 'GET /people/users',
  permission: 'people.read',
  input: t.object({
    text: t.optional(t.text({ max: 100, title: 'part of a name or e-mail' })),
    cursor: t.optional(t.text({ max: 254 })),
    limit: t.optional(t.int({ min: 1, max: 500 })),
  }),
  output: page(UserRow),
  async run({ text, cursor, limit = 100 }, ctx) {
    const rows = await readPeople(ctx, { text, cursor, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      rows: shown.map(({ total: _, ...row }) => row),
      next: rows.length > limit ? shown.at(-1)!.email : null,
      total: rows[0]?.total ?? 0,
    }
  },
})

export const user = query({
  title: 'A person, their roles and reach',
  route: 'GET /people/users/:userId',
  permission: 'people.read',
  admits: { userId: 'app_user' },
  input: t.object({ userId: t.id('app_user') }),
  output: UserRow,
  async run({ userId }, ctx) {
    const [row] = await readPeople(ctx, { id: userId })
    if (!row) throw notFound('person')
    const { total: _, ...person } = row
    return person
  },
})

const CodeGiven = t.object({
  userId: t.id('app_user'),
  purpose: t.oneOf(['invitation', 'reset']),
  /** Shown once, to be handed to the person: the database keeps its hash, a replay of this call does not repeat it. */
  code: t.secret(),
  expiresAt: t.moment(),
})

export const inviteUser = command({
  title: 'Invite a person',
  route: 'POST /people/users',
  permission: 'people.manage',
  admits: { roleIds: 'role', sites: 'site', parties: 'party' },
  input: t.object({
    name: t.code({ max: 100 }),
    email: t.email(),
    roleIds: t.list(t.id('role'), { min: 1, max: 20 }),
    ...scopeFields,
  }),
  output: CodeGiven,
  async run({ name, email, roleIds, sites, parties }, ctx, { actor, no }) {
    demandProof(actor, ctx.now)
    await takePeopleTurn(ctx.sql, ctx.company)
    refuseBeyond(actor, { permissions: await permissionsOf(ctx, roleIds), sites, parties })
    const userId = await createUser(ctx.sql, ctx.company, ctx, {
      name,
      email,
      passwordHash: null,
      roleIds,
      sites,
      parties,
    })
    const code = secretToken()
    const expiresAt = new Date(ctx.now.getTime() + INVITATION_MS)
    await ctx.sql`select people_issue_code(${userId}, ${digest(code)}, 'invitation', ${expiresAt})`
    ctx.emit({ no }, 'user.changed', { id: userId })
    return { userId, purpose: 'invitation' as const, code, expiresAt: expiresAt.toISOString() }
  },
})

export const issueCode = command({
  title: 'Hand out a new invitation or reset code',
  route: 'POST /people/users/:userId/code',
  permission: 'people.manage',
  admits: { userId: 'app_user' },
  input: t.object({ userId: t.id('app_user') }),
  output: CodeGiven,
  async run({ userId }, ctx, { actor }) {
    demandProof(actor, ctx.now)
    refuseBeyond(actor, await reachOf(ctx, userId))
    const [state] = await ctx.sql<
      { hasPassword: boolean }[]
    >`select has_password from people_states() where user_id = ${userId}`
    const purpose = state?.hasPassword ? ('reset' as const) : ('invitation' as const)
    const code = secretToken()
    const expiresAt = new Date(ctx.now.getTime() + (purpose === 'reset' ? RESET_MS : INVITATION_MS))
    await ctx.sql`select people_issue_code(${userId}, ${digest(code)}, ${purpose}, ${expiresAt})`
    return { userId, purpose, code, expiresAt: expiresAt.toISOString() }
  },
})

export const signOutUser = command({
  title: 'Sign a person out everywhere',
  route: 'POST /people/users/:userId/sign-out',
  permission: 'people.manage',
  admits: { userId: 'app_user' },
  input: t.object({ userId: t.id('app_user') }),
  output: t.empty(),
  async run({ userId }, ctx, { actor, no }) {
    refuseBeyond(actor, await reachOf(ctx, userId))
    await ctx.sql`select people_end_sessions(${userId})`
    ctx.emit({ no }, 'user.changed', { id: userId })
    return {}
  },
})

export const removeFactor = command({
  title: "Take away a person's second factor (lost phone)",
  route: 'POST /people/users/:userId/remove-factor',
  permission: 'people.manage',
  admits: { userId: 'app_user' },
  input: t.object({ userId: t.id('app_user') }),
  output: t.empty(),
  async run({ userId }, ctx, { actor, no }) {
    demandProof(actor, ctx.now)
    refuseBeyond(actor, await reachOf(ctx, userId))
    await ctx.sql`select people_remove_factor(${userId})`
    await ctx.sql`select people_end_sessions(${userId})`
    ctx.emit({ no }, 'user.changed', { id: userId })
    return {}
  },
})
