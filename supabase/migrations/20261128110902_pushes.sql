set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Pushes from before git accepts them until their runs are started, and of each branch the last one that is done.
create table gantry.pushes (
  project text not null,
  number bigint generated always as identity,
  id text collate "C" not null,
  actor text,
  ref text not null,
  before_sha text,
  after_sha text,
  is_forward boolean not null,
  at timestamptz not null,
  is_done boolean not null default false,
  primary key (project, id)
);
create index pushes_of_ref on gantry.pushes (project, ref, number);
-- Asked every few seconds by each server of several, and nearly always empty.
create index pushes_left on gantry.pushes (at) where not is_done;
