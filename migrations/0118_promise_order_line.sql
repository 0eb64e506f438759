-- promise: one order line may be several demand lines: the components of a kit, and parts that several sites send.
alter table demand_line
  -- The order line it is demand of; null for demand of another kind.
  add column order_line_id uuid,
  -- What it counts for in its order line's own base units: all of `qty`, or the kits that a component is for.
  add column line_qty int8 check (line_qty > 0),
  -- 0: the ordered item itself. Else the component's number in its kit; the first stands for the whole kit where one row is to count.
  add column component int2 not null default 0 check (component >= 0);
update demand_line
   set line_qty = qty, order_line_id = case when kind = 'sales' then id end;
alter table demand_line
  alter column line_qty set not null,
  add check ((kind = 'sales') = (order_line_id is not null));
