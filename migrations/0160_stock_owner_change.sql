-- stock: why goods that stand in a bin became somebody else's.
alter table reason_code
  drop constraint reason_code_kind_check,
  add constraint reason_code_kind_check check (kind in ('adjust', 'scrap', 'status', 'override', 'return', 'short', 'weight', 'owner'));
insert into reason_code (company_id, kind, code, name, active)
select company.company_id, 'owner', given.code, given.name, true
  from company
 cross join (values
   ('taken_over', 'Taken over from their owner'),
   ('sold_and_stored', 'Sold, and stored here for the customer'),
   ('consigned', 'Given on consignment'),
   ('not_sold', 'Back to who consigned them'),
   ('wrongly_booked', 'Booked for the wrong owner')
 ) as given (code, name)
    on conflict do nothing;

-- What became an owner's where it stood: what we owe of consigned goods goes down by it.
create index stock_move_to_owner on stock_move (company_id, to_owner_id, id)
 where to_owner_id <> '00000000-0000-0000-0000-000000000000' and to_owner_id <> owner_id;
