-- Catch weight: what was weighed goes with the goods, from receipt to credit note. null: goods that are not weighed.
alter table receipt_line
  add column weight_g int8 check (weight_g > 0);
-- Of what was picked.
alter table task
  add column weight_g int8 check (weight_g >= 0);
alter table allocation
  add column weight_g int8 check (weight_g >= 0);
alter table shipment_line
  add column weight_g int8 check (weight_g >= 0);
alter table invoice_line
  add column weight_g int8 check (weight_g >= 0);
-- Of a base unit, as it was when the line was priced: a line that has it is priced by weight, and its net is an estimate
-- for what has not left yet.
alter table sales_order_line
  add column nominal_weight_g int8 check (nominal_weight_g > 0);

-- A scale can show the books to be wrong: a move of weight alone, between a bin and the world outside.
alter table stock_move
  drop constraint stock_move_qty_check,
  add constraint stock_move_qty_check check (qty > 0 or qty = 0 and weight_g > 0),
  add constraint stock_move_weight_g_check check (weight_g >= 0);

-- Weight was taken in with receipts before and never went out again: only what is weighed, and is there, weighs.
update stock_pool pool
   set weight_g = 0
 where pool.weight_g <> 0
   and (pool.on_hand = 0 or not exists (
        select from item where item.company_id = pool.company_id and item.id = pool.item_id and item.catch_weight));
update stock_balance bin
   set weight_g = 0
 where bin.weight_g <> 0
   and (bin.on_hand = 0 or not exists (
        select from item where item.company_id = bin.company_id and item.id = bin.item_id and item.catch_weight));
alter table stock_pool
  add constraint stock_pool_weight_g_check check (weight_g >= 0 and (on_hand > 0 or weight_g = 0));
alter table stock_balance
  add constraint stock_balance_weight_g_check check (weight_g >= 0 and (on_hand > 0 or weight_g = 0));
