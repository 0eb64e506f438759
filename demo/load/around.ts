/** What happens around the orders of a day: goods arrive, money comes in, stock is corrected, returns are credited, more is ordered. */
import { type Sql, wholeCompany } from '../../src/core/database/pool.ts'
import { addDays } from '../calendar.ts'
import { dice } from '../dice.ts'
import type { Ground } from './ground.ts'
import { each, type Hands } from './hands.ts'
import type { Ids } from './masters.ts'
import type { PlannedDay } from './plan.ts'

const read = <R>(h: Hands, query: (sql: Sql) => PromiseLike<readonly R[]>): Promise<readonly R[]> =>
  h.kernel.pool.transaction(wholeCompany(h.company), 30_000, async (sql) => await query(sql), 'read only')

const lotName = (day: string) => `L${day.replaceAll('-', '').slice(2)}`

type Due = { id: string; itemId: string; sku: string; open: number; partyId: string; reference: string }

export async function receiveDue(h: Hands, world: Ground, ids: Ids, day: string): Promise<void> {
  const due = await read(
    h,
    (sql) => sql<Due[]>`
    select s.id, s.item_id, i.sku, s.expected - s.received as open, s.party_id, s.reference
      from supply s
      join item i on i.company_id = s.company_id and i.id = s.item_id
     where s.company_id = ${h.company} and s.kind = 'purchase' and s.due_on = ${day}::date and s.received = 0
     order by s.reference, i.sku`,
  )
  for (const [reference, supplies] of Map.groupBy(due, (supply) => supply.reference)) {
    const lines = supplies.map((supply) => {
      const life = ids.supplierOf.get(supply.sku)?.shelfLifeDays ?? null
      // one line in thirty comes short; the rest stays expected
      const short = dice(world.seed, 'arrival', reference, supply.sku).chance(1 / 30)
      const qty = short ? Math.max(1, Math.floor(supply.open * 0.8)) : supply.open
      const lot = life === null ? {} : { lotCode: lotName(day), expiresOn: addDays(day, life) }
      return { itemId: supply.itemId, supplyId: supply.id, qty, ...lot }
    })
    const receipt = { siteId: ids.siteId, partyId: supplies[0]!.partyId, reference, lines }
    await h.tried('warehouse_lead', 'warehouse.receive', receipt, `receive:${reference}`)
  }
}

/** Each invoice has its day of payment: most on time, some a week early, one in eight late. */
function payDay(world: Ground, invoice: { number: string; issuedOn: string; dueOn: string }): string {
  const roll = dice(world.seed, 'pays', invoice.number)
  const on = addDays(invoice.dueOn, roll.chance(0.12) ? roll.int(5, 40) : roll.int(-7, 2))
  return on <= invoice.issuedOn ? addDays(invoice.issuedOn, 1) : on
}

type OpenInvoice = { id: string; number: string; partyId: string; issuedOn: string; dueOn: string; open: number }

export async function collect(h: Hands, world: Ground, day: string): Promise<void> {
  const open = await read(
    h,
    (sql) => sql<OpenInvoice[]>`
    select id, number, party_id, issued_on, due_on, open
      from invoice
     where company_id = ${h.company} and kind = 'invoice' and open > 0
     order by number`,
  )
  const paid = open.filter((invoice) => payDay(world, invoice) === day)
  await each(paid, 100, ({ id, number, partyId, open: amountMinor }) => {
    const payment = {
      customerId: partyId,
      on: day,
      amountMinor,
      currency: 'GBP',
      method: 'bank',
      reference: number,
      applyTo: [{ invoiceId: id, amountMinor }],
    }
    return h.tried('finance', 'finance.recordPayment', payment, `pay:${id}`)
  })
}

type OpenCount = { id: string; onHand: number }

/** Bins in which a pick found too little stay closed until they are counted: the morning after, one unit is written off. */
export async function settleCounts(h: Hands, day: string): Promise<void> {
  const open = await read(
    h,
    (sql) => sql<OpenCount[]>`
    select t.id, coalesce(b.on_hand, 0) as on_hand
      from task t
      left join stock_balance b on b.company_id = t.company_id and b.location_id = t.from_location_id and b.item_id = t.item_id
                               and b.lot_id = t.lot_id and b.lpn_id = t.lpn_id and b.owner_id = t.owner_id and b.status = 'available'
     where t.company_id = ${h.company} and t.kind = 'count' and t.ended_at is null
     order by t.id`,
  )
  for (const { id, onHand } of open) {
    await h.tried('picker', 'warehouse.count', { taskId: id, counted: Math.max(0, onHand - 1) }, `count:${day}:${id}`)
    await h.tried('warehouse_lead', 'warehouse.approveCount', { taskId: id }, `approve:${day}:${id}`)
  }
}

const REASONS: [words: RegExp, reason: string][] = [
  [/damage|broke|crush|crack|smash|wet|mould|rust|thrown|faulty|smudge|unsale/i, 'damaged'],
  [/lost|missing|mia|mystery/i, 'lost'],
  [/found/i, 'found'],
  [/sample|display|showroom|given|mailout/i, 'sample'],
]

/** A write-off takes at most what stands free in the item's fullest bin; what a find adds goes to the same. */
export async function correctStock(h: Hands, ids: Ids, plan: PlannedDay): Promise<void> {
  for (const line of plan.corrections.flatMap((doc) => doc.lines)) {
    const itemId = ids.itemIds.get(line.code)!
    const [bin] = await read(
      h,
      (sql) => sql<{ locationId: string; lotId: string; free: number }[]>`
      select b.location_id, b.lot_id, least(b.on_hand - b.tasked, p.on_hand - p.allocated - p.held) as free
        from stock_balance b
        join location l on l.company_id = b.company_id and l.id = b.location_id and l.kind in ('pick', 'storage')
        join stock_pool p on p.company_id = b.company_id and p.site_id = b.site_id and p.item_id = b.item_id and p.lot_id = b.lot_id
                         and p.owner_id = b.owner_id and p.status = b.status
       where b.company_id = ${h.company} and b.item_id = ${itemId} and b.status = 'available'
       order by free desc, b.lot_id
       limit 1`,
    )
    const qty = line.qty > 0 ? line.qty : -Math.min(-line.qty, bin?.free ?? 0)
    if (!bin || qty === 0) continue
    const reason = REASONS.find(([words]) => words.test(line.name))?.[1] ?? (qty > 0 ? 'found' : 'count')
    const lot = bin.lotId.startsWith('00000000-0000') ? {} : { lotId: bin.lotId }
    await h.tried(
      'warehouse_lead',
      'warehouse.adjust',
      { locationId: bin.locationId, itemId, ...lot, qty, reason },
      `correct:${line.row}`,
    )
  }
}

type BilledLine = { invoiceId: string; lineId: string; qty: number; document: string; lineNo: number }

/** Credit notes against the very invoice lines that the file's cancellation takes back. */
export async function creditReturns(h: Hands, ids: Ids, { credits, soldAs }: PlannedDay): Promise<void> {
  for (const doc of credits) {
    const wanted = doc.lines.flatMap((line) =>
      line.takesBack.flatMap(({ row, qty }) => (soldAs.has(row) ? [{ ...soldAs.get(row)!, qty }] : [])),
    )
    const billed = await read(
      h,
      (sql) => sql<BilledLine[]>`
      select il.invoice_id, il.id as line_id, il.qty, o.customer_po as document, ol.line_no
        from json_to_recordset(${JSON.stringify(wanted)}::text::json) as w (document text, "lineNo" int4)
        join sales_order o on o.company_id = ${h.company} and o.party_id = ${ids.partyIds.get(doc.customer)!} and o.customer_po = w.document
        join sales_order_line ol on ol.company_id = o.company_id and ol.order_id = o.id and ol.line_no = w."lineNo"
        join invoice_line il on il.company_id = ol.company_id and il.order_line_id = ol.id
        join invoice i on i.company_id = il.company_id and i.id = il.invoice_id and i.kind = 'invoice'
       order by il.id`,
    )
    const byInvoice = new Map<string, Map<string, number>>()
    for (const want of wanted) {
      const line = billed.find((b) => b.document === want.document && b.lineNo === want.lineNo)
      if (!line) continue
      const given = byInvoice.get(line.invoiceId) ?? new Map<string, number>()
      given.set(line.lineId, Math.min(line.qty, (given.get(line.lineId) ?? 0) + want.qty))
      byInvoice.set(line.invoiceId, given)
    }
    for (const [invoiceId, given] of byInvoice) {
      const lines = [...given].map(([lineId, qty]) => ({ lineId, qty }))
      await h.tried(
        'finance',
        'finance.creditNote',
        { invoiceId, reason: `Returned by the customer (${doc.number})`, lines },
        `credit:${doc.number}:${invoiceId}`,
      )
    }
  }
}

/** Evening: what fell to its reorder point is ordered from its supplier, one purchase per supplier and day. */
export async function reorder(h: Hands, world: Ground, ids: Ids, day: string): Promise<void> {
  const { rows }: { rows: { itemId: string; sku: string; proposed: number }[] } = await h.as(
    'buyer',
    'stock.orderPoints',
    { siteId: ids.siteId },
    `points:${day}`,
  )
  const bySupplier = Map.groupBy(
    rows.filter((row) => ids.supplierOf.has(row.sku)),
    (row) => ids.supplierOf.get(row.sku)!.code,
  )
  for (const [code, proposals] of bySupplier) {
    const supplier = ids.supplierOf.get(proposals[0]!.sku)!
    const reference = `PO-${day.slice(2).replaceAll('-', '')}-${code}`
    const dueOn = addDays(day, Math.max(1, supplier.leadTimeDays + dice(world.seed, 'lead', reference).int(-1, 3)))
    const order = {
      siteId: ids.siteId,
      partyId: supplier.partyId,
      dueOn,
      reference,
      place: true,
      lines: proposals.map((row) => ({ itemId: row.itemId, uomQty: row.proposed })),
    }
    await h.tried('buyer', 'purchasing.createOrder', order, `po:${reference}`)
  }
}
