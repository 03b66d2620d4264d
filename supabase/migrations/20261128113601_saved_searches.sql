set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Searches with names. `owner_id` is a person, or empty for one that everybody in the project has; what is removed stays for a while,
-- so that it can be put back, and its name is free meanwhile.
create table gantry.saved_searches (
  project text not null,
  id text collate "C" not null,
  kind text not null,
  owner_id text collate "C" not null,
  name text not null,
  name_key text collate "C" not null,
  search jsonb not null,
  version bigint not null,
  changed_at timestamptz not null,
  changed_by text not null,
  removed_at timestamptz,
  primary key (project, id)
);
create unique index saved_searches_by_name on gantry.saved_searches (project, kind, owner_id, name_key) where removed_at is null;
