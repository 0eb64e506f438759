-- catalog: the unit codes in use, whole. `code` is what people type and rows hold; `rec_code` is what an invoice or an
-- order says to others: the code of UN/ECE Recommendation 20, or of Recommendation 21 with an X before it (packages).
alter table unit_code
  add column rec_code text,
  add column kind text not null default 'count' check (kind in ('count', 'package', 'mass', 'volume', 'length', 'area', 'time')),
  -- How many of the kind's least unit (gram, millilitre, millimetre, square millimetre, second, piece) one is, exactly. null: it depends.
  add column num int8 check (num > 0),
  add column den int8 check (den > 0),
  -- Of a code that stands in neither list: the right one. Rows that have it keep it; no new unit takes it.
  add column replaced_by text references unit_code;

insert into unit_code (code, name, rec_code, kind, num, den) values
  ('H87', 'piece', 'H87', 'count', 1, 1), ('TPR', 'ten pairs', 'TPR', 'count', 20, 1), ('CEN', 'hundred', 'CEN', 'count', 100, 1),
  ('GRO', 'gross', 'GRO', 'count', 144, 1), ('MIL', 'thousand', 'MIL', 'count', 1000, 1), ('NMP', 'number of packs', 'NMP', 'count', null, null),
  ('LR', 'layer', 'LR', 'package', null, null), ('PX', 'pallet', 'XPX', 'package', null, null), ('CT', 'carton', 'XCT', 'package', null, null),
  ('PA', 'inner pack', 'XPA', 'package', null, null), ('BG', 'bag', 'XBG', 'package', null, null), ('BO', 'bottle', 'XBO', 'package', null, null),
  ('CX', 'can', 'XCX', 'package', null, null), ('TN', 'tin', 'XTN', 'package', null, null), ('JR', 'jar', 'XJR', 'package', null, null),
  ('TU', 'tube', 'XTU', 'package', null, null), ('SA', 'sack', 'XSA', 'package', null, null), ('RO', 'roll', 'XRO', 'package', null, null),
  ('CR', 'crate', 'XCR', 'package', null, null), ('PU', 'tray', 'XPU', 'package', null, null), ('TB', 'tub', 'XTB', 'package', null, null),
  ('DR', 'drum', 'XDR', 'package', null, null), ('BE', 'bundle', 'XBE', 'package', null, null), ('SW', 'shrink-wrapped pack', 'XSW', 'package', null, null),
  ('MGM', 'milligram', 'MGM', 'mass', 1, 1000), ('TNE', 'tonne', 'TNE', 'mass', 1000000, 1), ('LBR', 'pound', 'LBR', 'mass', 45359237, 100000),
  ('ONZ', 'ounce', 'ONZ', 'mass', 45359237, 1600000),
  ('CLT', 'centilitre', 'CLT', 'volume', 10, 1), ('DLT', 'decilitre', 'DLT', 'volume', 100, 1), ('HLT', 'hectolitre', 'HLT', 'volume', 100000, 1),
  ('MTQ', 'cubic metre', 'MTQ', 'volume', 1000000, 1), ('GLL', 'gallon (US)', 'GLL', 'volume', 3785411784, 1000000), ('GLI', 'gallon (UK)', 'GLI', 'volume', 454609, 100),
  ('MMT', 'millimetre', 'MMT', 'length', 1, 1), ('CMT', 'centimetre', 'CMT', 'length', 10, 1), ('KMT', 'kilometre', 'KMT', 'length', 1000000, 1),
  ('INH', 'inch', 'INH', 'length', 254, 10), ('FOT', 'foot', 'FOT', 'length', 3048, 10), ('YRD', 'yard', 'YRD', 'length', 9144, 10),
  ('CMK', 'square centimetre', 'CMK', 'area', 100, 1), ('MTK', 'square metre', 'MTK', 'area', 1000000, 1), ('FTK', 'square foot', 'FTK', 'area', 9290304, 100),
  ('MIN', 'minute', 'MIN', 'time', 60, 1), ('HUR', 'hour', 'HUR', 'time', 3600, 1), ('DAY', 'day', 'DAY', 'time', 86400, 1);

update unit_code old
   set name = new.name, rec_code = new.rec_code, kind = new.kind, num = new.num, den = new.den, replaced_by = new.replaced_by
  from (values
         ('C62', 'one', 'C62', 'count', 1, 1, null), ('EA', 'each', 'EA', 'count', 1, 1, null), ('PR', 'pair', 'PR', 'count', 2, 1, null),
         ('DZN', 'dozen', 'DZN', 'count', 12, 1, null), ('SET', 'set', 'SET', 'count', null, null, null),
         ('CS', 'case', 'XCS', 'package', null, null, null), ('PK', 'package', 'XPK', 'package', null, null, null), ('BX', 'box', 'XBX', 'package', null, null, null),
         ('KGM', 'kilogram', 'KGM', 'mass', 1000, 1, null), ('GRM', 'gram', 'GRM', 'mass', 1, 1, null),
         ('LTR', 'litre', 'LTR', 'volume', 1000, 1, null), ('MLT', 'millilitre', 'MLT', 'volume', 1, 1, null), ('MTR', 'metre', 'MTR', 'length', 1000, 1, null),
         -- LAY and IN stand in neither list (an inch is INH); PF is a pen for animals in Recommendation 21.
         ('LAY', 'layer', 'LR', 'package', null, null, 'LR'), ('IN', 'inner pack', 'XPA', 'package', null, null, 'PA'), ('PF', 'pallet', 'XPX', 'package', null, null, 'PX')
       ) as new (code, name, rec_code, kind, num, den, replaced_by)
 where old.code = new.code;

alter table unit_code
  alter column kind drop default,
  alter column rec_code set not null;

-- Goods counted in whole units and sold by weight: how far one may be from its nominal weight, in millionths. null: as far as it likes.
alter table item
  add column weight_tolerance_ppm int4 check (weight_tolerance_ppm between 0 and 1000000);
