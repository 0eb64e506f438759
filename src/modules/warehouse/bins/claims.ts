import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { BinStock } from '../../stock/index.ts'

const binKey = (bin: Omit<BinStock, 'qty'>): string =>
  `${bin.locationId} ${bin.itemId} ${bin.lotId} ${bin.lpnId} ${bin.ownerId} ${bin.status}`
const byKey = (a: BinStock, b: BinStock): number => (binKey(a) < binKey(b) ? -1 : 1)

/** Rows of bins, locked in key order, with what no task claims of them. What is not there is not among them. */
const lockFree = async ({ sql, company }: Ctx, stocks: readonly BinStock[]): Promise<Map<string, number>> => {
  const rows = await inSlices(
    [...stocks].sort(byKey),
    (slice) => sql<(BinStock & { free: number })[]>`
    select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status, bin.on_hand - bin.tasked as free
      from unnest(${slice.map((b) => b.locationId)}::uuid[], ${slice.map((b) => b.itemId)}::uuid[], ${slice.map((b) => b.lotId)}::uuid[], ${slice.map((b) => b.lpnId)}::uuid[],
                  ${slice.map((b) => b.ownerId)}::uuid[], ${slice.map((b) => b.status)}::text[]) as wanted (location_id, item_id, lot_id, lpn_id, owner_id, status)
      join stock_balance bin using (location_id, item_id, lot_id, lpn_id, owner_id, status)
     where bin.company_id = ${company} and bin.location_id = any (${slice.map((b) => b.locationId)}::uuid[]) and bin.item_id = any (${slice.map((b) => b.itemId)}::uuid[])
       and bin.on_hand > 0
     order by bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
       for update of bin`,
  )
  return new Map(rows.map((row) => [binKey(row), row.free]))
}

/** Names of the orders whose tasks claim goods at these rows of bins, with how much. */
const claimants = async ({ sql, company }: Ctx, stocks: readonly BinStock[]): Promise<string> => {
  const rows = await sql<{ name: string; qty: number }[]>`
    select coalesce(sales_order.number, transfer_order.number, task.number) as name, sum(task.qty - task.done_qty - task.short_qty)::int8 as qty
      from unnest(${stocks.map((b) => b.locationId)}::uuid[], ${stocks.map((b) => b.itemId)}::uuid[], ${stocks.map((b) => b.lotId)}::uuid[], ${stocks.map((b) => b.lpnId)}::uuid[],
                  ${stocks.map((b) => b.ownerId)}::uuid[]) as wanted (location_id, item_id, lot_id, lpn_id, owner_id)
      join location place on place.company_id = ${company} and place.id = wanted.location_id
      join task on task.company_id = ${company} and task.site_id = place.site_id and task.ended_at is null and task.kind = 'pick'
       and task.from_location_id = wanted.location_id and task.item_id = wanted.item_id and task.lot_id = wanted.lot_id
       and task.lpn_id = wanted.lpn_id and task.owner_id = wanted.owner_id
      left join sales_order on sales_order.company_id = ${company} and sales_order.id = task.order_id
      left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = task.order_id
     group by 1
     order by 2 desc, 1
     limit 20`
  return rows.map(({ name, qty }) => `${name} (${qty})`).join(', ')
}

/**
 * Goods that are to be touched otherwise than by their tasks: locks their bins and refuses, by name, what tasks claim.
 * @param code of the refusal.
 */
export const refuseClaimed = async (ctx: Ctx, stocks: readonly BinStock[], code = 'claimed'): Promise<void> => {
  const free = await lockFree(ctx, stocks)
  if (stocks.some((stock) => !free.has(binKey(stock))))
    throw new Refusal('not_enough_stock', 'There is no such stock at this place.')
  const lacking = stocks.filter((stock) => free.get(binKey(stock))! < stock.qty)
  if (lacking.length === 0) return
  const unclaimed = Math.max(0, free.get(binKey(lacking[0]!))!)
  const named = await claimants(ctx, lacking)
  if (named === '')
    throw new Refusal('not_enough_stock', `Only ${unclaimed} are there; ${lacking[0]!.qty} were asked for.`)
  throw new Refusal(
    code,
    `Tasks claim this bin: only ${unclaimed} are unclaimed, ${lacking[0]!.qty} would go. End or pick the tasks first (${named}).`,
  )
}

/**
 * Goods that are to leave a site's stock of their status: refuses, by name, what is allocated to orders. Locks pools;
 * called before the bins' locks.
 */
export const refuseAllocated = async (ctx: Ctx, siteId: string, stocks: readonly BinStock[]): Promise<void> => {
  const { sql, company } = ctx
  const sums = new Map<string, BinStock>()
  for (const stock of stocks) {
    const key = `${stock.itemId} ${stock.lotId} ${stock.ownerId} ${stock.status}`
    sums.set(key, { ...stock, qty: (sums.get(key)?.qty ?? 0) + stock.qty })
  }
  const wanted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stock]) => stock)
  const rows = await sql<{ itemId: string; lotId: string; ownerId: string; status: string; free: number }[]>`
    select pool.item_id, pool.lot_id, pool.owner_id, pool.status, pool.on_hand - pool.allocated - pool.held as free
      from unnest(${wanted.map((s) => s.itemId)}::uuid[], ${wanted.map((s) => s.lotId)}::uuid[], ${wanted.map((s) => s.ownerId)}::uuid[], ${wanted.map((s) => s.status)}::text[])
           as wanted (item_id, lot_id, owner_id, status)
      join stock_pool pool using (item_id, lot_id, owner_id, status)
     where pool.company_id = ${company} and pool.site_id = ${siteId} and pool.item_id = any (${wanted.map((s) => s.itemId)}::uuid[])
     order by pool.item_id, pool.lot_id, pool.owner_id, pool.status
       for update of pool`
  const keyOf = (row: Omit<BinStock, 'qty' | 'locationId' | 'lpnId'>): string =>
    `${row.itemId} ${row.lotId} ${row.ownerId} ${row.status}`
  const free = new Map(rows.map((row) => [keyOf(row), row.free]))
  const lacking = wanted.find((stock) => (free.get(keyOf(stock)) ?? 0) < stock.qty)
  if (!lacking) return
  const holders = await sql<{ name: string; qty: number }[]>`
    select coalesce(sales_order.number, transfer_order.number, assembly_order.number, line.kind) as name, sum(allocation.qty - allocation.shipped - allocation.dropped)::int8 as qty
      from allocation
      join demand_line line on line.company_id = ${company} and line.id = allocation.demand_line_id
      left join sales_order on sales_order.company_id = ${company} and sales_order.id = line.ref_id
      left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = line.ref_id
      left join assembly_order on assembly_order.company_id = ${company} and assembly_order.id = line.ref_id
     where allocation.company_id = ${company} and allocation.site_id = ${siteId} and allocation.item_id = ${lacking.itemId} and allocation.lot_id = ${lacking.lotId}
       and allocation.owner_id = ${lacking.ownerId} and allocation.qty > allocation.shipped + allocation.dropped and ${lacking.status} = 'available'
     group by 1
     order by 2 desc, 1
     limit 20`
  if (!free.has(keyOf(lacking))) throw new Refusal('not_enough_stock', 'There is no such stock at this place.')
  const named = holders.map((holder) => `${holder.name} (${holder.qty})`).join(', ')
  throw new Refusal(
    'below_allocated',
    `Only ${free.get(keyOf(lacking))} of this lot are free here; ${lacking.qty} would go. Release first: ${named === '' ? 'the units held for counting' : named}.`,
  )
}
