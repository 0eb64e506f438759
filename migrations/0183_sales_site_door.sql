-- sales: where a part of an order goes, for whoever sends it and does not see the order.
alter table order_site add column ship_to_id uuid;
update order_site
   set ship_to_id = o.ship_to_id
  from sales_order o
 where o.company_id = order_site.company_id and o.id = order_site.id;
