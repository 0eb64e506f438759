/** The pages of the desk: where they are, who may see them, and the key that goes there. */
export interface Place {
  to: string
  title: string
  short: string
  section: '' | 'Warehouse' | 'Money' | 'Set up'
  permission: string
  keys: string
}

export const places: readonly Place[] = [
  { to: '/', title: 'Today', short: 'Today', section: '', permission: 'insight.read', keys: 'g t' },
  { to: '/orders', title: 'Orders', short: 'Orders', section: '', permission: 'sales.read', keys: 'g o' },
  { to: '/stock', title: 'Items & stock', short: 'Stock', section: '', permission: 'stock.read', keys: 'g s' },
  { to: '/promises', title: 'Promise board', short: 'Promises', section: '', permission: 'promise.board', keys: 'g b' },
  {
    to: '/replenish',
    title: 'Replenish',
    short: 'Replenish',
    section: '',
    permission: 'planning.read',
    keys: 'g h',
  },
  {
    to: '/purchases',
    title: 'Purchase orders',
    short: 'Purchases',
    section: '',
    permission: 'purchasing.read',
    keys: 'g u',
  },
  { to: '/kept', title: 'Kept stock', short: 'Kept', section: '', permission: 'stock.read', keys: 'g k' },
  {
    to: '/waves',
    title: 'Waves & picking',
    short: 'Picking',
    section: 'Warehouse',
    permission: 'warehouse.read',
    keys: 'g w',
  },
  {
    to: '/dispatch',
    title: 'Dispatch',
    short: 'Dispatch',
    section: 'Warehouse',
    permission: 'delivery.read',
    keys: 'g d',
  },
  { to: '/counts', title: 'Counts', short: 'Counts', section: 'Warehouse', permission: 'warehouse.read', keys: 'g n' },
  {
    to: '/transfers',
    title: 'Transfers',
    short: 'Transfers',
    section: 'Warehouse',
    permission: 'stock.read',
    keys: 'g x',
  },
  {
    to: '/assemblies',
    title: 'Assembly',
    short: 'Assembly',
    section: 'Warehouse',
    permission: 'warehouse.read',
    keys: 'g a',
  },
  { to: '/plates', title: 'Plates', short: 'Plates', section: 'Warehouse', permission: 'stock.read', keys: 'g l' },
  {
    to: '/trace',
    title: 'Trace & recall',
    short: 'Trace',
    section: 'Warehouse',
    permission: 'trace.read',
    keys: 'g r',
  },
  { to: '/invoices', title: 'Invoices', short: 'Invoices', section: 'Money', permission: 'finance.read', keys: 'g i' },
  { to: '/customers', title: 'Customers', short: 'Customers', section: '', permission: 'parties.read', keys: 'g c' },
  { to: '/import', title: 'Import', short: 'Import', section: 'Set up', permission: 'exchange.import', keys: 'g m' },
  {
    to: '/owners',
    title: 'Goods of others',
    short: 'Owners',
    section: 'Warehouse',
    permission: 'stock.read',
    keys: 'g v',
  },
  {
    to: '/reasons',
    title: 'Reason codes',
    short: 'Reasons',
    section: 'Set up',
    permission: 'stock.rules',
    keys: 'g e',
  },
  {
    to: '/people',
    title: 'People & access',
    short: 'People',
    section: 'Set up',
    permission: 'people.read',
    keys: 'g p',
  },
]

const pages: Record<string, (id: string) => string> = {
  sales_order: (id) => `/orders/${id}`,
  item: (id) => `/stock/${id}`,
  lpn: (id) => `/plates/${id}`,
  invoice: (id) => `/invoices/${id}`,
  wave: (id) => `/waves/${id}`,
  transfer_order: (id) => `/transfers/${id}`,
  route: (id) => `/dispatch/${id}`,
  purchase_order: (id) => `/purchases/${id}`,
  proposal: (id) => `/replenish/${id}`,
  assembly_order: (id) => `/assemblies/${id}`,
  lot: (id) => `/trace/lot/${id}`,
  recall: (id) => `/recalls/${id}`,
  import_run: (id) => `/import/${id}`,
  customer: (id) => `/customers/${id}`,
  party: (id) => `/customers/${id}`,
}
/** The page of a row, by its kind; null when it has none of its own. */
export const pathOf = (kind: string, id: string): string | null => pages[kind]?.(id) ?? null

/** The pages a person may see, in the order of the menu; the first is where they start. */
export const placesOf = (allowed: (permission: string) => boolean): readonly Place[] =>
  places.filter((p) => allowed(p.permission))

/** '/orders?filter=late' as links take it. */
export function linkTo(path: string): { to: string; search: Record<string, string> } {
  const [to = '/', query = ''] = path.split('?')
  return { to, search: Object.fromEntries(new URLSearchParams(query)) }
}
