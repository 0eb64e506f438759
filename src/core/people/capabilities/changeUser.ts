import { command } from '../../capability.ts'
import { t } from '../../t.ts'
import { demandProof } from '../account.ts'
import { refuseTaken, setRoles } from '../company.ts'
import { permissionsOf, reachOf, refuseBeyond, refuseWithoutOwner, scopeFields, takePeopleTurn } from './rules.ts'

/** What is left out stays. A new role or scope counts at the next look (≤ 1 s) and closes open streams; deactivation ends everything at once. */
export const changeUser = command({
  title: 'Change a person: name, e-mail, roles, scope, active',
  route: 'PATCH /people/users/:userId',
  permission: 'people.manage',
  admits: { userId: 'app_user', roleIds: 'role', sites: 'site', parties: 'party' },
  input: t.object({
    userId: t.id('app_user'),
    name: t.optional(t.code({ max: 100 })),
    email: t.optional(t.email()),
    roleIds: t.optional(t.list(t.id('role'), { max: 20 })),
    sites: t.optional(scopeFields.sites),
    parties: t.optional(scopeFields.parties),
    active: t.optional(t.bool()),
  }),
  output: t.empty(),
  async run({ userId, ...wanted }, ctx, { actor, no }) {
    const { sql, company, now } = ctx
    demandProof(actor, now)
    await takePeopleTurn(sql, company)
    const before = await reachOf(ctx, userId)
    refuseBeyond(actor, before)
    const after = {
      permissions: wanted.roleIds ? await permissionsOf(ctx, wanted.roleIds) : before.permissions,
      sites: wanted.sites === undefined ? before.sites : wanted.sites,
      parties: wanted.parties === undefined ? before.parties : wanted.parties,
    }
    refuseBeyond(actor, after)
    const [old] = await sql<{ email: string; name: string; active: boolean }[]>`
      select email, name, active from app_user where company_id = ${company} and id = ${userId} for update`
    const email = wanted.email?.trim().toLowerCase() ?? old!.email
    const active = wanted.active ?? old!.active
    if (email !== old!.email) {
      await refuseTaken(sql, email)
      // Codes given to the old address die with it.
      await sql`select people_change_email(${userId}, ${email})`
    }
    await sql`
      update app_user
         set name = ${wanted.name ?? old!.name}, email = ${email}, active = ${active}, changed_at = ${now},
             sites = ${after.sites as string[] | null}::uuid[], parties = ${after.parties as string[] | null}::uuid[]
       where company_id = ${company} and id = ${userId}`
    if (wanted.roleIds) await setRoles(sql, company, userId, wanted.roleIds)
    if (!active) await sql`select people_end_sessions(${userId})`
    await refuseWithoutOwner(ctx)
    ctx.emit({ no }, 'user.changed', { id: userId })
    return {}
  },
})
