/**
 * Every invariant finds the row that was corrupted, and only that: a check that cannot fail proves nothing. Driven from the
 * registry: a new invariant without its line here fails. Each line corrupts one row of a filled company as superuser
 * (foreign keys off), looks, and is rolled back.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { invariantsOf } from '../src/core/check/check.ts'
import { connectOnce } from '../src/core/database/roles.ts'
import { modules } from '../src/modules.ts'
import { type Filled, filledWorld } from './trust/filled.ts'

let w: Filled
before(async () => {
  w = await filledWorld()
  w.clock.advance(48 * 3_600_000)
  await w.run('stock.closeDays', {})
  await w.run('people.sealAudit', {})
})
after(() => w?.kernel.close())

/** One row of the company's `table`; `where` chooses among them. */
const one = (table: string, where = 'true') =>
  `(tableoid, ctid) = (select tableoid, ctid from ${table} where company_id = $1 and ${where} order by 1, 2 limit 1)`
const set = (table: string, change: string, where?: string) =>
  `update ${table} set ${change} where ${one(table, where)}`
const drop = (table: string, where?: string) => `delete from ${table} where ${one(table, where)}`
const twin = (table: string, more = '{}', where?: string) =>
  `insert into ${table} select (jsonb_populate_record(t, '${more}'::jsonb || jsonb_build_object('id', '01a00000-0000-7000-8000-000000000001'))).* from ${table} t where ${one(table, where)}`

/** Invariant → what breaks it, and the rows it must tell (a pair is told from both sides). */
const corruptions: Readonly<Record<string, readonly [string, number?]>> = {
  'road.answers_complete': [set('answer', 'status = null')],
  'road.audit_is_done_calls': [drop('audit_event', `outcome = 'done' and key is not null`)],
  'road.events_have_cause': [set('outbox', `capability = 'nobody.asked'`)],
  'road.declared_is_told': [drop('outbox', `type = 'order.created'`)],
  event_positions_dense: ['insert into outbox_counter (company_id, last) values ($1, 5)'],
  'people.audit_sealed': [
    set('audit_event', `actor_name = 'Nobody'`, `recorded_at < (select max(day) from audit_seal)`),
  ],
  'catalog.base_unit': [set('item_uom', 'num = 2', `uom = 'EA'`)],
  'catalog.gtin': [set('item_uom', `gtin = '00000000000001'`)],
  'catalog.code_names_one': [
    set(
      'item_alias',
      `code = (select sku from item where company_id = $1 and sku <> 'HAM' limit 1)`,
      `kind = 'embedded'`,
    ),
  ],
  'catalog.weighed': [set('item', 'weight_g = 0', 'catch_weight')],
  'catalog.found': [
    `delete from search_entry where company_id = $1 and ref_id = (select id from item where company_id = $1 order by id limit 1)`,
  ],
  'catalog.links': [twin('item_link', '{"kind": "assembly"}', `kind = 'kit'`)],
  'parties.found': [
    `delete from search_entry where company_id = $1 and ref_id = (select id from party where company_id = $1 order by id limit 1)`,
  ],
  'parties.hierarchy': [set('party', 'parent_id = id')],
  'sites.world': [drop('location', `kind = 'scrap'`)],
  counts_are_booked: [set('count_result', 'counted = counted + 1, variance = variance + 1')],
  balance_replay: [set('stock_balance', 'on_hand = on_hand + 1')],
  kits_have_no_stock: [
    set(
      'item_link',
      `item_id = (select item_id from stock_pool where company_id = $1 and on_hand > 0 and item_id <> other_id limit 1)`,
      `kind = 'kit'`,
    ),
  ],
  // Where the ledger leads, and where the piece says it is.
  serial_replay: [set('serial', `status = 'damaged'`, 'in_stock'), 2],
  serials_are_the_stock: [set('serial', 'in_stock = false', 'in_stock')],
  contents_sit_with_the_plate: [set('stock_balance', `lpn_id = '01a00000-0000-7000-8000-000000000001'`, 'on_hand > 0')],
  plates_are_acyclic: [set('lpn', 'parent_id = id', `parent_id <> '00000000-0000-0000-0000-000000000000'`)],
  bound_pieces_are_picked: [set('serial', 'allocation_id = null', 'allocation_id is not null')],
  packed_pieces_are_the_line: [drop('shipment_serial')],
  pool_balances: [set('stock_pool', 'on_hand = on_hand + 1')],
  day_changes_replay: [set('stock_snapshot', 'on_hand = on_hand + 1')],
  // A picture with one unit too many; there is none yet of so little stock.
  day_whole_replay: [twin('stock_snapshot', '{"whole": true, "on_hand": 1000001}')],
  weight_replay: [set('stock_balance', 'weight_g = weight_g + 1', 'weight_g > 0')],
  pool_weighs_its_bins: [set('stock_pool', 'weight_g = weight_g + 1', 'weight_g > 0')],
  // Where it should stand and where it does differ: one row, since they are of one place.
  transfer_road: [set('transit_line', 'received = received + 1', 'shipped > received + lost')],
  transfer_shipped: [set('transit_line', 'shipped = shipped + 1')],
  transfer_lines_demanded: [
    set(
      'demand_line',
      'qty = qty + 1',
      `kind = 'transfer' and exists (select 1 from transfer_order o where o.company_id = demand_line.company_id and o.id = demand_line.ref_id and o.state = 'confirmed')`,
    ),
  ],
  transfer_supply: [set('supply', 'expected = expected + 100', 'transfer_line_id is not null')],
  purchase_supply: [set('purchase_line', 'supply_id = null', 'supply_id is not null')],
  purchase_expected: [set('supply', 'expected = expected + 100', 'purchase_line_id is not null')],
  purchase_net: [set('purchase_order', 'net = net + 1')],
  route_load: [set('route', 'weight_g = weight_g + 1')],
  route_emissions: [set('route_drop', 'ttw_g = ttw_g + 1')],
  route_times: [set('route', 'returns_s = leaves_s')],
  proposal_documents: [set('proposal', `document_id = '01a00000-0000-7000-8000-000000000001'`, `state = 'accepted'`)],
  plan_is_whole: [set('item_forecast', 'reorder_point = null')],
  credit_open_orders: [set('credit_account', 'open_orders = open_orders + 1')],
  'pricing.overlap': [twin('price_entry', '{"valid_from": "2026-11-20"}'), 2],
  'pricing.unit': [set('price_entry', `uom = 'ZZ'`)],
  'pricing.tax_rate': [twin('tax_code', '{"valid_from": "2026-11-20"}', "valid_to > '2026-12-01'"), 2],
  'pricing.tax_rule': [set('tax_rule', `tax_code = 'nope'`)],
  pool_allocated: [set('stock_pool', 'allocated = allocated - 1', 'allocated > 0')],
  line_quantities: [set('demand_line', 'shipped = shipped - 1', 'shipped > 0')],
  promise_days: [
    set(
      'demand_line',
      `latest_promise_on = '2020-01-01'`,
      'promised > 0 and component = 0 and latest_promise_on is not null',
    ),
  ],
  // Fewer whole kits: its other component then has too many.
  kits_whole: [
    set('demand_line', 'backordered = backordered + 1, promised = promised - 1', 'component = 1 and promised > 0'),
  ],
  position_promised: [set('promise_position', 'promised = promised + 1')],
  lots_in_order: [set('allocation', 'override_reason = null', 'override_reason is not null')],
  lots_as_agreed: [
    set(
      'allocation',
      `keep_until = '2099-01-01'`,
      'lot_order is not null and override_reason is null and qty > dropped and lot_id in (select id from lot where expires_on is not null)',
    ),
  ],
  position_holds: [set('promise_position', 'holds = holds + 1')],
  supply_promised: [set('supply', 'promised = promised + 1', 'expected > received + promised')],
  promised_covered: [set('promise_position', 'promised = 1000000')],
  no_expired_allocated: [
    `with held as (insert into lot select (jsonb_populate_record(null::lot, jsonb_build_object('company_id', $1::uuid, 'id', '01a00000-0000-7000-8000-000000000001', 'item_id', i.id, 'code', 'L', 'held', false, 'expires_on', '2020-01-01', 'recorded_at', '2026-01-01'))).* from item i where i.company_id = $1 limit 1)
     ${set('allocation', `lot_id = '01a00000-0000-7000-8000-000000000001'`, 'qty > dropped')}`,
  ],
  own_goods_for_own_orders: [set('demand_line', 'owner_id = id', 'allocated > 0')],
  order_totals: [set('sales_order', 'net = net + 1, gross = gross + 1')],
  estimates_are_nominal: [
    set(
      'sales_order_line',
      'net = net + 1',
      `nominal_weight_g is not null and not exists (select from demand_line d where d.order_line_id = sales_order_line.id)`,
    ),
  ],
  confirmed_lines_demanded: [
    drop(
      'demand_line',
      `kind = 'sales' and component <= 1 and ref_id in (select id from sales_order where state = 'confirmed')`,
    ),
  ],
  other_sites_know_the_order: [drop('order_site')],
  moves_have_two_ends: [set('stock_move', `to_location_id = '01a00000-0000-7000-8000-000000000001'`)],
  claims_are_open_tasks: [set('stock_balance', 'tasked = tasked - 1', 'tasked > 0')],
  tasks_are_the_allocation: [set('allocation', 'tasked = tasked - 1', 'tasked > 0')],
  one_lease_per_task: [set('task', `lease_until = '2026-11-23', assignee_id = null`, 'ended_at is null')],
  // What went into a kit left in no shipment.
  shipped_is_what_left: [
    set('allocation', 'shipped = shipped - 1', 'shipped > 0 and id not in (select allocation_id from assembly_use)'),
  ],
  weighed_at_the_bin: [set('task', 'weight_g = weight_g + 1', 'weight_g > 0')],
  cartons_hold_the_shipment: [set('carton_line', 'qty = qty + 1')],
  suspects_are_counted: [set('task', `kind = 'count', short_qty = 1, ended_at = null`)],
  assembly_done: [set('assembly_report', 'qty = qty + 1')],
  assembly_parts_demanded: [set('assembly_part', 'num = num + 1')],
  assembly_used_is_what_left: [
    set('stock_move', 'qty = qty + 1', `cause_kind = 'assembly' and lot_id <> '00000000-0000-0000-0000-000000000000'`),
  ],
  assembly_supply: [set('supply', 'expected = expected + 100', 'assembly_id is not null')],
  recalled_is_frozen: [set('lot', 'held = false', `code = 'R1'`)],
  recalled_pieces_are_frozen: [set('serial', `status = 'available'`, `recall_id is not null and in_stock`)],
  outcomes_within_shipped: [
    `insert into recall_outcome
     select $1, '01a00000-0000-7000-8000-000000000001', l.recall_id, p.id, l.item_id, l.lot_id, 'destroyed', 1, null, '01a00000-0000-7000-8000-000000000001', '2026-11-23'
       from recall_lot l, party p where l.company_id = $1 and p.company_id = $1 order by p.id limit 1`,
  ],
  invoiced_within_shipped: [set('invoice_line', 'qty = qty + 1', `kind = 'goods'`)],
  // One that stands on an invoice: where a shipment had nothing to bill, nothing is wrong.
  invoiced_on_trigger: [
    set(
      'shipment',
      'invoiced_at = null',
      `exists (select from document_link link where link.company_id = $1 and link.from_id = shipment.id and link.to_kind = 'invoice')`,
    ),
  ],
  billed_by_weight: [set('invoice_line', 'net = net + 1', 'weight_g > 0')],
  gapless_numbers: [set('number_series', 'next = next + 1', `kind = 'invoice'`)],
  // Its sum and its tax both differ.
  invoice_is_its_lines: [set('invoice_line', 'net = net + 1'), 2],
  open_is_what_is_left: [set('invoice', 'open = open - 1', 'open > 0')],
  payments_are_spent_once: [set('payment', 'amount = amount + 1')],
  credit_billing_replay: [set('credit_account', 'unapplied_cash = unapplied_cash + 1')],
}

test('each invariant is whole before, tells exactly the corrupted row, and has looked at rows', {
  timeout: 180_000,
}, async (t) => {
  const sql = connectOnce(w.database.superuser)
  const wrong: string[] = []
  let rows = 0
  try {
    for (const { name, differing, examined } of invariantsOf(modules)) {
      const corruption = corruptions[name]
      if (!corruption) {
        wrong.push(`${name}: no corruption is known that it finds`)
        continue
      }
      const [text, told = 1] = corruption
      const look = async (tx: { unsafe: typeof sql.unsafe }) =>
        [
          ...(await tx.unsafe(`select to_jsonb(d)::text as row from (${differing}) d where d.company_id = $1`, [
            w.company,
          ])),
        ].map((r) => r.row as string)
      await sql
        .begin(async (tx) => {
          await tx.unsafe('set local session_replication_role = replica')
          const before = await look(tx)
          if (before.length > 0) wrong.push(`${name}: differs untouched ${before[0]}`)
          const [n] = Object.values((await tx.unsafe(examined))[0]!)
          rows += Number(n)
          const changed = await tx.unsafe(text, [w.company])
          if (changed.count < 1) wrong.push(`${name}: nothing there to corrupt`)
          const found = await look(tx)
          if (changed.count >= 1 && found.length !== told)
            wrong.push(`${name}: tells ${found.length} rows, not ${told} ${found.slice(0, 3).join(' ')}`)
          await tx.unsafe('rollback')
        })
        .catch((error: Error) => {
          if (!/no transaction/.test(error.message)) wrong.push(`${name}: ${error.message}`)
        })
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
  const stale = Object.keys(corruptions).filter((name) => !invariantsOf(modules).some((i) => i.name === name))
  t.diagnostic(`${invariantsOf(modules).length} invariants over ${rows} rows`)
  assert.deepEqual([...wrong, ...stale.map((name) => `${name} is no invariant any more`)], [], wrong.join('\n'))
})
