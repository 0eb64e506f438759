import { query } from '../../../core/capability.ts'
import { type Static, t } from '../../../core/t.ts'
import { readAssemblies } from '../../catalog/index.ts'

const Lot = t.object({ itemId: t.id('item'), lot: t.text(), expiresOn: t.nullable(t.date()), qty: t.qty() })
const Part = t.object({
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  tracking: t.oneOf(['none', 'lot', 'serial']),
  shelfLifeDays: t.nullable(t.int()),
  /** num / den base units in one base unit of the kit. */
  num: t.int(),
  den: t.int(),
  /** Lots of it that went into the kit's lot, the most first: what very likely comes out of it. */
  lots: t.list(Lot, { max: 200 }),
})

/**
 * What is in a kit that is made to stock, with what its components have to be named by when they come out of it. Virtual kits
 * among them are resolved, as `disassemble` does; empty where the item is not assembled.
 */
export const kitParts = query({
  title: 'What a stocked kit comes apart into',
  route: 'GET /warehouse/kits/:itemId/parts',
  permission: 'warehouse.read',
  admits: { itemId: 'item', lotId: 'lot' },
  input: t.object({ itemId: t.id('item'), lotId: t.optional(t.id('lot')) }),
  output: t.object({ multiple: t.int(), parts: t.list(Part, { max: 500 }) }),
  async run({ itemId, lotId }, ctx) {
    const { sql, company } = ctx
    const kit = (await readAssemblies(ctx, [itemId])).get(itemId)
    if (!kit) return { multiple: 1, parts: [] }
    const ids = kit.components.map((one) => one.itemId)
    const [items, lots] = await Promise.all([
      sql<{ id: string; tracking: 'none' | 'lot' | 'serial'; shelfLifeDays: number | null }[]>`
        select id, tracking, shelf_life_days from item where company_id = ${company} and id = any (${ids}::uuid[])`,
      lotId === undefined
        ? []
        : sql<Static<typeof Lot>[]>`
            select used.item_id, lot.code as lot, lot.expires_on, sum(used.qty)::int8 as qty
              from assembly_report report
              join assembly_use used on used.company_id = ${company} and used.report_id = report.id
              join lot on lot.company_id = ${company} and lot.id = used.lot_id
             where report.company_id = ${company} and report.item_id = ${itemId} and report.lot_id = ${lotId} and report.kind = 'assembly'
             group by used.item_id, lot.code, lot.expires_on
             order by qty desc, lot.code
             limit 1000`,
    ])
    const facts = new Map(items.map((item) => [item.id, item]))
    return {
      multiple: kit.multiple,
      parts: kit.components.map(({ itemId: id, sku, name, baseUom, num, den }) => ({
        ...{ itemId: id, sku, description: name, uom: baseUom, num, den },
        tracking: facts.get(id)!.tracking,
        shelfLifeDays: facts.get(id)!.shelfLifeDays,
        lots: lots.filter((lot) => lot.itemId === id).slice(0, 200),
      })),
    }
  },
})
