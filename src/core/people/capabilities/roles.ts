import { command, query } from '../../capability.ts'
import { notFound, Refusal } from '../../refusal.ts'
import { t } from '../../t.ts'
import { demandProof } from '../account.ts'
import { permissionList, refuseBeyond, refuseWithoutOwner, takePeopleTurn } from './rules.ts'

const fields = {
  code: t.text({ min: 1, max: 40, pattern: '^[a-z][a-z0-9_]*$' }),
  name: t.code({ max: 100 }),
  permissions: permissionList(),
  needsSecondFactor: t.bool(),
  limitedBy: t.oneOf(['company', 'site', 'party']),
}
const RoleRow = t.object({ id: t.id('role'), ...fields, people: t.int({ min: 0 }) })

export const listRoles = query({
  title: 'Roles and what they permit',
  route: 'GET /people/roles',
  permission: 'people.read',
  input: t.empty(),
  output: t.object({ rows: t.list(RoleRow, { max: 500 }) }),
  async run(_, { sql, company }) {
    const rows = await sql<
      {
        id: string
        code: string
        name: string
        permissions: string[]
        needsSecondFactor: boolean
        limitedBy: 'company' | 'site' | 'party'
        people: number
      }[]
    >`
      select r.id, r.code, r.name, r.permissions, r.needs_second_factor, r.limited_by,
             (select count(*)::int from user_role ur where ur.company_id = r.company_id and ur.role_id = r.id) as people
        from role r
       where r.company_id = ${company}
       order by r.code
       limit 500`
    return { rows: [...rows] }
  },
})

/** Takes effect for all who hold the role at their next request. */
export const saveRole = command({
  title: 'Make or change a role',
  route: 'PUT /people/roles',
  permission: 'people.manage',
  admits: { id: 'role' },
  input: t.object({ id: t.nullable(t.id('role')), ...fields }),
  output: t.object({ id: t.id('role') }),
  async run({ id, code, name, permissions, needsSecondFactor, limitedBy }, ctx, { actor, no }) {
    const { sql, company } = ctx
    demandProof(actor, ctx.now)
    // A role has no scope of its own, its people do: who is limited themselves may not widen what others hold.
    const reach = { sites: null, parties: null }
    await takePeopleTurn(sql, company)
    refuseBeyond(actor, { permissions, ...reach })
    const [double] =
      await sql`select 1 from role where company_id = ${company} and code = ${code} and id is distinct from ${id}`
    if (double) throw new Refusal('code_taken', `There is a role ${code} already.`)
    if (id === null) {
      const made = ctx.id()
      await sql`
        insert into role (company_id, id, code, name, permissions, needs_second_factor, limited_by)
        values (${company}, ${made}, ${code}, ${name}, ${permissions}, ${needsSecondFactor}, ${limitedBy})`
      ctx.emit({ no }, 'role.changed', { id: made })
      return { id: made }
    }
    const [old] = await sql<
      { permissions: string[] }[]
    >`select permissions from role where company_id = ${company} and id = ${id} for update`
    if (!old) throw notFound('role')
    refuseBeyond(actor, { permissions: old.permissions, ...reach })
    await sql`
      update role
         set code = ${code}, name = ${name}, permissions = ${permissions}, needs_second_factor = ${needsSecondFactor}, limited_by = ${limitedBy}
       where company_id = ${company} and id = ${id}`
    await refuseWithoutOwner(ctx)
    ctx.emit({ no }, 'role.changed', { id })
    return { id }
  },
})
