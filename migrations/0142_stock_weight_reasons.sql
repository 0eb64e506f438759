-- stock: why goods weigh otherwise than they should, by more than their tolerance.
alter table reason_code
  drop constraint reason_code_kind_check,
  add constraint reason_code_kind_check check (kind in ('adjust', 'scrap', 'status', 'override', 'return', 'short', 'weight'));
insert into reason_code (company_id, kind, code, name, active)
select company.company_id, 'weight', given.code, given.name, true
  from company
 cross join (values
   ('weighed_again', 'Weighed again, it is right'),
   ('part_case', 'Part of a case'),
   ('trimmed', 'Trimmed or dried'),
   ('label_wrong', 'Label was wrong')
 ) as given (code, name);
