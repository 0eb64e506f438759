import type { Cluster } from '../kit/cluster.ts'
import type { Wholesaler } from '../kit/wholesaler.ts'

/** Share of all orders, in thousandths, that stand at each stage: most are paid, a few are being worked on. */
export const shares: Readonly<Record<string, number>> = {
  paid: 780,
  invoiced: 120,
  shipped: 10,
  packed: 5,
  picking: 5,
  allocated: 10,
  released: 15,
  held: 5,
  confirmed: 20,
  draft: 10,
  cancelled: 20,
}

/** One order of each stage, three lines each, through the commands: what the others are copies of. */
export const patterns = async (world: Wholesaler): Promise<Map<string, string>> => {
  const { run, siteId, itemIds, partyIds } = world
  const found = new Map<string, string>()
  const draft = async (from: number, qty = 2, party = 0): Promise<string> => {
    const lines = [0, 1, 2].map((n) => ({ itemId: itemIds[from + n]!, uom: 'EA', uomQty: qty }))
    return (await run('sales.createOrder', { partyId: partyIds[party]!, siteId, lines })).id
  }
  const confirmed = async (...given: Parameters<typeof draft>) => {
    const orderId = await draft(...given)
    await run('sales.confirm', { orderId })
    return orderId
  }
  const released = async (...given: Parameters<typeof draft>) => {
    const orderId = await confirmed(...given)
    await run('sales.release', { orderId })
    return orderId
  }
  const picked = async () => {
    const orderId = await released(0)
    const wave = await run('warehouse.createWave', { siteId, orderIds: [orderId] })
    const { tasks } = await run('warehouse.pickList', { siteId, waveId: wave.id })
    for (const task of tasks) await run('warehouse.pick', { taskId: task.id, qty: task.qty })
    return orderId
  }
  const packed = async () => {
    const orderId = await picked()
    return { orderId, shipmentId: (await run('warehouse.pack', { orderId })).shipmentId as string }
  }
  const shipped = async () => {
    const one = await packed()
    await run('warehouse.ship', { shipmentId: one.shipmentId })
    return one
  }
  const invoiced = async () => {
    const one = await shipped()
    const { invoices } = await run('finance.invoiceShipments', { shipmentIds: [one.shipmentId] })
    return { ...one, invoice: invoices[0] as { id: string; grossMinor: number } }
  }
  found.set('draft', await draft(0))
  found.set('confirmed', await confirmed(0))
  const cancelled = await confirmed(0)
  await run('sales.cancel', { orderId: cancelled, reason: 'ordered twice' })
  found.set('cancelled', cancelled)
  // The last three items have no stock: released, and nothing to allocate.
  found.set('released', await released(itemIds.length - 3))
  found.set('allocated', await released(0))
  await run('credit.saveAccounts', { accounts: [{ partyId: partyIds[1]!, limitAmount: 1 }] })
  found.set('held', await released(0, 2, 1))
  found.set('picking', await picked())
  found.set('packed', (await packed()).orderId)
  found.set('shipped', (await shipped()).orderId)
  found.set('invoiced', (await invoiced()).orderId)
  const paid = await invoiced()
  await run('finance.recordPayment', {
    ...{
      customerId: partyIds[0]!,
      on: '2026-01-31',
      amountMinor: paid.invoice.grossMinor,
      currency: 'GBP',
      method: 'bank',
    },
    applyTo: [{ invoiceId: paid.invoice.id, amountMinor: paid.invoice.grossMinor }],
  })
  found.set('paid', paid.orderId)
  return found
}

const PARTIES = 1_000
/** A row of a copy has the id that its pattern's id and the copy's number make together. */
const copied = (id: string) => `md5(${id}::text || n)::uuid`

/**
 * Orders as copies of the patterns, with their lines, demand, allocations, shipments and invoices, spread over three years and a
 * thousand customers. @returns how many stand at each stage.
 */
export const copyOrders = async (
  { sql }: Cluster,
  world: Wholesaler,
  found: ReadonlyMap<string, string>,
  orders: number,
): Promise<Map<string, number>> => {
  const { company } = world
  await sql`set session_replication_role = replica`
  await sql.unsafe(
    `insert into party
     select made.*
       from generate_series(1, ${PARTIES}) n
      cross join (select to_jsonb(party) as row from party where company_id = '${company}' and id = '${world.partyIds[0]}') one
      cross join lateral jsonb_populate_record(null::party, one.row || jsonb_build_object('id', md5('party' || n)::uuid, 'code', 'P' || n, 'name', 'Customer ' || md5(n::text))) made`,
  )
  const counts = new Map<string, number>()
  let from = 0
  for (const [stage, id] of found) {
    const copies = Math.floor((orders * shares[stage]!) / 1_000)
    counts.set(stage, copies + 1)
    const copy = (table: string, where: string, changes: string) =>
      sql.unsafe(
        `insert into ${table}
         select made.*
           from generate_series(${from + 1}, ${from + copies}) n
          cross join (select to_jsonb(t) as row, t.* from ${table} t where company_id = '${company}' and ${where}) one
          cross join lateral jsonb_populate_record(null::${table}, one.row || jsonb_build_object(${changes})) made`,
      )
    const party = `'party_id', md5('party' || (1 + n % ${PARTIES}))::uuid`
    const day = `(date '2024-01-01' + ((n * 7919) % 1060)::int)`
    await copy(
      'sales_order',
      `id = '${id}'`,
      `'id', ${copied('one.id')}, 'number', 'X-' || n, ${party}, 'ordered_on', ${day}, 'requested_on', ${day} + (n % 14)::int,
       'recorded_at', ${day}::timestamptz + n * interval '1 ms', 'net', one.net + (n * 7919) % 100000, 'gross', one.gross + (n * 7919) % 100000`,
    )
    await copy(
      'sales_order_line',
      `order_id = '${id}'`,
      `'id', ${copied('one.id')}, 'order_id', ${copied('one.order_id')}, ${party}`,
    )
    await copy(
      'demand_line',
      `ref_id = '${id}'`,
      `'id', ${copied('one.id')}, 'ref_id', ${copied('one.ref_id')}, 'order_line_id', ${copied('one.order_line_id')}, ${party}, 'latest_promise_on', ${day} + (n % 20)::int`,
    )
    await copy(
      'allocation',
      `demand_line_id in (select id from demand_line where company_id = '${company}' and ref_id = '${id}')`,
      `'id', ${copied('one.id')}, 'demand_line_id', ${copied('one.demand_line_id')}, ${party}`,
    )
    await copy(
      'shipment',
      `order_id = '${id}'`,
      `'id', ${copied('one.id')}, 'order_id', ${copied('one.order_id')}, 'number', 'X-' || n, ${party}`,
    )
    await copy(
      'invoice',
      `order_id = '${id}'`,
      `'id', ${copied('one.id')}, 'order_id', ${copied('one.order_id')}, 'shipment_id', ${copied('one.shipment_id')}, 'number', 'X-' || n, ${party}`,
    )
    from += copies
  }
  await sql`set session_replication_role = origin`
  return counts
}

/** Bins of one row each per item, and the pools that are their sums: `balances` rows in all. */
export const fillBins = async ({ sql }: Cluster, world: Wholesaler, items: number, balances: number): Promise<void> => {
  const { company, siteId } = world
  const per = Math.ceil(balances / items)
  const bins = 20_000
  await sql`set session_replication_role = replica`
  await sql.unsafe(
    `insert into location
     select made.*
       from generate_series(1, ${bins}) n
      cross join (select to_jsonb(location) as row from location where company_id = '${company}' and id = '${world.bins[0]}') one
      cross join lateral jsonb_populate_record(null::location, one.row || jsonb_build_object('id', md5('bin' || n)::uuid, 'code', 'Z-' || n, 'pick_seq', 1000 + n)) made`,
  )
  const nil = `'00000000-0000-0000-0000-000000000000'::uuid`
  await sql.unsafe(
    `insert into stock_balance (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, site_id, on_hand, tasked, weight_g)
     select '${company}', md5('bin' || (1 + (i.no * 37 + b * 1999) % ${bins}))::uuid, i.id, ${nil}, ${nil}, ${nil}, 'available', '${siteId}', 1 + (i.no * b) % 97, 0, 0
       from (select id, row_number() over (order by sku) as no from item where company_id = '${company}' and sku like 'IT-%') i
      cross join generate_series(1, ${per}) b
         on conflict do nothing`,
  )
  await sql.unsafe(
    `insert into stock_pool (company_id, site_id, item_id, lot_id, owner_id, status, on_hand, allocated, held, weight_g)
     select company_id, site_id, item_id, lot_id, owner_id, status, sum(on_hand), 0, 0, 0
       from stock_balance
      where company_id = '${company}' and location_id in (select id from location where company_id = '${company}' and code like 'Z-%')
      group by company_id, site_id, item_id, lot_id, owner_id, status`,
  )
  await sql`set session_replication_role = origin`
}
