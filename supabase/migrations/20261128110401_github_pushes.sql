set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Who moved which branch on GitHub, and which commits that brought there: they have no say in what they pushed.
create table gantry.github_pushes (
  project text not null,
  ref text not null,
  before_sha text not null,
  after_sha text not null,
  actor_id bigint not null,
  pushed_at timestamptz not null,
  shas text[] not null,
  body jsonb not null,
  primary key (project, ref, before_sha, after_sha, actor_id)
);
create index github_pushes_by_commit on gantry.github_pushes using gin (shas);
