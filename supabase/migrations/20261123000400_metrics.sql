set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Figures of finished runs, from the local runner and from GitHub; kept longer than the runs themselves.
create table gantry.run_facts (
  project text not null,
  source text not null,
  id text collate "C" not null,
  attempt bigint not null,
  -- GitHub tells of jobs before their run: until then only they are known
  is_whole boolean not null,
  completed_at timestamptz not null,
  body jsonb not null,
  primary key (project, source, id, attempt)
);
create index run_facts_by_time on gantry.run_facts (project, completed_at);
