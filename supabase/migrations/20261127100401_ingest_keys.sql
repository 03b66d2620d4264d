set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What clients report with. Kept as it is: a key only adds facts, is read in the page of every browser that has it, and is
-- given to its service again at each start.
create table gantry.ingest_keys (
  id text collate "C" primary key,
  project text not null,
  service text,
  kind text not null,
  key text collate "C" not null unique,
  origins text[] not null,
  per_minute bigint,
  is_own boolean not null,
  made_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  rotated_at timestamptz,
  works_until timestamptz,
  revoked_at timestamptz
);
-- One that Gantry gives to a service, however many servers adopt the same config at once. Also finds those of a project.
create unique index ingest_keys_own on gantry.ingest_keys (project, coalesce(service, '')) where is_own;
create index ingest_keys_by_project on gantry.ingest_keys (project, created_at);

-- The address a project reports to stays as it is known.
insert into gantry.ingest_keys (id, project, service, kind, key, origins, is_own, made_by, created_at)
select gen_random_uuid()::text, name, null, 'client', ingest_key, '{}', true, 'gantry', created_at from gantry.projects;
-- Read by releases of before alone: one of those that comes back finds a key that nobody else has.
alter table gantry.projects alter column ingest_key set default replace(gen_random_uuid()::text, '-', '');

-- What became of everything that clients sent, by hour.
create table gantry.intake_counts (
  project text not null,
  hour timestamptz not null,
  protocol text not null,
  key_id text collate "C" not null,
  category text not null,
  outcome text not null,
  reason text not null,
  quantity bigint not null,
  primary key (project, hour, protocol, key_id, category, outcome, reason)
);
