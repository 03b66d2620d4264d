set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- `key_hash` is sha-256 of the grouping key: a client may send a fingerprint too long for an index.
create table gantry.issues (
  id text collate "C" primary key,
  project text not null,
  number bigint not null,
  key_hash text collate "C" not null,
  grouping jsonb not null,
  title text not null,
  culprit text,
  level text not null,
  state text not null,
  service text,
  environments text[] not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  first_release text,
  last_release text,
  events bigint not null,
  people bigint not null,
  version bigint not null,
  unique (project, key_hash),
  unique (project, number)
);
create index issues_newest on gantry.issues (project, last_seen desc);
create index issues_by_first_release on gantry.issues (project, first_release);

create table gantry.issue_people (
  issue_id text collate "C" not null,
  person_hash text collate "C" not null,
  primary key (issue_id, person_hash)
);

create table gantry.issue_releases (
  project text not null,
  release text not null,
  issue_id text collate "C" not null,
  primary key (project, release, issue_id)
);

-- `body` is json, not jsonb: it is written often, read seldom and never searched.
create table gantry.events (
  project text not null,
  id text collate "C" not null,
  issue_id text collate "C" not null,
  at timestamptz not null,
  body json not null,
  primary key (project, id)
);
-- Compressing 6 KB costs more time than it saves disk: a fifth of the events stored per second.
alter table gantry.events alter column body set storage external;
create index events_of_issue on gantry.events (issue_id, at desc);

-- One row per second, service and release: what alert rules and verdicts count.
create table gantry.traffic (
  project text not null,
  environment text not null,
  at timestamptz not null,
  service text not null,
  release text not null,
  requests bigint not null,
  failures bigint not null,
  errors bigint not null,
  primary key (project, environment, at, service, release)
);

create table gantry.lines (
  project text not null,
  id text collate "C" not null,
  environment text not null,
  release text,
  service text not null,
  at timestamptz not null,
  -- squawk-ignore prefer-bigint-over-smallint
  level smallint not null, -- trace 0 … fatal 5
  message text not null,
  trace_id text,
  fields json not null,
  primary key (project, id)
);
-- Lines arrive nearly in the order of their instants: 32 pages to an entry find a window, for next to nothing a write.
create index lines_by_instant on gantry.lines using brin (at) with (pages_per_range = 32);
create index lines_that_warn on gantry.lines (project, id) where level >= 3;
create index lines_of_trace on gantry.lines (trace_id, id) where trace_id is not null;

create table gantry.monitors (
  id text collate "C" primary key,
  project text not null,
  environment text not null,
  body jsonb not null
);
create index monitors_of_project on gantry.monitors (project, environment);

create table gantry.checks (
  id bigint generated always as identity primary key,
  monitor_id text collate "C" not null,
  at timestamptz not null,
  body jsonb not null
);
create index checks_newest on gantry.checks (monitor_id, at desc, id desc);

create table gantry.alerts (
  id text collate "C" primary key,
  project text not null,
  state text not null,
  since timestamptz not null,
  body jsonb not null
);
create index alerts_open on gantry.alerts (project, since) where state <> 'resolved';

create table gantry.incidents (
  project text not null,
  number bigint not null,
  key text not null,
  state text not null,
  opened_at timestamptz not null,
  version bigint not null,
  body jsonb not null,
  primary key (project, number)
);
create index incidents_by_key on gantry.incidents (project, key, number desc);
-- Two servers that see the same fault at once open one incident, not two.
create unique index incidents_one_open_per_key on gantry.incidents (project, key) where state <> 'resolved';

create table gantry.incident_entries (
  id bigint generated always as identity primary key,
  project text not null,
  number bigint not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  text text not null,
  link text
);
create index incident_entries_in_order on gantry.incident_entries (project, number, id);

create table gantry.outbox (
  id bigint generated always as identity primary key,
  project text not null,
  channel text not null,
  dedup_key text not null,
  kind text not null,
  incident bigint,
  incident_version bigint,
  notice jsonb not null,
  state text not null default 'pending',
  attempts bigint not null default 0,
  next_at timestamptz not null,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
-- Notices outside an incident have no version; nulls are distinct, so they never collide.
create unique index outbox_once on gantry.outbox (project, channel, dedup_key, kind, incident_version);
create index outbox_due on gantry.outbox (next_at) where state = 'pending';
create index outbox_of_incident on gantry.outbox (project, incident) where incident is not null;
