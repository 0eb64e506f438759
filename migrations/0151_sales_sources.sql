-- sales: several sites for one order.
alter table sales_order
  -- null: the customer's, else the company's, else 1.
  add column max_splits int2 check (max_splits between 1 and 20),
  -- Sites that may send beside its own, in order; null: as the customer's or the company's policy says.
  add column source_sites uuid[];
-- Sites other than an order's own that send a part of it: whoever works there alone does not see the order, but has to
-- find it, name it, and pack what is theirs.
create table order_site (
  company_id uuid not null,
  -- The order.
  id uuid not null,
  site_id uuid not null,
  party_id uuid not null,
  number text not null,
  primary key (company_id, id, site_id),
  foreign key (company_id, id) references sales_order (company_id, id),
  foreign key (company_id, site_id) references site (company_id, id)
);
