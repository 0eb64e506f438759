/**
 * Row scope, said once. From this table come the policies of the second wall (core/database/wall.ts) and the admit
 * predicate of the door (core/road/admit.ts). A row of two sites (parties) is visible to either. Scope columns never
 * change after creation. A table that is not listed here is walled by company alone.
 */
export interface TableScope {
  readonly site?: readonly string[]
  readonly party?: readonly string[]
  /** Rows of the nil party are everybody's, not nobody's. */
  readonly general?: true
}
export const scopedTables: Readonly<Record<string, TableScope>> = {
  site: { site: ['id'] },
  location: { site: ['site_id'] },
  lane: { site: ['from_site_id', 'to_site_id'] },
  party: { party: ['id'] },
  address: { party: ['party_id'] },
  item_alias: { party: ['party_id'], general: true },
  credit_account: { party: ['party_id'] },
  price_list: { party: ['party_id'] },
  stock_pool: { site: ['site_id'] },
  stock_balance: { site: ['site_id'] },
  stock_move: { site: ['from_site_id', 'to_site_id'] },
  // A serial and a plate follow the goods: seen where they stand, or where they were last.
  serial: { site: ['site_id'] },
  lpn: { site: ['site_id'] },
  stock_day: { site: ['site_id'] },
  stock_snapshot: { site: ['site_id'] },
  supply: { site: ['site_id'] },
  transfer_order: { site: ['from_site_id', 'to_site_id'] },
  transfer_line: { site: ['from_site_id', 'to_site_id'] },
  transit_line: { site: ['from_site_id', 'to_site_id'] },
  sales_order: { site: ['site_id'], party: ['party_id'] },
  sales_order_line: { site: ['site_id'], party: ['party_id'] },
  // A transfer's: where it leaves and where it goes.
  demand_line: { site: ['site_id', 'to_site_id'], party: ['party_id'] },
  promise: { site: ['site_id'], party: ['party_id'] },
  lot_rule: { party: ['party_id'] },
  source_policy: { party: ['party_id'], general: true },
  source_site: { party: ['party_id'], general: true },
  demand_source: { site: ['site_id'], party: ['party_id'] },
  // Of an order, for whoever works at another site that sends a part of it.
  order_site: { site: ['site_id'], party: ['party_id'] },
  channel_fence: { site: ['site_id'] },
  stock_hold: { site: ['site_id'], party: ['party_id'] },
  promise_change: { site: ['site_id'], party: ['party_id'] },
  allocation: { site: ['site_id'], party: ['party_id'] },
  wave: { site: ['site_id'] },
  task: { site: ['site_id'] },
  // What goes to another site of ours is that site's too.
  carton: { site: ['site_id', 'to_site_id'] },
  shipment: { site: ['site_id', 'to_site_id'], party: ['party_id'] },
  shipment_line: { site: ['site_id', 'to_site_id'], party: ['party_id'] },
  count_program: { site: ['site_id'] },
  count_result: { site: ['site_id'] },
  receipt: { site: ['site_id'] },
  vehicle: { site: ['site_id'] },
  delivery_rule: { site: ['site_id'] },
  receiving_hours: { party: ['party_id'] },
  route: { site: ['site_id'] },
  route_stop: { site: ['site_id'], party: ['party_id'] },
  route_drop: { site: ['site_id'], party: ['party_id'] },
  plan_site: { site: ['site_id'] },
  item_forecast: { site: ['site_id'] },
  proposal: { site: ['site_id'] },
  supplier_term: { party: ['party_id'] },
  item_supplier: { party: ['party_id'] },
  purchase_order: { site: ['site_id'], party: ['party_id'] },
  purchase_line: { site: ['site_id'], party: ['party_id'] },
  assembly_order: { site: ['site_id'] },
  assembly_part: { site: ['site_id'] },
  assembly_report: { site: ['site_id'] },
  assembly_use: { site: ['site_id'] },
  recall_outcome: { party: ['party_id'] },
  invoice: { party: ['party_id'] },
  invoice_line: { party: ['party_id'] },
  payment: { party: ['party_id'] },
  payment_application: { party: ['party_id'] },
  sales_history: { party: ['party_id'] },
}

/** No UPDATE, no DELETE for the app role: what was written stays (invariant 9, trust row 37). */
export const appendOnlyTables: readonly string[] = [
  'recall_outcome',
  'stock_move',
  'move_reversal',
  'audit_event',
  'audit_seal',
  'document_link',
  'promise_change',
]

/** Reference lists shared by all companies: read only for the app role, no company_id. */
export const sharedTables: readonly string[] = ['currency', 'country', 'unit_code']

/** Written and read by the owner only (relay, migration, sign-in functions); the app role gets nothing. */
export const kernelTables: readonly string[] = [
  'schema_migration',
  'outbox_counter',
  'worker_lease',
  'cron_tick',
  'login',
  'credential',
  'recovery_code',
  'session',
  'known_device',
  'one_time_code',
  'api_key_secret',
  'guess_counter',
]

/**
 * Queries that count beyond the caller's sites and parties. Numbers and dates only; each is reviewed here. What prices a
 * customer's goods is here, or else who is limited to parties would meet only their own contracts: lists for all, for a
 * group or a channel name no party, and the price told would differ from that of the order.
 */
export const companyWideQueries: readonly string[] = [
  'promise.availability',
  'promise.claims',
  // Lots of the line's own site and item, for who may see the line.
  'promise.explainLots',
  'pricing.priceLines',
  'pricing.explainPrice',
  'pricing.customerPrices',
  'sales.preview',
  // Of an order the caller may see: what is free, when more comes, and that customer's own price.
  'sales.substitutes',
  'setup.state',
]
