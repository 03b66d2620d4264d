set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What was deleted because it was too old or too much: a row for each kind and day, to which is added. `exports` are the files it was
-- written to before.
create table gantry.deletions (
  project text not null,
  kind text not null,
  day date not null,
  count bigint not null,
  bytes bigint,
  why text not null,
  exports text[] not null,
  at timestamptz not null,
  primary key (project, kind, day)
);
create index deletions_newest on gantry.deletions (project, at desc);
