/**
 * What may each kind of person do? This file answers it for a new company: "what can a picker see?" is the line `picker`.
 * A permission is `module.verb`; `module.*` is all of a module, `*` is everything. After setup the roles are rows of the
 * company, changed under Settings; nothing here is consulted again.
 *
 * Three things are decided beside this list:
 * - which rows: a person may be limited to sites and to parties (core/scope.ts); `limitedBy: 'party'` makes that a duty,
 *   a portal person without parties sees none;
 * - cost and margin: only with `cost.read`, whatever else a role may read (fields marked `t.needs('cost.read', …)`);
 * - a second factor: `needsSecondFactor` roles can do nothing until the person has signed in with one.
 */
export interface StandardRole {
  readonly code: string
  readonly name: string
  readonly permissions: readonly string[]
  readonly needsSecondFactor: boolean
  readonly limitedBy: 'company' | 'site' | 'party'
}

/** Inside, who reads a record reads and writes the notes on it. The portal does not: they are talk among colleagues. */
const withNotes = (permission: string): readonly string[] =>
  /^(catalog|sites|parties|sales|warehouse|finance)\.read$/.test(permission)
    ? [permission, permission.replace('read', 'notes')]
    : [permission]

const role = (
  code: string,
  name: string,
  permissions: readonly string[],
  limitedBy: StandardRole['limitedBy'] = 'company',
): StandardRole => ({
  code,
  name,
  permissions: limitedBy === 'party' ? permissions : permissions.flatMap(withNotes),
  needsSecondFactor: false,
  limitedBy,
})

/** Names of goods, places and people: what everybody inside needs to read a screen. */
const words = ['catalog.read', 'sites.read', 'parties.read']

export const standardRoles: readonly StandardRole[] = [
  role('owner', 'Owner', ['*']),
  role('sales_desk', 'Sales desk', [
    ...words,
    'parties.write',
    'sales.*',
    'pricing.read',
    'promise.*',
    'stock.read',
    'trace.read',
    'credit.read',
    'warehouse.read',
    'finance.read',
    'insight.read',
    'cost.read',
  ]),
  role('rep', 'Sales rep', [
    ...words,
    'sales.read',
    'sales.order',
    'sales.confirm',
    'pricing.read',
    'promise.read',
    'promise.hold',
    'stock.read',
    'credit.read',
    'finance.read',
  ]),
  role('warehouse_lead', 'Warehouse lead', [
    ...words,
    'sites.write',
    'warehouse.*',
    'delivery.*',
    'stock.read',
    'trace.*',
    'stock.supply',
    'stock.transfer',
    'promise.*',
    'sales.read',
    'insight.read',
  ]),
  role('dispatcher', 'Dispatcher', [
    ...words,
    'delivery.*',
    'warehouse.read',
    'stock.read',
    'sales.read',
    'promise.read',
    'insight.read',
    'cost.read',
  ]),
  // No prices, no customers' money, no cost: orders reach a picker as tasks.
  role('picker', 'Picker', [
    'catalog.read',
    'sites.read',
    'stock.read',
    'warehouse.read',
    'warehouse.receive',
    'warehouse.pick',
    'warehouse.pack',
    'warehouse.ship',
  ]),
  role('buyer', 'Buyer', [
    ...words,
    'catalog.write',
    'parties.write',
    'purchasing.*',
    'planning.*',
    'stock.read',
    'trace.read',
    'stock.supply',
    'stock.rules',
    'stock.transfer',
    'promise.read',
    'promise.board',
    'insight.read',
    'cost.read',
  ]),
  role('finance', 'Finance', [
    ...words,
    'parties.write',
    'finance.*',
    'credit.*',
    'pricing.*',
    'sales.read',
    'stock.read',
    'trace.read',
    'insight.read',
    'cost.read',
  ]),
  role('leader', 'Leader', [
    ...words,
    'sales.read',
    'pricing.read',
    'promise.read',
    'promise.board',
    'promise.rules',
    'stock.read',
    'trace.read',
    'credit.read',
    'warehouse.read',
    'purchasing.*',
    'planning.*',
    'delivery.read',
    'finance.read',
    'insight.*',
    'cost.read',
    'audit.read',
  ]),
  // The customer's own people, in the portal: their orders, prices and invoices, nobody else's, and no cost.
  role(
    'customer',
    'Customer (portal)',
    ['catalog.read', 'sales.read', 'sales.order', 'sales.confirm', 'pricing.read', 'promise.read', 'finance.read'],
    'party',
  ),
  role('integration', 'Integration', [
    ...words,
    'catalog.write',
    'parties.write',
    'sales.*',
    'stock.*',
    'trace.*',
    'promise.*',
    'pricing.read',
    'warehouse.*',
    'finance.*',
    'exchange.*',
  ]),
]
