-- Which release of the product made a publication. Nullable, so the former release can go on writing without it.
alter table publications add column release text;
