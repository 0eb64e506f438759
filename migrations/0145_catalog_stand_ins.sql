-- catalog, parties, sales: what may be sent instead of an item, which customers agree to it, and the lines where it was done.
alter table item_link
  -- Of a substitute: it works the other way round too, at the inverse ratio.
  add column mutual boolean not null default false,
  -- What a substitute costs is what the customer's terms say, and never more than what it stands for.
  drop column price;

alter table party
  -- Another item where theirs falls short: never, after asking them, or as we see fit.
  add column substitutes text not null default 'no' check (substitutes in ('no', 'ask', 'accepted')),
  -- The successor of an item that is given up.
  add column successors text not null default 'ask' check (successors in ('no', 'ask', 'accepted'));

alter table sales_order_line
  -- The item the customer ordered, how much of it this line stands for (its base units), and the line that had it, if it stands yet.
  add column instead_item_id uuid,
  add column instead_line_id uuid,
  add column instead_qty int8,
  -- Who at the customer agreed; why it may be dearer than what was ordered.
  add column instead_agreed text,
  add column instead_dearer text,
  -- Base units that other lines stand for, and what they would have cost: no part of the order's worth any more.
  add column replaced int8 not null default 0 check (replaced between 0 and qty),
  add column replaced_net int8 not null default 0,
  add check ((instead_item_id is null) = (instead_qty is null)),
  add foreign key (company_id, instead_item_id) references item (company_id, id);
create index sales_order_line_instead on sales_order_line (company_id, instead_line_id) where instead_line_id is not null;
