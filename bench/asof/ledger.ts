import type { Cluster } from '../kit/cluster.ts'
import { say } from '../kit/report.ts'
import { newWholesaler, type Wholesaler } from '../kit/wholesaler.ts'

/** Moves of a day, whatever the ledger's length: it grows by days, as a business's does. */
export const MOVES_A_DAY = 10_000
/** Of one lot: received, put away, and four times picked and shipped. */
const MOVES_A_LOT = 10
const LOTS_A_DAY = MOVES_A_DAY / MOVES_A_LOT
const LOTS_AT_ONCE = 50_000
const ITEMS = 20_000
const HOUR = 3_600_000
const NIL = '00000000-0000-0000-0000-000000000000'

export interface Loaded {
  readonly world: Wholesaler
  readonly siteId: string
  readonly moves: number
  /** Midnight of the first day, and the moment after the last move. */
  readonly from: number
  readonly until: number
  readonly hotItem: string
  readonly bigLot: string
  readonly lots: number
}

/**
 * Years of a wholesaler's ledger, laid down set-wise as the owner: two sites, 20,000 items, lots that live for nine days. A
 * lot of 100 is received at the dock (one in ten on late paper: up to two days before it was recorded), put into its bin, and
 * picked and shipped in four parts; of one in fifty the last part stays. Item 0 has every hundredth lot; the first lot is
 * a big one, of which some leaves every hour. Pools and bins are what the ledger says, empty ones kept, as the app keeps them.
 */
export const loadLedger = async ({ sql, settle }: Cluster, wanted: number): Promise<Loaded> => {
  const world = await newWholesaler({ items: 1, customers: 200, stock: 0 })
  const { company, siteId } = world
  const { sites } = await world.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB' }],
  })
  const bins = (site: string) =>
    world.run('sites.saveLocations', {
      siteId: site,
      locations: Array.from({ length: 500 }, (_, n) => ({ code: `R-${n + 1}`, kind: 'pick', pickSeq: n + 1 })),
    })
  await bins(siteId)
  await bins(sites[0].id)
  const days = Math.max(1, Math.floor(wanted / MOVES_A_DAY))
  const lots = days * LOTS_A_DAY
  // The last lots have shipped their last before now; a day's end is London's midnight.
  const until = world.clock.now().getTime() - 2 * HOUR
  const from = Math.floor((until - (days + 10) * 24 * HOUR) / (24 * HOUR)) * 24 * HOUR
  await sql.unsafe('drop table if exists place')
  await sql.unsafe(
    `create temp table place as
       select site_id, kind, id, row_number() over (partition by site_id, kind order by code) - 1 as no
         from location where company_id = '${company}' and (kind <> 'pick' or code like 'R-%')`,
  )
  await sql.unsafe('create index on place (site_id, kind, no)')
  await sql.unsafe('analyze place')
  const uuid = (kind: string, n: string) => `('${kind}0000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
  const site = (n: string) => `case when ${n} % 2 = 0 then '${siteId}'::uuid else '${sites[0].id}'::uuid end`
  await sql.unsafe(`
    insert into item select (jsonb_populate_record(i, jsonb_build_object('id', ${uuid('17e0', 'n')}, 'sku', 'L-' || n, 'name', 'Item ' || n, 'tracking', 'lot', 'kind', 'goods'))).*
      from item i, generate_series(0, ${ITEMS - 1}) n where i.company_id = '${company}' and i.sku = 'SKU-00001'`)
  const hot = (n: string) => `case when ${n} % 100 = 0 then 0 else 1 + (${n}::int8 * 7919) % ${ITEMS - 1} end`
  await sql.unsafe(`
    insert into lot (company_id, id, item_id, code, expires_on, held, recorded_at)
    select '${company}', ${uuid('1070', 'n')}, ${uuid('17e0', hot('n'))}, 'LOT-' || n, '2035-01-01', false, to_timestamp(${from / 1000})
      from generate_series(0, ${lots}) n`)
  const parties = `(select id, row_number() over (order by id) - 1 as no from party where company_id = '${company}')`
  await sql.unsafe(`
    insert into receipt (company_id, id, number, site_id, party_id, reference, recorded_at)
    select '${company}', ${uuid('7ece', 'n')}, 'R-' || n, ${site('n')}, p.id, 'DN-' || n, to_timestamp(${from / 1000})
      from generate_series(0, ${Math.ceil(lots / 50)}) n join ${parties} p on p.no = n % 200`)
  const shipments = Math.ceil((lots * 4) / 20)
  await sql.unsafe(`
    insert into sales_order (company_id, id, number, entity_id, site_id, party_id, source, state, currency, ordered_on, requested_on, recorded_at, net, tax, gross, credit_open, line_count, custom, version)
    select '${company}', ${uuid('0de0', 'n')}, 'B-' || n, '${world.entity}', ${site('n')}, p.id, 'api', 'confirmed', 'GBP', '2026-01-01', '2026-01-01', to_timestamp(${from / 1000}), 0, 0, 0, 0, 1, '{}', 1
      from generate_series(0, ${shipments}) n join ${parties} p on p.no = n % 200`)
  await sql.unsafe(`
    insert into shipment (company_id, id, number, site_id, party_id, order_id, packed_at, shipped_at, weight_g, gross, version)
    select '${company}', ${uuid('5419', 'n')}, 'S-' || n, ${site('n')}, p.id, ${uuid('0de0', 'n')}, to_timestamp(${from / 1000}), to_timestamp(${from / 1000}), 0, 0, 1
      from generate_series(0, ${shipments}) n join ${parties} p on p.no = n % 200`)
  say(`${lots} lots of ${ITEMS} items in ${days} days`)

  // Indexes are built once, sorted, instead of row by row.
  const indexes = await sql<{ name: string; text: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as text
      from pg_index where indrelid = 'stock_move'::regclass and not indisprimary`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  let moves = 0
  // Each lot's ten steps: hours after its start, what it is, how much. What is picked at one hour is shipped an hour later.
  const steps = `(values (0, 0, 'supplier', 'dock', 100, 'receipt'), (1, 5, 'dock', 'pick', 100, 'move'),
      (2, 40, 'pick', 'stage', 25, 'task'), (3, 41, 'stage', 'customer', 25, 'shipment'), (4, 90, 'pick', 'stage', 25, 'task'), (5, 91, 'stage', 'customer', 25, 'shipment'),
      (6, 140, 'pick', 'stage', 25, 'task'), (7, 141, 'stage', 'customer', 25, 'shipment'), (8, 210, 'pick', 'stage', 25, 'task'), (9, 211, 'stage', 'customer', 25, 'shipment'))
      as step (no, hours, from_kind, to_kind, qty, cause)`
  const insert = (rows: string, numbering: string) => `
    insert into stock_move (company_id, id, item_id, lot_id, serial_id, lpn_id, owner_id, from_site_id, from_location_id, from_status, to_site_id, to_location_id, to_status, qty, weight_g,
           effective_at, recorded_at, cause_kind, cause_id, cause_line_id, reason, actor_id, device, to_lpn_id, to_owner_id)
    select '${company}', (lpad(to_hex(ms), 12, '0') || '70008' || lpad(to_hex(${numbering}), 15, '0'))::uuid, ${uuid('17e0', hot('lot'))}, ${uuid('1070', 'lot')}, '${NIL}', '${NIL}', '${NIL}',
           came.site_id, came.id, 'available', went.site_id, went.id, 'available', qty, 0, to_timestamp(effective / 1000.0), to_timestamp(ms / 1000.0), cause,
           case cause when 'receipt' then ${uuid('7ece', 'lot / 50')} when 'shipment' then ${uuid('5419', 'shipment')} else '${world.created.owner}' end, '${NIL}', null, '${world.created.owner}', null, '${NIL}', '${NIL}'
      from (${rows}) made
      join place came on came.site_id = ${site('lot')} and came.kind = from_kind and came.no = case when from_kind = 'pick' then lot % 500 else 0 end
      join place went on went.site_id = ${site('lot')} and went.kind = to_kind and went.no = case when to_kind = 'pick' then lot % 500 else 0 end
     order by ms, made.lot, made.no`
  for (let first = 1; first <= lots; first += LOTS_AT_ONCE) {
    const last = Math.min(lots, first + LOTS_AT_ONCE - 1)
    const start = `${from} + (lot::int8 * ${24 * HOUR}) / ${LOTS_A_DAY}`
    const written = await sql.unsafe(
      insert(
        `select lot, no, from_kind, to_kind, qty::int8, cause, (lot::int8 * 4 + no / 2) / 20 as shipment, ${start} + hours * ${HOUR} as ms,
                ${start} + hours * ${HOUR} - case when no = 0 and lot % 10 = 0 then (lot % 48) * ${HOUR} else 0 end as effective
           from generate_series(${first}, ${last}) lot, ${steps}
          where not (lot % 50 = 0 and no > 7)`,
        'made.lot::int8 * 10 + made.no',
      ),
    )
    moves += written.count
    if (last % 200_000 < LOTS_AT_ONCE) say(`${moves} moves`)
  }
  const hours = days * 24
  const big = await sql.unsafe(
    insert(
      `select 0 as lot, no, from_kind, to_kind, qty, cause, no as shipment, ${from} + no::int8 * ${HOUR} as ms, ${from} + no::int8 * ${HOUR} as effective
         from (select 0 as no, 'supplier' as from_kind, 'pick' as to_kind, ${hours + 1}::int8 as qty, 'receipt' as cause
                union all
               select n, 'pick', 'customer', 1, 'shipment' from generate_series(1, ${Math.min(hours, shipments)}) n) hourly`,
      '900000000000 + made.no',
    ),
  )
  moves += big.count
  // The definition of a partitioned table's index says ONLY: its partitions' own are to be built too.
  for (const { text } of indexes) await sql.unsafe(text.replace(' ON ONLY ', ' ON '))
  // Planned for the few rows of before, the next statement reads the whole ledger once for each bin.
  await sql.unsafe('analyze stock_move, location')
  await sql.unsafe(`
    insert into stock_balance (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, site_id, on_hand, tasked, weight_g)
    select '${company}', leg.location_id, leg.item_id, leg.lot_id, '${NIL}', '${NIL}', 'available', leg.site_id, sum(leg.qty), 0, 0
      from (select to_location_id as location_id, item_id, lot_id, to_site_id as site_id, qty from stock_move where company_id = '${company}'
             union all
            select from_location_id, item_id, lot_id, from_site_id, -qty from stock_move where company_id = '${company}') leg
      join location l on l.company_id = '${company}' and l.id = leg.location_id and l.kind in ('pick', 'dock', 'stage')
     group by leg.location_id, leg.item_id, leg.lot_id, leg.site_id`)
  await sql.unsafe(`
    insert into stock_pool (company_id, site_id, item_id, lot_id, owner_id, status, on_hand, allocated, held, weight_g)
    select company_id, site_id, item_id, lot_id, owner_id, status, sum(on_hand), 0, 0, 0 from stock_balance where company_id = '${company}'
     group by company_id, site_id, item_id, lot_id, owner_id, status`)
  await settle()
  const hotItem = (await sql.unsafe(`select ${uuid('17e0', '0')}::text as id`))[0]!.id as string
  const bigLot = (await sql.unsafe(`select ${uuid('1070', '0')}::text as id`))[0]!.id as string
  return { world, siteId, moves, from, until, hotItem, bigLot, lots }
}
