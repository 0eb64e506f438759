-- warehouse: how far a wave is walked, and how far it would be in the order of its bins; null where aisles are not known.
alter table wave
  add column walk_mm int8 check (walk_mm >= 0),
  add column walk_before_mm int8 check (walk_before_mm >= walk_mm);
