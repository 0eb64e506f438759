-- Lists at a hundred thousand orders: pages in the order in which they are shown by default, and the few orders that are
-- still open, without a look at all that are closed. `shipped` and `cancelled` change once or twice in a line's life, so
-- that they stand in a condition costs little; what changes all the time stays out of it.
create index sales_order_recorded on sales_order (company_id, recorded_at, id);
create index sales_order_requested on sales_order (company_id, requested_on, id);
create index demand_line_open on demand_line (company_id, ref_id) where qty > shipped + cancelled;
create index shipment_packed on shipment (company_id, order_id) where shipped_at is null;
create index demand_line_cancelled on demand_line (company_id, ref_id) where cancelled > 0;
create index sales_order_line_other on sales_order_line (company_id, order_id) where kind <> 'goods';
