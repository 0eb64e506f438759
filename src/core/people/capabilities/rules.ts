import type { Actor } from '../../capability.ts'
import type { Ctx } from '../../ctx.ts'
import type { Sql } from '../../database/pool.ts'
import { Refusal } from '../../refusal.ts'
import { t } from '../../t.ts'
import { beyond, PERMISSION_PATTERN, within } from '../permissions.ts'

export const permissionList = () => t.list(t.text({ max: 80, pattern: PERMISSION_PATTERN }), { max: 200 })
export const scopeFields = {
  sites: t.nullable(t.list(t.id('site'), { max: 500 })),
  parties: t.nullable(t.list(t.id('party'), { max: 500 })),
}

export interface Reach {
  readonly permissions: readonly string[]
  readonly sites: readonly string[] | null
  readonly parties: readonly string[] | null
}
/** Nobody gives what they do not hold, and nobody changes a person who may do more: else a reset code for the owner's account would be a way to become the owner. */
export const refuseBeyond = (actor: Actor, reach: Reach): void => {
  const more = beyond(actor.permissions, reach.permissions)
  if (more.length > 0)
    throw new Refusal(
      'beyond_yours',
      `You do not hold these permissions yourself: ${more.slice(0, 5).join(', ')}.`,
      403,
    )
  if (!within(actor.sites, reach.sites) || !within(actor.parties, reach.parties))
    throw new Refusal('beyond_yours', 'This reaches sites or parties that you do not reach yourself.', 403)
}

/** What a person reaches today, read in the transaction that will change it. */
export const reachOf = async ({ sql, company }: Ctx, person: string): Promise<Reach> => {
  const [row] = await sql<Reach[]>`
    select u.sites, u.parties,
           array(select distinct p
                   from user_role ur
                   join role r on r.company_id = ur.company_id and r.id = ur.role_id
                  cross join unnest(r.permissions) p
                  where ur.company_id = u.company_id and ur.user_id = u.id) as permissions
      from app_user u
     where u.company_id = ${company} and u.id = ${person}`
  if (!row) throw new Error('admitted, yet not there')
  return row
}

export const permissionsOf = async ({ sql, company }: Ctx, roleIds: readonly string[]): Promise<string[]> => {
  const [row] = await sql<{ permissions: string[] }[]>`
    select coalesce(array_agg(distinct p), '{}') as permissions
      from role r
     cross join unnest(r.permissions) p
     where r.company_id = ${company} and r.id = any (${[...roleIds]}::uuid[])`
  return row?.permissions ?? []
}

/** Changes of people and roles of one company go one after the other, so that two cannot each remove "the other" owner. */
export const takePeopleTurn = (sql: Sql, company: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`people ${company}`}, 0))`

/** Somebody must be able to let others in. Throws Refusal `last_owner`. */
export const refuseWithoutOwner = async ({ sql, company }: Ctx): Promise<void> => {
  const [row] = await sql<{ owned: boolean }[]>`
    select exists (
      select 1
        from app_user u
        join user_role ur on ur.company_id = u.company_id and ur.user_id = u.id
        join role r on r.company_id = ur.company_id and r.id = ur.role_id
       where u.company_id = ${company} and u.active and u.sites is null and u.parties is null
       group by u.id
      having bool_or('*' = any (r.permissions)) and bool_and(r.limited_by = 'company')) as owned`
  if (!row?.owned)
    throw new Refusal('last_owner', 'Nobody could administer this company any more. Make someone else an owner first.')
}
