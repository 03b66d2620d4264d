set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- How the events of an issue spread: counted by the quarter of an hour they happened in, by environment and by release, which an
-- event itself has only in its block. `release` is empty where the client says none. Events of before are counted by their time
-- alone.
create table gantry.issue_spread (
  project text not null,
  issue_id text collate "C" not null,
  at timestamptz not null,
  environment text not null,
  release text not null,
  events bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (issue_id, at, environment, release)
);
-- For what is too old: rows come nearly in the order of their time.
create index issue_spread_by_age on gantry.issue_spread using brin (at);
