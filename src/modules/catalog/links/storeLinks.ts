import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { type Static, t } from '../../../core/t.ts'
import { refuseCircles, refuseOddLinks } from './oddLinks.ts'

/**
 * kit: the other is a component; the item is sold as one line and has no stock. assembly: the other goes into an item that
 * has stock of its own. substitute: the other may be sent where the item falls short. successor: the other replaces it.
 */
export const linkKinds = ['kit', 'assembly', 'substitute', 'successor'] as const
const EVER = { from: '2000-01-01', to: '9999-12-31' }

export const LinkInput = t.object({
  otherId: t.id('item'),
  num: t.optional(t.int({ min: 1, max: 1_000_000_000, title: 'Base units of the other, numerator' })),
  den: t.optional(t.int({ min: 1, max: 1_000_000_000, title: 'per base units of the item' })),
  /** Of a substitute: the item stands for the other as well. */
  mutual: t.optional(t.bool()),
  /** Of a successor: the day from which it replaces the item. */
  validFrom: t.optional(t.date()),
})
/** All links of one kind that an item has: what is not named is gone. The first substitute is the best. */
export const LinkSet = t.object({
  itemId: t.id('item'),
  kind: t.oneOf(linkKinds),
  links: t.list(LinkInput, { max: 200 }),
})
export type LinkSet = Static<typeof LinkSet>

/**
 * Links of items replaced, set by set. Two saves of a company wait for each other: each of them could close the other's
 * way into a circle. A kit that comes back to itself is refused with the way named, and so is a chain of successors.
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
      validFrom: link.validFrom ?? EVER.from,
      validTo: EVER.to,
      mutual: link.mutual ?? false,
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
