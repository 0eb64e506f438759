import type { Ctx } from '../../../core/ctx.ts'
import { type Component, type Edge, explode, wholeKits } from '../../../math/kit/explode.ts'

export interface KitComponent extends Component {
  readonly sku: string
  readonly name: string
  readonly baseUom: string
  readonly costMicro: number
}
/** What a kit is made of, nested virtual kits resolved. */
export interface Kit {
  readonly itemId: string
  readonly components: readonly KitComponent[]
  /** Kits come in multiples of this: no component of them is a fraction. */
  readonly multiple: number
}

/** Those of the items that are sold as kits, with their components as they stand today. */
export const readKits = (ctx: Ctx, itemIds: readonly string[]): Promise<Map<string, Kit>> =>
  readLists(ctx, itemIds, 'kit')

/** What stocked kits are assembled from: virtual kits among it are resolved, what is itself assembled is on the shelf. */
export const readAssemblies = (ctx: Ctx, itemIds: readonly string[]): Promise<Map<string, Kit>> =>
  readLists(ctx, itemIds, 'assembly')

const readLists = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
  first: 'kit' | 'assembly',
): Promise<Map<string, Kit>> => {
  const edges = await sql<(Edge & Omit<KitComponent, keyof Component>)[]>`
    with recursive edge as (
      select link.item_id, link.other_id, link.num, link.den, link.rank
        from item_link link
       where link.company_id = ${company} and link.kind = ${first} and link.item_id = any (${itemIds as string[]}::uuid[])
       union
      select link.item_id, link.other_id, link.num, link.den, link.rank
        from edge
        join item_link link on link.company_id = ${company} and link.kind = 'kit' and link.item_id = edge.other_id
    )
    select edge.item_id, edge.other_id, edge.num, edge.den, item.sku, item.name, item.base_uom, item.cost_micro
      from edge
      join item on item.company_id = ${company} and item.id = edge.other_id
     order by edge.item_id, edge.rank, edge.other_id`
  const items = new Map(edges.map((edge) => [edge.otherId, edge]))
  const kits = new Set(edges.map((edge) => edge.itemId))
  return new Map(
    itemIds
      .filter((itemId) => kits.has(itemId))
      .map((itemId) => {
        const components = explode(edges, itemId).map((component): KitComponent => {
          const { sku, name, baseUom, costMicro } = items.get(component.itemId)!
          return { ...component, sku, name, baseUom, costMicro }
        })
        return [itemId, { itemId, components, multiple: wholeKits(components) }]
      }),
  )
}
