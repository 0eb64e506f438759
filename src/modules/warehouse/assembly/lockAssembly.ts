import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'

export interface LockedAssembly {
  readonly id: string
  readonly number: string
  readonly entityId: string
  readonly siteId: string
  readonly itemId: string
  readonly qty: number
  readonly done: number
  readonly cancelled: number
  readonly multiple: number
  readonly dueOn: string
  readonly supplyId: string
  readonly today: string
}
export interface AssemblyPart {
  /** Of its demand line too. */
  readonly id: string
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly tracking: string
  readonly num: number
  readonly den: number
}

/** The document is the first lock of all that is done to an assembly: two reports of its last kit wait for each other here. */
export const lockAssembly = async ({ sql, company, now }: Ctx, id: string): Promise<LockedAssembly> => {
  const [order] = await sql<LockedAssembly[]>`
    select o.id, o.number, o.entity_id, o.site_id, o.item_id, o.qty, o.done, o.cancelled, o.multiple, o.due_on, o.supply_id,
           (${now}::timestamptz at time zone site.zone)::date as today
      from assembly_order o
      join site on site.company_id = o.company_id and site.id = o.site_id
     where o.company_id = ${company} and o.id = ${id}
       for update of o`
  if (!order) throw notFound('assembly')
  return order
}

export const partsOfAssembly = ({ sql, company }: Ctx, id: string) => sql<AssemblyPart[]>`
  select part.id, part.item_id, item.sku, item.base_uom as uom, item.tracking, part.num, part.den
    from assembly_part part
    join item on item.company_id = part.company_id and item.id = part.item_id
   where part.company_id = ${company} and part.assembly_id = ${id}
   order by part.seq`

/** Base units of a component for so many kits: whole, since kits come in whole multiples. */
export const unitsFor = ({ num, den }: Pick<AssemblyPart, 'num' | 'den'>, kits: number): number =>
  Number((BigInt(kits) * BigInt(num)) / BigInt(den))
