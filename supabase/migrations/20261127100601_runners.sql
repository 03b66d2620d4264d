set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Processes that execute jobs. Tokens are kept as hashes.
create table gantry.runners (
  id text primary key,
  name text not null unique,
  token_hash text not null unique,
  labels text[] not null,
  is_own boolean not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  version text,
  about text
);

-- One attempt of a job, from when it may start until it ended. Who has it is said by its lease (kind `job`);
-- `version` is that of the lease it was claimed with.
create table gantry.runner_jobs (
  id text primary key,
  project text not null,
  run_id text not null,
  job_id text not null,
  attempt bigint not null,
  labels text[] not null,
  created_at timestamptz not null,
  state text not null default 'queued',
  runner_id text,
  version bigint,
  sealed text,
  body jsonb not null,
  reported jsonb,
  cancelled_because text,
  ended_at timestamptz
);
create index runner_jobs_open on gantry.runner_jobs (state, created_at) where state in ('queued', 'claimed');
create index runner_jobs_ended on gantry.runner_jobs (ended_at) where ended_at is not null;
