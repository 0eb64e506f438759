import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { findCycle } from '../../../math/kit/explode.ts'

/** The table knows assemblies, substitutes and successors too; nothing acts on them yet, so they cannot be saved. */
export const linkKinds = ['kit'] as const
const EVER = { from: '2000-01-01', to: '9999-12-31' }

export const LinkInput = t.object({
  otherId: t.id('item'),
  num: t.optional(t.int({ min: 1, max: 1_000_000_000, title: 'Base units of the other, numerator' })),
  den: t.optional(t.int({ min: 1, max: 1_000_000_000, title: 'per base units of the item' })),
})
/** All links of one kind that an item has: what is not named is gone. */
export const LinkSet = t.object({
  itemId: t.id('item'),
  kind: t.oneOf(linkKinds),
  links: t.list(LinkInput, { max: 200 }),
})
export type LinkSet = Static<typeof LinkSet>

/**
 * Links of items replaced, set by set. Two saves of a company wait for each other: each of them could close the other's
 * way into a circle. A kit that comes back to itself is refused with the way named.
 */
export const storeLinks = async (ctx: Ctx, sets: readonly LinkSet[]): Promise<void> => {
  const { sql, company } = ctx
  const rows = sets.flatMap(({ itemId, kind, links }) =>
    links.map((link, at) => ({
      companyId: company,
      id: ctx.id(),
      kind,
      itemId,
      otherId: link.otherId,
      num: link.num ?? 1,
      den: link.den ?? 1,
      rank: at,
      validFrom: EVER.from,
      validTo: EVER.to,
      price: 'kept',
    })),
  )
  await sql`select 1 as locked from company where company_id = ${company} for no key update`
  await refuseOddLinks(ctx, sets)
  await sql`
    delete from item_link
     where company_id = ${company}
       and (item_id, kind) in (select * from unnest(${sets.map((s) => s.itemId)}::uuid[], ${sets.map((s) => s.kind)}::text[]))`
  if (rows.length > 0)
    await sql`
      insert into item_link
      select * from json_populate_recordset(null::item_link, ${rowsJson(rows)}::text::json)`
  await refuseCircles(ctx, sets)
}

/** All that is wrong at once, path by path. */
const refuseOddLinks = async ({ sql, company }: Ctx, sets: readonly LinkSet[]): Promise<void> => {
  const ids = [...new Set(sets.flatMap((set) => [set.itemId, ...set.links.map((link) => link.otherId)]))]
  const items = new Map(
    (
      await sql<{ id: string; sku: string; kind: string }[]>`
        select id, sku, kind
          from item
         where company_id = ${company} and id = any (${ids})`
    ).map((item) => [item.id, item]),
  )
  const problems: { path: string; message: string }[] = []
  const seen = new Set<string>()
  for (const [no, set] of sets.entries()) {
    const item = items.get(set.itemId)!
    const wrong = (at: string, message: string) => problems.push({ path: `sets.${no}${at}`, message })
    if (seen.has(`${set.itemId} ${set.kind}`)) wrong('', `${item.sku} is named twice`)
    seen.add(`${set.itemId} ${set.kind}`)
    if (item.kind !== 'goods') wrong('.itemId', `${item.sku} is no goods`)
    const others = new Set<string>()
    for (const [at, link] of set.links.entries()) {
      const other = items.get(link.otherId)!
      const path = `.links.${at}`
      if (link.otherId === set.itemId) wrong(path, `${item.sku} cannot stand for itself`)
      if (other.kind !== 'goods') wrong(path, `${other.sku} is no goods`)
      if (others.has(link.otherId)) wrong(path, `${other.sku} is named twice`)
      others.add(link.otherId)
    }
  }
  if (problems.length === 0) return
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : ''
  throw new Refusal(
    'links_refused',
    `${problems
      .slice(0, 3)
      .map((problem) => problem.message)
      .join('; ')}${more}.`,
    422,
    problems.slice(0, 200),
  )
}

const refuseCircles = async ({ sql, company }: Ctx, sets: readonly LinkSet[]): Promise<void> => {
  const edges = await sql<{ itemId: string; otherId: string; sku: string }[]>`
    with recursive edge as (
      select link.item_id, link.other_id
        from item_link link
       where link.company_id = ${company} and link.kind in ('kit', 'assembly') and link.item_id = any (${sets.map((set) => set.itemId)}::uuid[])
       union
      select link.item_id, link.other_id
        from edge
        join item_link link on link.company_id = ${company} and link.kind in ('kit', 'assembly') and link.item_id = edge.other_id
    )
    select edge.item_id, edge.other_id, item.sku
      from edge
      join item on item.company_id = ${company} and item.id = edge.item_id
     order by item.sku`
  const circle = findCycle(edges)
  if (circle === null) return
  const skuOf = new Map(edges.map((edge) => [edge.itemId, edge.sku]))
  const way = circle.map((id) => skuOf.get(id)).join(' → ')
  throw new Refusal('circle', `A kit cannot hold itself: ${way}. Take one of these steps out.`, 422)
}
