/** The tables an order touches, as drizzle-orm wants them said once more. */
import {
  bigint,
  boolean,
  customType,
  date,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

const id = (name: string) => uuid(name)
const n = (name: string) => bigint(name, { mode: 'number' })
const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' })
const company_id = id('company_id')
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

export const salesOrder = pgTable('sales_order', {
  company_id,
  id: id('id'),
  number: text('number'),
  entity_id: id('entity_id'),
  site_id: id('site_id'),
  party_id: id('party_id'),
  ship_to_id: id('ship_to_id'),
  state: text('state'),
  ordered_on: date('ordered_on'),
  requested_on: date('requested_on'),
  gross: n('gross'),
  confirmed_at: at('confirmed_at'),
  released_at: at('released_at'),
  credit_open: n('credit_open'),
  version: integer('version'),
})
export const orderLine = pgTable('sales_order_line', {
  company_id,
  id: id('id'),
  order_id: id('order_id'),
  line_no: integer('line_no'),
  item_id: id('item_id'),
  kind: text('kind'),
  qty: n('qty'),
  uom_qty: n('uom_qty'),
})
export const party = pgTable('party', {
  company_id,
  id: id('id'),
  service_class: smallint('service_class'),
  min_shelf_days: integer('min_shelf_days'),
  partial_policy: text('partial_policy'),
})
export const address = pgTable('address', { company_id, id: id('id'), route_days: smallint('route_days') })
export const site = pgTable('site', {
  company_id,
  id: id('id'),
  zone: text('zone'),
  cutoff_minutes: integer('cutoff_minutes'),
  work_days: smallint('work_days').array(),
})
export const position = pgTable('promise_position', {
  company_id,
  site_id: id('site_id'),
  item_id: id('item_id'),
  promised: n('promised'),
})
export const pool = pgTable('stock_pool', {
  company_id,
  site_id: id('site_id'),
  item_id: id('item_id'),
  lot_id: id('lot_id'),
  owner_id: id('owner_id'),
  status: text('status'),
  on_hand: n('on_hand'),
  allocated: n('allocated'),
  held: n('held'),
})
export const lot = pgTable('lot', { company_id, id: id('id'), expires_on: date('expires_on'), held: boolean('held') })
export const demandLine = pgTable('demand_line', {
  company_id,
  id: id('id'),
  kind: text('kind'),
  ref_id: id('ref_id'),
  order_line_id: id('order_line_id'),
  line_qty: n('line_qty'),
  line_no: integer('line_no'),
  site_id: id('site_id'),
  party_id: id('party_id'),
  item_id: id('item_id'),
  qty: n('qty'),
  step: n('step'),
  priority: smallint('priority'),
  ordered_on: date('ordered_on'),
  requested_on: date('requested_on'),
  route_days: smallint('route_days'),
  min_shelf_days: integer('min_shelf_days'),
  partial_policy: text('partial_policy'),
  original_promise_on: date('original_promise_on'),
  latest_promise_on: date('latest_promise_on'),
  promised: n('promised'),
  allocated: n('allocated'),
  backordered: n('backordered'),
  shipped: n('shipped'),
  cancelled: n('cancelled'),
  released_at: at('released_at'),
  version: integer('version'),
})
export const promise = pgTable('promise', {
  company_id,
  id: id('id'),
  demand_line_id: id('demand_line_id'),
  site_id: id('site_id'),
  party_id: id('party_id'),
  item_id: id('item_id'),
  supply_id: id('supply_id'),
  qty: n('qty'),
  due_on: date('due_on'),
  made_at: at('made_at'),
})
export const account = pgTable('credit_account', {
  company_id,
  id: id('id'),
  entity_id: id('entity_id'),
  party_id: id('party_id'),
  limit_amount: n('limit_amount'),
  open_orders: n('open_orders'),
  shipped_unbilled: n('shipped_unbilled'),
  open_receivables: n('open_receivables'),
  unapplied_cash: n('unapplied_cash'),
  held: boolean('held'),
  version: integer('version'),
})
export const allocation = pgTable('allocation', {
  company_id,
  id: id('id'),
  demand_line_id: id('demand_line_id'),
  site_id: id('site_id'),
  party_id: id('party_id'),
  item_id: id('item_id'),
  lot_id: id('lot_id'),
  owner_id: id('owner_id'),
  qty: n('qty'),
  tasked: n('tasked'),
  picked: n('picked'),
  shipped: n('shipped'),
  dropped: n('dropped'),
  made_at: at('made_at'),
})
export const answer = pgTable('answer', {
  company_id,
  key: text('key'),
  hash: bytea('hash'),
  status: smallint('status'),
  body: text('body'),
  recorded_at: at('recorded_at'),
})
export const audit = pgTable('audit_event', {
  company_id,
  id: id('id'),
  recorded_at: at('recorded_at'),
  actor_kind: text('actor_kind'),
  actor_id: id('actor_id'),
  actor_name: text('actor_name'),
  capability: text('capability'),
  key: text('key'),
  input: jsonb('input'),
  outcome: text('outcome'),
})
export const outbox = pgTable('outbox', {
  company_id,
  id: id('id'),
  type: text('type'),
  kind: text('kind'),
  ref_id: id('ref_id'),
  version: smallint('version'),
  permission: text('permission'),
  site_id: id('site_id'),
  party_id: id('party_id'),
  capability: text('capability'),
  audit_id: id('audit_id'),
  recorded_at: at('recorded_at'),
})
