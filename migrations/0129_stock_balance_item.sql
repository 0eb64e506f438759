-- stock: bins by item over all sites, for the list of stock by place and for where a lot stands.
drop index stock_balance_item;
create index stock_balance_item on stock_balance (company_id, item_id, site_id);
