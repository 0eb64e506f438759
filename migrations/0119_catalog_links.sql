-- catalog: what an item is made of, what may be sent instead of it, what follows it. One reading for all of them:
-- `num` / `den` base units of the other item stand for one base unit of `item_id`, exactly.
create table item_link (
  company_id uuid not null,
  id uuid not null,
  -- kit: the other is a component; item_id is sold as one line and has no stock of its own.
  -- assembly: the other is consumed when item_id, an item with stock of its own, is made.
  -- substitute: the other may be sent where item_id falls short. successor: the other replaces it from `valid_from` on.
  kind text not null check (kind in ('kit', 'assembly', 'substitute', 'successor')),
  item_id uuid not null,
  other_id uuid not null,
  num int8 not null check (num > 0),
  den int8 not null check (den > 0),
  -- Components: their order. Substitutes: the lowest that can goes first.
  rank int2 not null,
  valid_from date not null,
  valid_to date not null,
  -- What a substitute is sold at: the price of what was ordered, or its own.
  price text not null check (price in ('kept', 'own')),
  primary key (company_id, id),
  unique (company_id, kind, item_id, other_id),
  check (item_id <> other_id and valid_from <= valid_to),
  foreign key (company_id, item_id) references item (company_id, id),
  foreign key (company_id, other_id) references item (company_id, id)
);
create index item_link_other on item_link (company_id, other_id);
-- An item has one successor at a time; the chain goes on from there.
create unique index item_link_successor on item_link (company_id, item_id) where kind = 'successor';
