-- promise: demand for a customer's own goods, which we store; null: for ours (own or consigned).
alter table demand_line add column owner_id uuid;
alter table sales_order add column goods_owner_id uuid;

-- What the books had in the bin when it was counted, and what the counter found: the difference is posted piece by piece.
alter table count_serial
  add column booked boolean not null default false,
  add column found boolean not null default true;
