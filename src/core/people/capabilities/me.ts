import { query } from '../../capability.ts'
import { t } from '../../t.ts'

export const me = query({
  title: 'Who am I, and what may I do?',
  route: 'GET /auth/me',
  permission: 'signed-in',
  input: t.empty(),
  output: t.object({
    user: t.object({ id: t.id('app_user'), name: t.text(), email: t.text({ max: 254 }) }),
    company: t.object({ id: t.id('company'), name: t.text(), currency: t.currency(), demo: t.bool() }),
    permissions: t.list(t.text(), { max: 2000 }),
    sites: t.list(t.object({ id: t.id('site'), code: t.text(), name: t.text(), timeZone: t.text() }), { max: 1000 }),
    /** A role of this person needs a second factor and this session has none: all that works is setting one up. */
    mustEnrolSecondFactor: t.bool(),
  }),
  async run(_, { sql, company }, actor) {
    const [[home], [person], sites] = await Promise.all([
      sql<{ name: string; currency: string; demo: boolean }[]>`
        select name, currency, coalesce(settings->'demo', 'false') <> 'false' as demo
          from company
         where company_id = ${company}`,
      sql<{ email: string }[]>`select email from app_user where company_id = ${company} and id = ${actor.id}`,
      // The wall lets through the sites of this person only.
      sql<{ id: string; code: string; name: string; timeZone: string }[]>`
        select id, code, name, zone as time_zone
          from site
         where company_id = ${company}
         order by code
         limit 1000`,
    ])
    if (!home) throw new Error('an actor without a company')
    return {
      user: { id: actor.id, name: actor.name, email: person?.email ?? '' },
      company: { id: company, ...home },
      permissions: [...actor.permissions].sort(),
      sites: [...sites],
      mustEnrolSecondFactor: actor.session?.mustEnrol ?? false,
    }
  },
})
