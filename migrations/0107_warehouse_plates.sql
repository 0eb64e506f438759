-- warehouse: the tasks that left goods on a plate are found by it.
create index task_to_lpn on task (company_id, to_lpn_id) where to_lpn_id is not null;
create index shipment_line_lpn on shipment_line (company_id, lpn_id) where lpn_id <> '00000000-0000-0000-0000-000000000000';
