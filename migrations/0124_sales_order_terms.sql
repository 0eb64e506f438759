-- sales: what is said of one order, or of one line, in place of what its customer's record says.
alter table sales_order
  -- null: the customer's service class.
  add column priority int2 check (priority between 0 and 9),
  -- null: the customer's.
  add column partial_policy text check (partial_policy in ('partial', 'line', 'complete')),
  add column cancel_by date;
alter table sales_order_line
  -- null: the order's.
  add column partial_policy text check (partial_policy in ('partial', 'line', 'complete')),
  add column cancel_by date,
  add column fill_or_kill boolean not null default false;
