import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { BinStock, Plate } from '../../stock/index.ts'

/** All goods that stand on these plates, their bins locked in key order, pieces by their numbers. */
export const contentsOf = async ({ sql, company }: Ctx, plates: readonly Plate[]): Promise<BinStock[]> => {
  const ids = plates.map((plate) => plate.id)
  const rows = await sql<(BinStock & { tasked: number })[]>`
    select location_id, item_id, lot_id, lpn_id, owner_id, status, on_hand as qty, tasked
      from stock_balance
     where company_id = ${company} and lpn_id = any (${ids}::uuid[]) and on_hand > 0
     order by location_id, item_id, lot_id, lpn_id, owner_id, status
       for update`
  const serials = await sql<(Omit<BinStock, 'qty'> & { id: string; code: string })[]>`
    select id, code, location_id, item_id, lot_id, lpn_id, owner_id, status
      from serial
     where company_id = ${company} and location_id = any (${[...new Set(rows.map((row) => row.locationId))]}::uuid[]) and lpn_id = any (${ids}::uuid[]) and in_stock
     order by id`
  const keyOf = (row: Omit<BinStock, 'qty' | 'serials'>): string =>
    `${row.locationId} ${row.itemId} ${row.lotId} ${row.lpnId} ${row.ownerId} ${row.status}`
  const pieces = Map.groupBy(serials, keyOf)
  return rows.map(({ tasked: _, ...row }) => {
    const own = pieces.get(keyOf(row))
    return own ? { ...row, serials: own.map(({ id, code }) => ({ id, code })) } : row
  })
}

/** Refuses to touch plates of which tasks claim a part, or that are being counted, and says which part, for which orders. */
export const refuseTasked = async ({ sql, company }: Ctx, plates: readonly Plate[]): Promise<void> => {
  const rows = await sql<{ sscc: string; sku: string; name: string; qty: number }[]>`
    select plate.sscc, item.sku, coalesce(sales_order.number, task.number) as name, sum(case task.kind when 'pick' then task.qty - task.done_qty - task.short_qty else task.short_qty end)::int8 as qty
      from task
      join lpn plate on plate.company_id = ${company} and plate.id = task.lpn_id
      join item on item.company_id = ${company} and item.id = task.item_id
      left join sales_order on sales_order.company_id = ${company} and sales_order.id = task.order_id
     where task.company_id = ${company} and task.site_id = any (${[...new Set(plates.map((plate) => plate.siteId))]}::uuid[]) and task.kind in ('pick', 'count') and task.ended_at is null
       and task.lpn_id = any (${plates.map((plate) => plate.id)}::uuid[])
     group by 1, 2, 3
     order by 1, 2, 3
     limit 10`
  if (rows.length === 0) return
  const named = rows.map(({ sscc, sku, name, qty }) => `${qty} ${sku} of plate ${sscc} for ${name}`).join(', ')
  throw new Refusal('claimed', `Tasks claim a part of it: ${named}. Do or end these tasks first.`)
}
