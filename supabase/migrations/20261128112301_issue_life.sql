set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- An issue is one row or several: rows that are parts of another one count their own events for ever, and the other one
-- stands for all of them. A merge and a split change `part_of` and nothing else, so that both are undone exactly and what
-- comes later follows its key.
alter table gantry.issues
  add column part_of text collate "C",
  add column resolution jsonb,
  add column mute jsonb,
  add column regressed_at timestamptz,
  add column assignee jsonb;
-- squawk-ignore require-concurrent-index-creation
create index issues_parts on gantry.issues (part_of) where part_of is not null;

-- When a release was first met: which of two is older, where neither was built here.
alter table gantry.issue_releases add column first_at timestamptz not null default now();

-- What people and Gantry did with an issue. `told` says of what Gantry noticed whether rules have been asked yet.
create table gantry.issue_acts (
  id bigint generated always as identity primary key,
  project text not null,
  issue_id text collate "C" not null,
  at timestamptz not null,
  kind text not null,
  body jsonb not null,
  undone boolean not null default false,
  told text
);
create index issue_acts_of_issue on gantry.issue_acts (issue_id, id);
create index issue_acts_untold on gantry.issue_acts (project, id) where told = 'waiting';
create index issue_acts_told on gantry.issue_acts (project, at) where told = 'own';

-- What the events of an issue were ever tagged with, and titles other than its first: it is found by them.
create table gantry.issue_labels (
  project text not null,
  issue_id text collate "C" not null,
  name text not null,
  value text not null,
  primary key (issue_id, name, value)
);
create index issue_labels_by_value on gantry.issue_labels (project, name, lower(value));

-- squawk-ignore require-concurrent-index-creation
create index issue_people_by_person on gantry.issue_people (person_hash);

-- The first eight bytes of the trace, as a number: found by it without half of what an index over texts takes.
alter table gantry.kept_events add column trace bigint;
-- squawk-ignore require-concurrent-index-creation
create index kept_events_of_trace on gantry.kept_events (trace) where trace is not null;
