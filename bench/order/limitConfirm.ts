import type { OneConnection } from '../../src/core/database/roles.ts'

/**
 * The limit of one round trip per step, confirming: key, lock, plan, write, audit, outbox and answer in one function.
 * It does what `sales.confirm` does for an order whose items all have enough stock: promises from supplies are left out,
 * and two lines of one item are not told apart. Both make it cheaper, so it is a limit and not a rival.
 */
export const createLimitConfirm = (sql: OneConnection) => sql`
create function bench_confirm(the_company uuid, the_order uuid, the_key text, the_hash bytea, the_actor uuid, the_name text, at timestamptz) returns text
language plpgsql as $$
declare
  known text;
  ord record;
  ships date;
  arrives date;
  locked int;
begin
  perform set_config('app.company_id', the_company::text, true), set_config('app.sites', '*', true), set_config('app.parties', '*', true);
  select body into known from answer where company_id = the_company and key = the_key;
  if found then return known; end if;

  select o.id, o.number, o.state, o.site_id, o.party_id, o.ordered_on, o.requested_on, o.line_count,
         party.service_class, party.min_shelf_days, party.partial_policy, coalesce(ship_to.route_days, 0)::int as route_days
    into ord
    from sales_order o
    join party on party.company_id = o.company_id and party.id = o.party_id
    left join address ship_to on ship_to.company_id = o.company_id and ship_to.id = o.ship_to_id
   where o.company_id = the_company and o.id = the_order
     for update of o;
  if ord.state is distinct from 'draft' then raise exception 'not_a_draft'; end if;

  select local.day + d into ships
    from site s
   cross join lateral (select (at at time zone s.zone)::date as day, extract(hour from at at time zone s.zone) * 60 + extract(minute from at at time zone s.zone) as minutes) local
   cross join generate_series(0, 30) as d
   where s.company_id = the_company and s.id = ord.site_id
     and (d > 0 or local.minutes < s.cutoff_minutes)
     and extract(isodow from local.day + d) = any (s.work_days)
     and not exists (select 1 from site_holiday h where h.company_id = the_company and h.site_id = s.id and h.day = local.day + d)
   order by d
   limit 1;
  arrives := greatest(ships + ord.route_days, ord.requested_on);

  perform 1
     from sales_order_line line
     join promise_position position on position.company_id = the_company and position.site_id = ord.site_id and position.item_id = line.item_id
    where line.company_id = the_company and line.order_id = ord.id and line.kind = 'goods'
    order by position.item_id
      for update of position;
  get diagnostics locked = row_count;
  if locked < ord.line_count then
    insert into promise_position (company_id, site_id, item_id, promised)
    select the_company, ord.site_id, item_id, 0
      from sales_order_line where company_id = the_company and order_id = ord.id and kind = 'goods' order by item_id
    on conflict do nothing;
    perform 1
       from sales_order_line line
       join promise_position position on position.company_id = the_company and position.site_id = ord.site_id and position.item_id = line.item_id
      where line.company_id = the_company and line.order_id = ord.id and line.kind = 'goods'
      order by position.item_id
        for update of position;
  end if;

  with line as (
    select line.id, line.line_no, line.item_id, line.qty, line.qty / line.uom_qty as step,
           least(line.qty, greatest(0, least(pool.fresh, pool.free - position.promised)) / (line.qty / line.uom_qty) * (line.qty / line.uom_qty)) as promised
      from sales_order_line line
      join promise_position position on position.company_id = the_company and position.site_id = ord.site_id and position.item_id = line.item_id
      cross join lateral (
           select coalesce(sum(p.on_hand - p.allocated - p.held), 0)::int8 as free,
                  coalesce(sum(p.on_hand - p.allocated - p.held) filter (where lot.expires_on is null or lot.expires_on >= arrives + ord.min_shelf_days), 0)::int8 as fresh
             from stock_pool p
             left join lot on lot.company_id = p.company_id and lot.id = p.lot_id
            where p.company_id = the_company and p.site_id = ord.site_id and p.item_id = line.item_id
              and p.status = 'available' and p.owner_id = '00000000-0000-0000-0000-000000000000' and lot.held is not true) pool
     where line.company_id = the_company and line.order_id = ord.id and line.kind = 'goods'
  ), demanded as (
    insert into demand_line (company_id, id, kind, ref_id, order_line_id, line_qty, line_no, site_id, party_id, item_id, qty, step, priority, ordered_on, requested_on, route_days,
           min_shelf_days, partial_policy, original_promise_on, latest_promise_on, promised, allocated, backordered, shipped, cancelled, released_at, version)
    select the_company, id, 'sales', ord.id, id, qty, line_no, ord.site_id, ord.party_id, item_id, qty, step, ord.service_class, ord.ordered_on, ord.requested_on, ord.route_days,
           ord.min_shelf_days, ord.partial_policy, case when promised = qty then arrives end, case when promised = qty then arrives end, promised, 0, qty - promised, 0, 0, null, 1
      from line
  ), promised as (
    insert into promise (company_id, id, demand_line_id, site_id, party_id, item_id, supply_id, qty, due_on, made_at)
    select the_company, uuidv7(), id, ord.site_id, ord.party_id, item_id, null, promised, arrives, at from line where promised > 0
  ), taken as (
    update promise_position position
       set promised = position.promised + line.promised
      from line
     where position.company_id = the_company and position.site_id = ord.site_id and position.item_id = line.item_id
  ), confirmed as (
    update sales_order set state = 'confirmed', confirmed_at = at, version = version + 1 where company_id = the_company and id = ord.id
  ), audited as (
    insert into audit_event (company_id, id, recorded_at, actor_kind, actor_id, actor_name, device, capability, key, input, outcome)
    values (the_company, uuidv7(), at, 'key', the_actor, the_name, null, 'sales.confirm', the_key, json_build_object('orderId', the_order)::jsonb, 'done')
    returning id
  ), told as (
    insert into outbox (company_id, id, type, kind, ref_id, version, permission, site_id, party_id, capability, audit_id, recorded_at)
    select the_company, uuidv7(), 'order.confirmed', 'sales_order', ord.id, 1, 'sales.read', ord.site_id, ord.party_id, 'sales.confirm', audited.id, at from audited
  )
  insert into answer (company_id, key, hash, status, body, recorded_at)
  select the_company, the_key, the_hash, 200, json_build_object('id', ord.id, 'number', ord.number, 'promisedOn', case when bool_and(promised = qty) then arrives end,
           'lines', json_agg(json_build_object('id', id, 'lineNo', line_no, 'promisedOn', case when promised = qty then arrives end,
              'promises', json_build_array(json_build_object('qty', promised, 'dueOn', arrives, 'source', 'stock')), 'backordered', qty - promised) order by line_no))::text, at
    from line
  returning body into known;
  return known;
end $$`
