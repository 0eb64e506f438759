import type { Ctx } from '../../../core/ctx.ts'
import { lastSuccessor, type Ratio, type Step } from '../../../math/kit/standIn.ts'

/** An item that may be sent instead of another: num / den base units of it for one of the other's. */
export interface StandIn extends Ratio {
  readonly itemId: string
  readonly sku: string
  readonly name: string
  readonly baseUom: string
  readonly kind: 'successor' | 'substitute'
  /** Of a successor: the day from which all of its chain is in effect. */
  readonly from: string | null
  readonly uoms: readonly { readonly uom: string; readonly num: number; readonly den: number }[]
}
interface Edge extends Ratio {
  readonly itemId: string
  readonly otherId: string
  readonly from: string
  readonly mutual: boolean
  readonly kind: string
}

/**
 * What may stand for items on a day: the end of the chain of successors first, then the substitutes by rank, those that
 * name the item as theirs and work both ways last. Items that are no longer sold stand for nothing.
 * @param only `successor`: asked for each order entered; it must cost next to nothing where nothing is superseded.
 */
export const readStandIns = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
  day: string,
  only?: 'successor',
): Promise<Map<string, StandIn[]>> => {
  const ids = [...new Set(itemIds)]
  const [steps, beside] = await Promise.all([
    sql<Edge[]>`
      with recursive edge as (
        select link.kind, link.item_id, link.other_id, link.num, link.den, link.valid_from
          from item_link link
         where link.company_id = ${company} and link.kind = 'successor' and link.item_id = any (${ids}::uuid[])
         union
        select link.kind, link.item_id, link.other_id, link.num, link.den, link.valid_from
          from edge
          join item_link link on link.company_id = ${company} and link.kind = 'successor' and link.item_id = edge.other_id
      )
      select kind, item_id, other_id, num, den, valid_from as from, false as mutual
        from edge`,
    only
      ? []
      : sql<Edge[]>`
          select kind, item_id, other_id, num, den, valid_from as from, false as mutual, rank
            from item_link
           where company_id = ${company} and kind = 'substitute' and item_id = any (${ids}::uuid[])
           union all
          select kind, other_id, item_id, den, num, valid_from, true, rank
            from item_link
           where company_id = ${company} and kind = 'substitute' and mutual and other_id = any (${ids}::uuid[])
           order by mutual, rank, other_id`,
  ])
  const chain = new Map(steps.map((step): [string, Step] => [step.itemId, step]))
  const found = ids.flatMap((itemId) => {
    const last = lastSuccessor(chain, itemId, day)
    const others = beside
      .filter((edge) => edge.itemId === itemId && edge.otherId !== last?.itemId)
      .map(({ otherId, num, den }) => ({
        of: itemId,
        itemId: otherId,
        num,
        den,
        from: null,
        kind: 'substitute' as const,
      }))
    const all = last ? [{ of: itemId, ...last, kind: 'successor' as const }, ...others] : others
    return all.filter((one, at) => all.findIndex((first) => first.itemId === one.itemId) === at)
  })
  if (found.length === 0) return new Map()
  const items = await sql<({ id: string } & Pick<StandIn, 'sku' | 'name' | 'baseUom' | 'uoms'>)[]>`
    select item.id, item.sku, item.name, item.base_uom,
           (select json_agg(json_build_object('uom', unit.uom, 'num', unit.num, 'den', unit.den) order by unit.uom)
              from item_uom unit
             where unit.company_id = ${company} and unit.item_id = item.id and unit.sells) as uoms
      from item
     where item.company_id = ${company} and item.id = any (${found.map((one) => one.itemId)}::uuid[]) and item.active`
  const byId = new Map(items.map((item) => [item.id, item]))
  const out = new Map<string, StandIn[]>()
  for (const { of, ...one } of found) {
    const item = byId.get(one.itemId)
    if (!item) continue
    const { sku, name, baseUom, uoms } = item
    const list = out.get(of)
    const standIn = { ...one, sku, name, baseUom, uoms: uoms ?? [] }
    if (list) list.push(standIn)
    else out.set(of, [standIn])
  }
  return out
}
