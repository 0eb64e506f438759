import type { OneConnection } from '../../src/core/database/roles.ts'

/**
 * The limit of one round trip per step, releasing: credit under the account's lock, first-expiring lots under the pools'
 * locks, promises turned into allocations, audit, outbox and answer, in one function. An order over its limit, which
 * `sales.release` would hold, is an error here: the bench has none.
 */
export const createLimitRelease = (sql: OneConnection) => sql`
create function bench_release(the_company uuid, the_order uuid, the_key text, the_hash bytea, the_actor uuid, the_name text, at timestamptz) returns text
language plpgsql as $$
declare
  known text;
  ord record;
  account record;
begin
  perform set_config('app.company_id', the_company::text, true), set_config('app.sites', '*', true), set_config('app.parties', '*', true);
  select body into known from answer where company_id = the_company and key = the_key;
  if found then return known; end if;

  select id, number, state, entity_id, site_id, party_id, gross, released_at
    into ord
    from sales_order
   where company_id = the_company and id = the_order
     for update;
  if ord.state is distinct from 'confirmed' or ord.released_at is not null then raise exception 'not_confirmed'; end if;

  select id, limit_amount, held, open_orders + shipped_unbilled + open_receivables - unapplied_cash as exposure
    into account
    from credit_account
   where company_id = the_company and entity_id = ord.entity_id and party_id = ord.party_id
     for update;
  if account.held or account.exposure + ord.gross > account.limit_amount then raise exception 'over_limit'; end if;

  perform 1 from demand_line where company_id = the_company and ref_id = ord.id order by id for update;
  perform 1
     from demand_line line
     join promise_position position on position.company_id = the_company and position.site_id = line.site_id and position.item_id = line.item_id
    where line.company_id = the_company and line.ref_id = ord.id
    order by position.item_id
      for update of position;
  perform 1
     from demand_line line
     join stock_pool pool on pool.company_id = the_company and pool.site_id = line.site_id and pool.item_id = line.item_id
    where line.company_id = the_company and line.ref_id = ord.id
      and pool.status = 'available' and pool.owner_id = '00000000-0000-0000-0000-000000000000' and pool.on_hand > pool.allocated + pool.held
    order by pool.site_id, pool.item_id, pool.lot_id
      for update of pool;

  with line as (
    select line.id, line.line_no, line.site_id, line.party_id, line.item_id, line.qty - line.shipped - line.cancelled - line.allocated as open, mine.qty as mine,
           position.promised as promised, coalesce(line.latest_promise_on, at::date) + line.min_shelf_days as keeps
      from demand_line line
      join promise_position position on position.company_id = the_company and position.site_id = line.site_id and position.item_id = line.item_id
      cross join lateral (
           select coalesce(sum(promise.qty), 0)::int8 as qty
             from promise
            where promise.company_id = the_company and promise.demand_line_id = line.id and promise.supply_id is null and promise.qty > 0) mine
     where line.company_id = the_company and line.ref_id = ord.id
  ), lots as (
    select line.id, pool.lot_id, pool.on_hand - pool.allocated - pool.held as free,
           sum(pool.on_hand - pool.allocated - pool.held) over (partition by line.id order by lot.expires_on nulls last, pool.lot_id) - (pool.on_hand - pool.allocated - pool.held) as before,
           sum(pool.on_hand - pool.allocated - pool.held) over (partition by line.id) as total
      from line
      join stock_pool pool on pool.company_id = the_company and pool.site_id = line.site_id and pool.item_id = line.item_id
      left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
     where pool.status = 'available' and pool.owner_id = '00000000-0000-0000-0000-000000000000' and pool.on_hand > pool.allocated + pool.held
       and lot.held is not true and (lot.expires_on is null or lot.expires_on >= line.keeps)
  ), take as (
    select line.id, line.site_id, line.party_id, line.item_id, lots.lot_id,
           least(lots.free, least(line.open, line.mine + greatest(0, lots.total - line.promised)) - lots.before)::int8 as qty
      from line
      join lots on lots.id = line.id
     where lots.before < least(line.open, line.mine + greatest(0, lots.total - line.promised))
  ), got as (
    select line.id, line.line_no, line.site_id, line.item_id, line.open, coalesce(sum(take.qty), 0)::int8 as qty, least(coalesce(sum(take.qty), 0), line.mine)::int8 as kept
      from line
      left join take on take.id = line.id
     group by line.id, line.line_no, line.site_id, line.item_id, line.open, line.mine
  ), placed as (
    insert into allocation (company_id, id, demand_line_id, site_id, party_id, item_id, lot_id, owner_id, qty, tasked, picked, shipped, dropped, reason, made_at)
    select the_company, uuidv7(), id, site_id, party_id, item_id, lot_id, '00000000-0000-0000-0000-000000000000', qty, 0, 0, 0, 0, null, at from take
  ), held as (
    update stock_pool pool
       set allocated = pool.allocated + take.qty
      from take
     where pool.company_id = the_company and pool.site_id = take.site_id and pool.item_id = take.item_id and pool.lot_id = take.lot_id
       and pool.owner_id = '00000000-0000-0000-0000-000000000000' and pool.status = 'available'
  ), kept as (
    update promise
       set qty = promise.qty - got.kept
      from got
     where promise.company_id = the_company and promise.demand_line_id = got.id and promise.supply_id is null and promise.qty > 0
  ), freed as (
    update promise_position position
       set promised = position.promised - got.kept
      from got
     where position.company_id = the_company and position.site_id = got.site_id and position.item_id = got.item_id
  ), allocated as (
    update demand_line line
       set allocated = line.allocated + got.qty, promised = line.promised - got.kept, backordered = line.qty - line.shipped - line.cancelled - line.allocated - got.qty - line.promised + got.kept,
           released_at = at, version = line.version + 2
      from got
     where line.company_id = the_company and line.id = got.id
  ), exposed as (
    update credit_account set open_orders = open_orders + ord.gross, version = version + 1 where company_id = the_company and id = account.id
  ), released as (
    update sales_order set released_at = at, credit_open = gross, credit_held_at = null, credit_hold_reason = null, version = version + 1 where company_id = the_company and id = ord.id
  ), audited as (
    insert into audit_event (company_id, id, recorded_at, actor_kind, actor_id, actor_name, device, capability, key, input, outcome)
    values (the_company, uuidv7(), at, 'key', the_actor, the_name, null, 'sales.release', the_key, json_build_object('orderId', the_order)::jsonb, 'done')
    returning id
  ), told as (
    insert into outbox (company_id, id, type, kind, ref_id, version, permission, site_id, party_id, capability, audit_id, recorded_at)
    select the_company, uuidv7(), 'order.released', 'sales_order', ord.id, 1, 'sales.read', ord.site_id, ord.party_id, 'sales.release', audited.id, at from audited
  )
  insert into answer (company_id, key, hash, status, body, recorded_at)
  select the_company, the_key, the_hash, 200, json_build_object('id', ord.id, 'number', ord.number, 'outcome', 'released', 'holdReason', null,
           'lines', json_agg(json_build_object('id', id, 'allocated', qty, 'waiting', open - qty) order by line_no))::text, at
    from got
  returning body into known;
  return known;
end $$`
