/**
 * Kind of row that an event tells of → modules whose answers may show it, so that a screen re-reads what changed and
 * nothing else. Every kind that a module declares stands here (test/live.test.ts).
 */
export const shownBy: Readonly<Record<string, readonly string[]>> = {
  sales_order: ['sales', 'insight', 'credit', 'promise', 'stock', 'warehouse', 'finance'],
  wave: ['warehouse', 'insight', 'sales', 'stock'],
  task: ['warehouse', 'sales', 'stock', 'promise', 'insight'],
  shipment: ['warehouse', 'sales', 'insight', 'finance', 'stock', 'credit', 'promise', 'trace'],
  receipt: ['warehouse', 'stock', 'promise', 'sales', 'insight', 'trace'],
  stock_move: ['stock', 'promise', 'sales', 'warehouse', 'insight', 'trace'],
  lot: ['stock', 'promise', 'sales', 'warehouse', 'trace'],
  recall: ['trace'],
  lpn: ['stock', 'warehouse', 'trace'],
  supply: ['stock', 'promise', 'sales'],
  stock_hold: ['promise', 'stock', 'sales'],
  transfer_order: ['stock', 'promise', 'sales', 'warehouse', 'insight'],
  invoice: ['finance', 'sales', 'credit', 'insight', 'warehouse'],
  payment: ['finance', 'sales', 'credit', 'insight'],
  credit_account: ['credit', 'sales', 'parties', 'insight'],
  item: ['catalog', 'stock', 'pricing', 'sales'],
  party: ['parties', 'credit', 'sales'],
  price_list: ['pricing'],
  promotion: ['pricing'],
  site: ['sites', 'stock', 'auth'],
  lane: ['sites', 'stock', 'promise'],
  location: ['sites', 'stock', 'warehouse'],
  import_run: ['exchange'],
  app_user: ['people'],
  role: ['people'],
  api_key: ['people'],
  parked_job: ['events'],
  webhook_endpoint: ['webhooks'],
}
