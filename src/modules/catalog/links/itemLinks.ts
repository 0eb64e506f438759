import { query } from '../../../core/capability.ts'
import { type Static, t } from '../../../core/t.ts'
import { linkKinds } from './storeLinks.ts'

const Link = t.object({
  id: t.id('item_link'),
  kind: t.oneOf(linkKinds),
  /** `to`: the other is a component of this item, or stands for it. `from`: this item is that of the other. */
  direction: t.oneOf(['to', 'from']),
  otherId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  num: t.int(),
  den: t.int(),
  rank: t.int(),
  /** Of a substitute: works both ways. */
  mutual: t.bool(),
  /** Of a successor: the day from which it replaces the item. */
  validFrom: t.nullable(t.date()),
})

export const itemLinks = query({
  title: 'What an item is made of, what stands for it, and what it is part of or stands for',
  route: 'GET /catalog/items/:itemId/links',
  permission: 'catalog.read',
  admits: { itemId: 'item' },
  input: t.object({ itemId: t.id('item') }),
  output: t.object({ links: t.list(Link, { max: 5_000 }) }),
  async run({ itemId }, { sql, company }) {
    const links = await sql<Static<typeof Link>[]>`
      select link.id, link.kind, side.direction, side.other_id, item.sku, item.name as description, item.base_uom as uom, link.num, link.den, link.rank, link.mutual,
             case when link.kind = 'successor' then link.valid_from end as valid_from
        from item_link link
       cross join lateral (
             select case when link.item_id = ${itemId} then 'to' else 'from' end as direction,
                    case when link.item_id = ${itemId} then link.other_id else link.item_id end as other_id) side
        join item on item.company_id = ${company} and item.id = side.other_id
       where link.company_id = ${company} and (link.item_id = ${itemId} or link.other_id = ${itemId})
       order by side.direction desc, link.kind, link.rank, item.sku
       limit 5000`
    return { links }
  },
})
