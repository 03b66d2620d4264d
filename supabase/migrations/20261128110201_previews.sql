set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Pull requests as they can be tried, each in an environment of its own. What became of their steps is in gantry.deployments.
create table gantry.previews (
  project text not null,
  number bigint not null,
  state text not null,
  created_at timestamptz not null,
  version bigint not null,
  body jsonb not null,
  primary key (project, number)
);
create index previews_open on gantry.previews (project) where state <> 'removed';
