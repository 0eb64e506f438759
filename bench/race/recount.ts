import type { Wholesaler } from '../kit/wholesaler.ts'
import type { Scene } from './scene.ts'

export interface Count {
  /** Units given away that were not there, and supply promised beyond what is expected. */
  readonly oversold: number
  /** Units that nobody got although someone asked, and demand that no figure accounts for. */
  readonly lost: number
  /** Demand beyond stock without a promise from the next supply, on or after its day. */
  readonly unpromised: number
}

/**
 * Counts anew from the tables, without asking the app: what each item had, what it was asked for, what was allocated and
 * promised. `planned`: the losers of this round were to be promised from supply.
 */
export const recount = async (world: Wholesaler, scene: Scene, planned: boolean): Promise<Count> => {
  const [row] = await world.sql<Count>(
    `with item as (
       select id,
              (select coalesce(sum(on_hand), 0) from stock_balance where company_id = $1 and item_id = item.id) as units,
              (select coalesce(sum(qty), 0) from sales_order_line where company_id = $1 and item_id = item.id and order_id = any ($3)) as asked,
              (select coalesce(sum(qty - dropped), 0) from allocation where company_id = $1 and item_id = item.id) as allocated,
              (select coalesce(sum(allocated), 0) from stock_pool where company_id = $1 and item_id = item.id) as pool_allocated,
              (select coalesce(sum(qty), 0) from promise where company_id = $1 and item_id = item.id and supply_id is null) as from_stock,
              (select coalesce(sum(promise.qty), 0) from promise join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
                where promise.company_id = $1 and promise.item_id = item.id and promise.due_on >= supply.due_on) as from_supply,
              (select coalesce(sum(promised - expected), 0) from supply where company_id = $1 and item_id = item.id and promised > expected) as over_supply
         from unnest($2::uuid[]) as item (id)
     ), lines as (
       select line.qty, demand.id is null or demand.qty <> line.qty or demand.promised + demand.allocated + demand.backordered <> line.qty
              or demand.allocated <> (select coalesce(sum(qty - dropped), 0) from allocation where company_id = $1 and demand_line_id = demand.id)
              or demand.promised <> (select coalesce(sum(qty), 0) from promise where company_id = $1 and demand_line_id = demand.id) as wrong
         from sales_order_line line
         left join demand_line demand on demand.company_id = line.company_id and demand.order_line_id = line.id
        where line.company_id = $1 and line.order_id = any ($3)
     )
     select (sum(greatest(allocated - units, 0) + greatest(case when $4 then allocated + from_stock - units else 0 end, 0) + over_supply + abs(allocated - pool_allocated)))::int8 as oversold,
            (sum(greatest(least(asked, units) - (case when $4 then allocated + from_stock else allocated end), 0)) + (select coalesce(sum(qty), 0) from lines where wrong))::int8 as lost,
            (sum(case when $4 then abs(greatest(asked - units, 0) - from_supply) else 0 end))::int8 as unpromised
       from item`,
    world.company,
    scene.itemIds,
    scene.orderIds,
    planned,
  )
  return row!
}
