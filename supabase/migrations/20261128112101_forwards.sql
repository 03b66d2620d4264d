set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What waits to be sent on to another service, in the order in which it came. Written before its client is answered.
create table gantry.forward_queue (
  id bigint generated always as identity primary key,
  project text not null,
  forward text not null,
  queued_at timestamptz not null,
  quantity bigint not null,
  categories text[] not null,
  size bigint not null,
  packed bytea not null,
  leased_until timestamptz
);
create index forward_queue_of on gantry.forward_queue (project, forward, id);

-- How it stands with each of them: pauses and limits outlive the process that was told of them.
create table gantry.forward_states (
  project text not null,
  forward text not null,
  body jsonb not null,
  primary key (project, forward)
);

create table gantry.forward_counts (
  project text not null,
  forward text not null,
  hour timestamptz not null,
  outcome text not null,
  reason text not null,
  quantity bigint not null,
  primary key (project, forward, hour, outcome, reason)
);
