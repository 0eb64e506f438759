/**
 * The order as an ORM is used: one statement for each read, each write and each line. The list, in the order sent:
 *   confirm  begin, company, order for update, party, ship-to, site, lines; claim of the key;
 *            per line: position for update, its lots, insert demand, insert promise, update position;
 *            update order, insert audit, insert outbox, update answer, commit: 13 + 5 × lines
 *   release  begin, company, order for update, account for update; claim of the key; demand lines for update;
 *            per line: position for update, lots for update, promise, insert allocation (per lot), update pool (per lot),
 *            update promise, update position, update demand; update account, update order, insert audit, insert outbox,
 *            update answer, commit: 12 + 8 × lines
 */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import {
  account,
  address,
  allocation,
  answer,
  audit,
  demandLine,
  lot,
  orderLine,
  outbox,
  party,
  pool,
  position,
  promise,
  salesOrder,
  site,
} from './tables.ts'

const p = sql.placeholder
const NIL = '00000000-0000-0000-0000-000000000000'
type Columns = Record<string, unknown>
const given = (names: string): Columns => Object.fromEntries(names.split(' ').map((name) => [name, p(name)]))
// biome-ignore lint/suspicious/noExplicitAny: the columns are those of tables.ts, given by name
const any = (columns: Columns): any => columns
const bump = { version: sql`version + 1` as SQL<number> }

/** Statements by name; what changes from call to call is a placeholder. */
export const statements = (db: PostgresJsDatabase) => ({
  order: () =>
    db
      .select()
      .from(salesOrder)
      .where(and(eq(salesOrder.company_id, p('company_id')), eq(salesOrder.id, p('id'))))
      .for('update'),
  party: () =>
    db
      .select()
      .from(party)
      .where(and(eq(party.company_id, p('company_id')), eq(party.id, p('id')))),
  address: () =>
    db
      .select()
      .from(address)
      .where(and(eq(address.company_id, p('company_id')), eq(address.id, p('id')))),
  site: () =>
    db
      .select()
      .from(site)
      .where(and(eq(site.company_id, p('company_id')), eq(site.id, p('id')))),
  lines: () =>
    db
      .select()
      .from(orderLine)
      .where(
        and(eq(orderLine.company_id, p('company_id')), eq(orderLine.order_id, p('id')), eq(orderLine.kind, 'goods')),
      )
      .orderBy(asc(orderLine.item_id)),
  claim: () => db.insert(answer).values(any(given('company_id key hash recorded_at'))),
  position: () =>
    db
      .select()
      .from(position)
      .where(
        and(
          eq(position.company_id, p('company_id')),
          eq(position.site_id, p('site_id')),
          eq(position.item_id, p('item_id')),
        ),
      )
      .for('update'),
  lots: () =>
    db
      .select({
        lot_id: pool.lot_id,
        on_hand: pool.on_hand,
        allocated: pool.allocated,
        held: pool.held,
        expires_on: lot.expires_on,
        lot_held: lot.held,
      })
      .from(pool)
      .leftJoin(lot, and(eq(lot.company_id, pool.company_id), eq(lot.id, pool.lot_id)))
      .where(
        and(
          eq(pool.company_id, p('company_id')),
          eq(pool.site_id, p('site_id')),
          eq(pool.item_id, p('item_id')),
          eq(pool.status, 'available'),
          eq(pool.owner_id, NIL),
        ),
      )
      .orderBy(asc(pool.lot_id))
      .for('update', { of: pool }),
  addDemand: () =>
    db.insert(demandLine).values(
      any({
        ...given(
          'company_id id ref_id order_line_id line_qty line_no site_id party_id item_id qty step priority ordered_on requested_on route_days min_shelf_days partial_policy original_promise_on latest_promise_on promised',
        ),
        kind: 'sales',
        allocated: 0,
        backordered: 0,
        shipped: 0,
        cancelled: 0,
        version: 1,
      }),
    ),
  addPromise: () =>
    db.insert(promise).values(any(given('company_id id demand_line_id site_id party_id item_id qty due_on made_at'))),
  movePosition: () =>
    db
      .update(position)
      .set({ promised: sql`promised + ${p('by')}::int8` })
      .where(
        and(
          eq(position.company_id, p('company_id')),
          eq(position.site_id, p('site_id')),
          eq(position.item_id, p('item_id')),
        ),
      ),
  confirmOrder: () =>
    db
      .update(salesOrder)
      .set(any({ state: 'confirmed', confirmed_at: p('at'), ...bump }))
      .where(and(eq(salesOrder.company_id, p('company_id')), eq(salesOrder.id, p('id')))),
  account: () =>
    db
      .select()
      .from(account)
      .where(
        and(
          eq(account.company_id, p('company_id')),
          eq(account.entity_id, p('entity_id')),
          eq(account.party_id, p('party_id')),
        ),
      )
      .for('update'),
  demand: () =>
    db
      .select()
      .from(demandLine)
      .where(and(eq(demandLine.company_id, p('company_id')), eq(demandLine.ref_id, p('id'))))
      .orderBy(asc(demandLine.item_id))
      .for('update'),
  promises: () =>
    db
      .select()
      .from(promise)
      .where(and(eq(promise.company_id, p('company_id')), eq(promise.demand_line_id, p('id')))),
  addAllocation: () =>
    db.insert(allocation).values(
      any({
        ...given('company_id id demand_line_id site_id party_id item_id lot_id qty made_at'),
        owner_id: NIL,
        tasked: 0,
        picked: 0,
        shipped: 0,
        dropped: 0,
      }),
    ),
  takePool: () =>
    db
      .update(pool)
      .set({ allocated: sql`allocated + ${p('by')}::int8` })
      .where(
        and(
          eq(pool.company_id, p('company_id')),
          eq(pool.site_id, p('site_id')),
          eq(pool.item_id, p('item_id')),
          eq(pool.lot_id, p('lot_id')),
          eq(pool.owner_id, NIL),
          eq(pool.status, 'available'),
        ),
      ),
  endPromise: () =>
    db
      .update(promise)
      .set({ qty: 0 })
      .where(and(eq(promise.company_id, p('company_id')), eq(promise.id, p('id')))),
  allocateDemand: () =>
    db
      .update(demandLine)
      .set(any({ allocated: sql`allocated + ${p('by')}::int8`, promised: 0, released_at: p('at'), ...bump }))
      .where(and(eq(demandLine.company_id, p('company_id')), eq(demandLine.id, p('id')))),
  expose: () =>
    db
      .update(account)
      .set(any({ open_orders: sql`open_orders + ${p('by')}::int8`, ...bump }))
      .where(and(eq(account.company_id, p('company_id')), eq(account.id, p('id')))),
  releaseOrder: () =>
    db
      .update(salesOrder)
      .set(any({ released_at: p('at'), credit_open: sql`gross`, ...bump }))
      .where(and(eq(salesOrder.company_id, p('company_id')), eq(salesOrder.id, p('id')))),
  addAudit: () =>
    db.insert(audit).values(
      any({
        ...given('company_id id recorded_at actor_id capability key input'),
        actor_kind: 'key',
        actor_name: 'bench',
        outcome: 'done',
      }),
    ),
  addOutbox: () =>
    db.insert(outbox).values(
      any({
        ...given('company_id id type ref_id site_id party_id capability audit_id recorded_at'),
        kind: 'sales_order',
        version: 1,
        permission: 'sales.read',
      }),
    ),
  answer: () =>
    db
      .update(answer)
      .set(any({ status: 200, body: p('body') }))
      .where(and(eq(answer.company_id, p('company_id')), eq(answer.key, p('key')))),
})
export type Statement = keyof ReturnType<typeof statements>
