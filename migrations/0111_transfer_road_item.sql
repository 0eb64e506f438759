-- stock: what of an item is on the road, over all sites.
drop index transit_line_road;
create index transit_line_road on transit_line (company_id, item_id, to_site_id) where shipped > received + lost;
