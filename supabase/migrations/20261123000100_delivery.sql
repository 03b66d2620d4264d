-- Gantry's own tables live in a schema of their own. DATABASE_URL may point at a Supabase project, where PostgREST
-- serves `public` to anyone with the anon key; a schema it does not expose needs no row level security to stay private.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema if not exists gantry;

create table gantry.projects (
  name text primary key,
  number bigint not null unique,
  ingest_key text not null,
  config jsonb,
  config_sha text,
  created_at timestamptz not null
);

create table gantry.settings (
  project text not null,
  name text not null,
  value jsonb not null,
  primary key (project, name)
);

-- Numbers people say aloud: issue 12, run 40. One row hands them out, so two processes never give the same one.
create table gantry.counters (
  project text not null,
  name text not null,
  value bigint not null,
  primary key (project, name)
);

-- `body` is the whole entity as core's schema defines it; the columns beside it are those that are searched or guarded.
create table gantry.runs (
  id text collate "C" primary key,
  project text not null,
  number bigint not null,
  workflow_path text not null,
  ref text not null,
  sha text not null,
  status text not null,
  created_at timestamptz not null,
  body jsonb not null
);
create index runs_newest on gantry.runs (project, created_at desc, number desc);
create index runs_by_commit on gantry.runs (project, sha);
create index runs_unfinished on gantry.runs (project) where status <> 'completed';

create table gantry.run_lines (
  run_id text collate "C" not null,
  job_id text collate "C" not null,
  seq bigint not null,
  step bigint not null,
  at timestamptz not null,
  text text not null,
  primary key (run_id, job_id, seq)
);

create table gantry.releases (
  project text not null,
  id text collate "C" not null,
  created_at timestamptz not null,
  bad_because text,
  body jsonb not null,
  primary key (project, id)
);
create index releases_newest on gantry.releases (project, created_at desc);

create table gantry.deployments (
  id text collate "C" primary key,
  project text not null,
  environment text not null,
  release text not null,
  state text not null,
  created_at timestamptz not null,
  live_at timestamptz,
  version bigint not null,
  body jsonb not null
);
create index deployments_newest on gantry.deployments (project, environment, created_at desc);
create index deployments_by_release on gantry.deployments (project, release);
create index deployments_live on gantry.deployments (project, environment) where state = 'live';
create index deployments_unfinished on gantry.deployments (project)
  where state in ('planned', 'deploying', 'verifying');

create table gantry.promotions (
  id text collate "C" primary key,
  project text not null,
  environment text not null,
  release text not null,
  state text not null,
  run_id text not null,
  job_id text not null,
  created_at timestamptz not null,
  version bigint not null,
  body jsonb not null
);
create index promotions_newest on gantry.promotions (project, created_at desc);
create index promotions_for_job on gantry.promotions (run_id, job_id);

create table gantry.holds (
  project text not null,
  environment text not null,
  body jsonb not null,
  primary key (project, environment)
);

-- `evidence` is json, not jsonb: the hash is taken over its text, which jsonb would rewrite.
create table gantry.ledger (
  project text not null,
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  reason text,
  evidence json not null,
  previous_hash text not null,
  hash text not null,
  primary key (project, seq)
);

create function gantry.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'the ledger is append-only: % refused', tg_op using errcode = 'restrict_violation';
end;
$$;
create trigger ledger_is_append_only before update or delete on gantry.ledger
  for each row execute function gantry.refuse_change();
create trigger ledger_is_never_emptied before truncate on gantry.ledger
  for each statement execute function gantry.refuse_change();

create table gantry.people (
  id text collate "C" primary key,
  name text not null,
  role text not null
);

-- Only hashes: whoever reads this database cannot sign in with what it holds.
create table gantry.sign_in_links (
  hash text collate "C" primary key,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  expires_at timestamptz not null
);
create index sign_in_links_of_person on gantry.sign_in_links (person_id);

create table gantry.sessions (
  hash text collate "C" primary key,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  expires_at timestamptz not null
);
create index sessions_of_person on gantry.sessions (person_id);

create table gantry.api_tokens (
  id text collate "C" primary key,
  hash text collate "C" not null unique,
  name text not null,
  person_id text collate "C" references gantry.people (id) on delete cascade,
  role text not null,
  run_id text,
  expires_at timestamptz
);
create index api_tokens_of_person on gantry.api_tokens (person_id);
