import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { type Static, t } from '../../core/t.ts'
import { type Kit, readKits } from '../catalog/index.ts'
import { freeStock } from './free.ts'
import { type Atp, kitAtp } from './kits/kitAtp.ts'
import { offerKey } from './plan.ts'

const KitRow = t.object({
  /** Of the component that holds the number of kits down now. */
  limitedBy: t.text(),
  components: t.list(
    t.object({
      itemId: t.id('item'),
      sku: t.text(),
      description: t.text({ max: 400 }),
      uom: t.text(),
      /** num / den base units in one kit. */
      num: t.int(),
      den: t.int(),
      availableNow: t.int(),
      /** Kits that it is enough for. */
      kits: t.int(),
    }),
    { max: 500 },
  ),
})
const Row = t.object({
  itemId: t.id('item'),
  siteId: t.id('site'),
  /** Free of allocations, holds and promises: can be promised now. */
  availableNow: t.int(),
  /** Cumulative ATP at each date on which something is due in. */
  later: t.list(t.object({ on: t.date(), available: t.int() }), { max: 500 }),
  /** Of a kit: the minimum over its components, and which it is. */
  kit: t.nullable(KitRow),
})
export interface Available extends Atp {
  readonly kit: Static<typeof KitRow> | null
}

/** ATP: available now, and by date (4). Numbers and dates only, so every caller may count the whole company. */
export const availability = query({
  title: 'Available to promise, now and by date',
  route: 'POST /promise/availability',
  permission: 'promise.read',
  sees: 'company',
  admits: { itemIds: 'item', siteId: 'site' },
  input: t.object({ itemIds: t.list(t.id('item'), { min: 1, max: 1_000 }), siteId: t.id('site') }),
  output: t.object({ rows: t.list(Row) }),
  async run({ itemIds, siteId }, ctx) {
    const available = await availableAt(ctx, siteId, itemIds)
    return {
      rows: itemIds.map((itemId) => {
        const { now, later, kit } = available.get(itemId)!
        return { itemId, siteId, availableNow: now, later: later.slice(0, 500), kit }
      }),
    }
  },
})

/** What may be promised of items at a site; of kits as many as their components make. */
export const availableAt = async (
  ctx: Ctx,
  siteId: string,
  itemIds: readonly string[],
): Promise<Map<string, Available>> => {
  const { sql, company } = ctx
  const kits = await readKits(ctx, itemIds)
  const shelf = [
    ...new Set(itemIds.flatMap((id) => kits.get(id)?.components.map((component) => component.itemId) ?? [id])),
  ]
  const [now, due] = await Promise.all([
    freeStock(
      ctx,
      shelf.map((itemId) => ({ siteId, itemId })),
    ),
    sql<{ itemId: string; on: string; left: number }[]>`
      select item_id, due_on as on, sum(expected - received - promised)::int8 as left
        from supply
       where company_id = ${company} and site_id = ${siteId} and item_id = any (${shelf}) and expected - received > promised
       group by item_id, due_on
       order by item_id, due_on`,
  ])
  const dated = Map.groupBy(due, (row) => row.itemId)
  const plain = (itemId: string): Atp => {
    const { free, promised } = now.get(offerKey(siteId, itemId))!
    let available = free - promised
    return {
      now: available,
      later: (dated.get(itemId) ?? []).map(({ on, left }) => {
        available += left
        return { on, available }
      }),
    }
  }
  return new Map(
    itemIds.map((itemId): [string, Available] => {
      const kit = kits.get(itemId)
      return [itemId, kit ? ofKit(kit, plain) : { ...plain(itemId), kit: null }]
    }),
  )
}

const ofKit = (kit: Kit, plain: (itemId: string) => Atp): Available => {
  const { now, later, limitedBy, kitsOf } = kitAtp(kit, plain)
  const components = kit.components.map(({ itemId, sku, name, baseUom, num, den }, at) => ({
    itemId,
    sku,
    description: name,
    uom: baseUom,
    num,
    den,
    availableNow: plain(itemId).now,
    kits: kitsOf[at]!,
  }))
  return { now, later, kit: { limitedBy: components.find((one) => one.itemId === limitedBy)!.sku, components } }
}
