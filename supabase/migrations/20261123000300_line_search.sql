-- Finding a rare word among millions of lines needs a trigram index. Supabase, PGlite and every Postgres with its contrib
-- modules have pg_trgm, each in a schema of its own choice; where it is missing, search still works and reads the lines.
do $$
declare
  home text;
begin
  if not exists (select from pg_available_extensions where name = 'pg_trgm') then
    return;
  end if;
  create extension if not exists pg_trgm with schema gantry;
  select extnamespace::regnamespace::text into home from pg_extension where extname = 'pg_trgm';
  execute format('create index lines_by_text on gantry.lines using gin (message %s.gin_trgm_ops)', home);
exception when insufficient_privilege then
  raise notice 'pg_trgm may not be installed by this user: log search will read the lines instead of an index';
end;
$$;
