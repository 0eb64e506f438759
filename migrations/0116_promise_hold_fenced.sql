-- Kept while a fence stood there: counts as had by the customer's channel, as lines do.
alter table stock_hold add column fenced boolean not null default false;
