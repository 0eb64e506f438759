import type { ListInput, ListPage } from '../grid/grid.tsx'
import type { Call } from './rpc.ts'

type L<R, X = object> = Call<ListInput & X, ListPage<R>>
export interface Kpi {
  key: string
  label: string
  unit: 'ppm' | 'minutes' | 'minor' | 'count'
  value: number | null
  before: number | null
  target: number | null
  better: 'up' | 'down'
  series: (number | null)[]
  definition: string
  to: string | null
}
export interface Decision {
  id: string
  tone: 'bad' | 'warn' | 'info'
  label: string
  kind: string
  refId: string
  ref: string
  party: string
  detail: string
  riskMinor: number | null
  action: { label: string; capability: string | null; input: Record<string, unknown> | null; to: string | null }
}
export interface Stage {
  key: string
  label: string
  orders: number
  lines: number
  amountMinor: number
  to: string | null
}
export interface Proposed {
  insight: {
    today: Call<
      { siteId?: string },
      { asOf: string; kpis: Kpi[]; decisions: Decision[]; decisionsTotal: number; flow: Stage[]; currency: string }
    >
  }
  sales: {
    orders: L<OrderRow>
    order: Call<{ id: string }, Order>
    create: Call<
      {
        customerId: string
        shipToId?: string
        siteId?: string
        customerRef?: string
        requestedOn?: string
        lines: { itemId: string; qty: number; uom: string }[]
      },
      { id: string; number: string }
    >
    preview: Call<
      {
        customerId: string
        siteId?: string
        requestedOn?: string
        lines: { itemId: string; qty: number; uom: string }[]
      },
      Preview
    >
    confirm: Call<{ id: string }, unknown>
    release: Call<{ id: string }, unknown>
    cancel: Call<{ id: string; reason: string }, unknown>
  }
  pricing: {
    explain: Call<
      { lineId: string },
      {
        steps: { rule: string; name: string; priceMicro: number | null; outcome: string; why: string }[]
        source: string
      }
    >
    explainTax: Call<{ lineId: string }, { steps: { question: string; answer: string }[] }>
  }
  promise: {
    explain: Call<
      { lineId: string },
      { text: string; steps: { on: string; source: string; ref: string | null; qty: number; text: string }[] }
    >
  }
  parties: {
    findCustomer: Call<{ text: string; limit?: number }, { rows: CustomerHit[] }>
    customer: Call<
      { id: string },
      {
        id: string
        code: string
        name: string
        currency: string
        terms: string
        shipTos: { id: string; name: string; lines: string[]; city: string; country: string; default: boolean }[]
      }
    >
  }
  catalog: {
    findItem: Call<{ text: string; limit?: number }, { rows: ItemHit[] }>
    bySkus: Call<{ skus: string[] }, { rows: { sku: string; item: ItemHit | null }[] }>
  }
  warehouse: {
    waves: L<WaveRow, { siteId?: string }>
    toWave: Call<{ siteId: string }, { orders: number; lines: number }>
    createWave: Call<
      { siteId: string; orderIds?: string[]; maxOrders?: number },
      { id: string; number: string; orders: number; lines: number; tasks: number; untasked: number }
    >
    wave: Call<{ id: string }, Wave>
    pick: Call<
      { taskId: string; qty: number; shortQty?: number; reason?: string },
      { picked: number; short: number; reallocated: { taskId: string; location: string; qty: number }[] }
    >
    pack: Call<{ orderId: string }, { shipmentId: string; number: string }>
    ship: Call<{ shipmentId: string }, { number: string }>
  }
  finance: {
    invoices: L<InvoiceRow>
    invoice: Call<{ id: string }, Invoice>
    recordPayment: Call<
      {
        customerId: string
        on: string
        amountMinor: number
        currency: string
        method: string
        reference?: string
        applyTo: { invoiceId: string; amountMinor: number }[]
      },
      { id: string; number: string; unappliedMinor: number }
    >
  }
  imports: {
    profiles: Call<object, { profiles: { name: string; title: string; hint: string; accept: string }[] }>
    start: Call<{ profile: string; fileId: string }, { importId: string }>
    status: Call<{ importId: string }, ImportState>
    rows: L<ImportRow, { importId: string }>
    apply: Call<{ importId: string }, { importId: string }>
    list: L<{
      id: string
      profile: string
      fileName: string
      state: string
      rowsTotal: number
      errors: number
      startedAt: string
      by: string | null
    }>
  }
  stock: {
    levels: L<Level>
    item: Call<{ itemId: string }, ItemStock>
    moves: L<Move, { itemId: string; siteId?: string; lotId?: string }>
  }
}
export interface CustomerHit {
  id: string
  code: string
  name: string
  city: string | null
  country: string
  terms: string
  currency: string
}
export interface ItemHit {
  id: string
  sku: string
  description: string
  uom: string
  uoms: { code: string; num: number; den: number }[]
}
export interface OrderRow {
  id: string
  number: string
  customerId: string
  customer: string
  customerRef: string | null
  status: string
  late: boolean
  orderedOn: string
  promisedOn: string | null
  lines: number
  amountMinor: number
  currency: string
  marginPpm: number | null
  site: string
}
export interface OrderLine {
  id: string
  no: number
  kind: string
  itemId: string | null
  sku: string | null
  description: string
  qty: number
  uom: string
  priceMicro: number
  perUom: string
  priceSource: string
  netMinor: number
  taxPpm: number
  taxCode: string
  requestedOn: string | null
  promisedOn: string | null
  firstPromisedOn: string | null
  promised: number
  backordered: number
  allocated: number
  picked: number
  packed: number
  shipped: number
  invoiced: number
  cancelled: number
}
export interface Order {
  id: string
  number: string
  version: number
  status: string
  holds: { code: string; note: string | null; at: string }[]
  customer: { id: string; code: string; name: string }
  shipTo: { name: string; lines: string[]; postcode: string | null; city: string; country: string }
  site: { id: string; code: string; name: string }
  channel: string | null
  customerRef: string | null
  orderedOn: string
  requestedOn: string | null
  promisedOn: string | null
  terms: string
  currency: string
  netMinor: number
  taxMinor: number
  grossMinor: number
  marginMinor: number | null
  marginPpm: number | null
  lines: OrderLine[]
  credit: {
    limitMinor: number
    receivablesMinor: number
    unbilledMinor: number
    openOrdersMinor: number
    unappliedMinor: number
    exposureMinor: number
    leftMinor: number
    overdueMinor: number
    oldestOverdueDays: number | null
    state: string
  } | null
  timeline: { at: string; by: string | null; what: string; text: string }[]
  documents: { kind: string; id: string; number: string; status: string; on: string; amountMinor: number | null }[]
  can: Record<'confirm' | 'release' | 'cancel' | 'amend', string | null>
}
export interface Preview {
  lines: {
    priceMicro: number | null
    perUom: string
    netMinor: number | null
    priceSource: string | null
    taxPpm: number | null
    taxMinor: number | null
    available: number | null
    promisedOn: string | null
    message: string | null
  }[]
  netMinor: number
  taxMinor: number
  grossMinor: number
  currency: string
  credit: { leftMinor: number; afterMinor: number } | null
}
export interface Level {
  id: string
  itemId: string
  sku: string
  description: string
  uom: string
  siteId: string
  site: string
  onHand: number
  allocated: number
  held: number
  available: number
  inbound: number
  nextInboundOn: string | null
  expiresOn: string | null
  valueMinor: number | null
  currency: string
}
export interface ItemStock {
  item: {
    id: string
    sku: string
    description: string
    uom: string
    tracking: string
    gtins: string[]
    uoms: { code: string; num: number; den: number; gtin: string | null }[]
    shelfLifeDays: number | null
  }
  pools: {
    siteId: string
    site: string
    lotId: string | null
    lot: string | null
    expiresOn: string | null
    status: string
    onHand: number
    allocated: number
    held: number
    available: number
  }[]
  inbound: { id: string; on: string; qty: number; source: string; ref: string; promised: number }[]
  balances: {
    site: string
    location: string
    lot: string | null
    lpn: string | null
    status: string
    onHand: number
    tasked: number
  }[]
}
export interface Move {
  id: string
  effectiveAt: string
  kind: string
  from: string
  to: string
  lot: string | null
  qty: number
  after: number | null
  by: string | null
  document: { kind: string; id: string; number: string } | null
}

export interface WaveRow {
  id: string
  number: string
  site: string
  status: string
  orders: number
  lines: number
  tasks: number
  tasksDone: number
  createdAt: string
}
export interface Wave {
  id: string
  number: string
  site: string
  status: string
  createdAt: string
  tasks: {
    id: string
    no: number
    number: string
    orderId: string | null
    order: string | null
    location: string
    itemId: string
    sku: string
    description: string
    lot: string | null
    expiresOn: string | null
    qty: number
    uom: string
    picked: number
    short: number
    status: string
    tote: string | null
  }[]
  orders: {
    id: string
    number: string
    customer: string
    lines: number
    picked: number
    packed: number
    shipped: number
    shipmentId: string | null
    status: string
  }[]
}
export interface InvoiceRow {
  id: string
  number: string
  customerId: string
  customer: string
  order: string | null
  orderId: string | null
  status: string
  invoicedOn: string
  dueOn: string
  netMinor: number
  taxMinor: number
  grossMinor: number
  openMinor: number
  currency: string
  overdueDays: number
}
export interface Invoice extends InvoiceRow {
  seller: { name: string; lines: string[]; taxNumber: string | null }
  billTo: { name: string; lines: string[]; taxNumber: string | null }
  lines: {
    no: number
    sku: string | null
    description: string
    qty: number
    uom: string
    priceMicro: number
    perUom: string
    netMinor: number
    taxCode: string
    taxPpm: number
  }[]
  taxes: { category: string; ratePpm: number; baseMinor: number; taxMinor: number }[]
  payments: { id: string; number: string; on: string; amountMinor: number; method: string }[]
  terms: string
}
export interface ImportState {
  id: string
  profile: string
  fileName: string
  state: string
  rowsDone: number
  rowsTotal: number
  note: string | null
  accounting: {
    group: string
    label: string
    rows: number
    units: number | null
    amountMinor: number | null
    becomes: string
  }[]
  diff: {
    creates: { kind: string; count: number }[]
    updates: { kind: string; count: number }[]
    unchanged: number
    sample: { kind: string; ref: string; field: string; before: string | null; after: string | null }[]
  } | null
  months: { month: string; rows: number; units: number; amountMinor: number; appliedMinor: number }[] | null
  currency: string
  errors: number
}
export interface ImportRow {
  id: string
  row: number
  state: string
  message: string | null
  path: string | null
  text: string
  ref: string | null
}
