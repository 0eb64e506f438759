import assert from 'node:assert/strict'
import type { World } from '../../test/world.ts'

/** What confirm and release of these orders left behind, per order: the same from every rival, or they did not do the same. */
export const footprintOf = async (world: World, ids: readonly string[]): Promise<Record<string, number>> => {
  const [row] = await world.sql<Record<string, number>>(
    `with orders as (select * from sales_order where company_id = $1 and id = any ($2)),
          done as (select audit_event.* from audit_event where company_id = $1 and input ->> 'orderId' = any ($2::text[]) and capability in ('sales.confirm', 'sales.release'))
     select (select count(*) from orders where state = 'confirmed' and released_at is not null and credit_open = gross)::int8 as released,
            (select count(*) from demand_line where company_id = $1 and ref_id = any ($2) and allocated = qty and promised = 0 and backordered = 0
                and latest_promise_on is not null and released_at is not null)::int8 as lines,
            (select count(*) from promise join demand_line line on line.company_id = promise.company_id and line.id = promise.demand_line_id
              where line.company_id = $1 and line.ref_id = any ($2) and promise.qty = 0 and promise.due_on = line.latest_promise_on)::int8 as promises,
            (select sum(allocation.qty) from allocation join demand_line line on line.company_id = allocation.company_id and line.id = allocation.demand_line_id
              where line.company_id = $1 and line.ref_id = any ($2))::int8 as allocated_qty,
            (select sum(qty) from sales_order_line where company_id = $1 and order_id = any ($2))::int8 as ordered_qty,
            (select count(*) from done)::int8 as audits,
            (select count(*) from outbox where company_id = $1 and ref_id = any ($2) and type in ('order.confirmed', 'order.released'))::int8 as events,
            (select count(*) from answer join done on done.company_id = answer.company_id and done.key = answer.key
              where answer.status = 200 and answer.body like '%' || (done.input ->> 'orderId') || '%')::int8 as answers`,
    world.company,
    ids,
  )
  const { allocatedQty, orderedQty, ...counts } = row!
  return {
    ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, n / ids.length])),
    shortQty: orderedQty! - allocatedQty!,
  }
}

/** Σ open allocations = what the pools say, and credit = Σ released orders: the sums that every rival added to. */
export const booksBalance = async (world: World): Promise<void> => {
  const [row] = await world.sql(
    `select (select coalesce(sum(allocated), 0) from stock_pool where company_id = $1)::int8 as pools,
            (select coalesce(sum(qty - shipped - dropped), 0) from allocation where company_id = $1)::int8 as allocations,
            (select coalesce(sum(promised), 0) from promise_position where company_id = $1)::int8 as positions,
            (select coalesce(sum(qty), 0) from promise where company_id = $1 and supply_id is null)::int8 as promises,
            (select coalesce(sum(open_orders), 0) from credit_account where company_id = $1)::int8 as credit,
            (select coalesce(sum(gross), 0) from sales_order where company_id = $1 and released_at is not null)::int8 as released`,
    world.company,
  )
  assert.equal(row.pools, row.allocations, 'pools and allocations differ')
  assert.equal(row.positions, row.promises, 'positions and promises differ')
  assert.equal(row.credit, row.released, 'credit and released orders differ')
  assert.ok(row.allocations > 0 && row.credit > 0, 'nothing was released')
}
