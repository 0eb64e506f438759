import { command, query } from '../capability.ts'
import { notFound, Refusal } from '../refusal.ts'
import { t } from '../t.ts'

/** More of them are no longer found by their names; a screen shows them all at once. */
const MOST_VIEWS = 100
const screen = () => t.text({ min: 1, max: 40, pattern: '^[a-z]+$' })

const View = t.object({
  id: t.id('saved_view'),
  name: t.text(),
  /** Filter, sort and columns as they stand in the address of the screen. */
  query: t.text({ max: 1000 }),
  shared: t.bool(),
  mine: t.bool(),
  owner: t.text(),
})
interface Row {
  id: string
  name: string
  query: string
  shared: boolean
  mine: boolean
  owner: string
}

export const savedViews = query({
  title: 'Saved views of a list: mine and those shared with all',
  route: 'GET /records/views',
  permission: 'signed-in',
  input: t.object({ screen: screen() }),
  output: t.object({ rows: t.list(View, { max: 500 }) }),
  async run({ screen }, { sql, company }, actor) {
    const rows = await sql<Row[]>`
      select v.id, v.name, v.query, v.shared, v.owner_id = ${actor.id} as mine, coalesce(u.name, '') as owner
        from saved_view v
        left join app_user u on u.company_id = v.company_id and u.id = v.owner_id
       where v.company_id = ${company} and v.screen = ${screen} and (v.owner_id = ${actor.id} or v.shared and ${actor.parties === null})
       order by v.owner_id = ${actor.id} desc, lower(v.name), v.id
       limit 500`
    return { rows: [...rows] }
  },
})

/** Saved again under its name, a view is replaced. What a view shows is decided anew for each who opens it. */
export const saveView = command({
  title: 'Keep a view of a list',
  route: 'PUT /records/views',
  permission: 'signed-in',
  input: t.object({ screen: screen(), name: t.code({ max: 60 }), query: t.text({ max: 1000 }), shared: t.bool() }),
  output: t.object({ id: t.id('saved_view') }),
  async run({ screen, name, query, shared }, { sql, company, id }, { actor }) {
    // A name or a filter may tell of other customers: what a customer's or a rep's person keeps is their own.
    if (shared && actor.parties !== null)
      throw new Refusal(
        'not_to_share',
        'Views are shared among those who see every customer; keep this one for yourself.',
        403,
      )
    const [there] = await sql<{ others: number }[]>`
      select count(*)::int as others
        from saved_view
       where company_id = ${company} and screen = ${screen} and owner_id = ${actor.id} and name <> ${name}`
    if (there!.others >= MOST_VIEWS)
      throw new Refusal('too_many_views', `You keep ${MOST_VIEWS} views of this list; remove one first.`)
    const [row] = await sql<{ id: string }[]>`
      insert into saved_view (company_id, id, screen, name, query, owner_id, shared)
      values (${company}, ${id()}, ${screen}, ${name}, ${query}, ${actor.id}, ${shared})
      on conflict (company_id, screen, owner_id, name) do update set query = excluded.query, shared = excluded.shared
      returning id`
    return { id: row!.id }
  },
})

export const removeView = command({
  title: 'Remove a saved view',
  route: 'DELETE /records/views/:id',
  permission: 'signed-in',
  admits: { id: 'saved_view' },
  input: t.object({ id: t.id('saved_view') }),
  output: t.empty(),
  async run({ id }, { sql, company }, { actor }) {
    const [gone] = await sql`
      delete from saved_view
       where company_id = ${company} and id = ${id} and owner_id = ${actor.id}
      returning 1`
    // A shared view is its owner's: to the others it is there to be used, not to be taken away.
    if (!gone) throw notFound('view of yours')
    return {}
  },
})
