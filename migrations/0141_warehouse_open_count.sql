-- warehouse: a bin's stock has one open count. Two pickers short of one bin at once meet on this key, before either has
-- locked demand or stock, and the second raises the first one's count.
create unique index task_open_count on task (company_id, from_location_id, item_id, lot_id, lpn_id, owner_id)
  where kind = 'count' and ended_at is null;
