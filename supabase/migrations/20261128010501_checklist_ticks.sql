set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Which tasks of a release's checklist somebody ticked. The file of a release never changes, so that a task is known by its place.
create table gantry.checklist_ticks (
  project text not null,
  release text not null,
  file text not null,
  task bigint not null,
  person_id text not null,
  person text not null,
  at timestamptz not null,
  primary key (project, release, file, task)
);
