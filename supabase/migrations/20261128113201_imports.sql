set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What is brought from another service at once. Whoever carries it out holds it: one that takes over ends the former.
create table gantry.imports (
  project text not null,
  id text collate "C" not null,
  origin jsonb not null,
  asked jsonb not null,
  state text not null,
  holder text not null,
  cursor jsonb,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (project, id)
);

-- An issue of elsewhere and the row it is counted in here. What was added to that row, and which rows and events it brought,
-- stands here, so that it is taken away again exactly.
create table gantry.imported_issues (
  project text not null,
  origin text collate "C" not null,
  source_id text collate "C" not null,
  import_id text collate "C" not null,
  issue_id text collate "C" not null,
  service text not null,
  short_id text,
  url text,
  at timestamptz not null,
  events bigint not null,
  people bigint not null,
  made text[] not null,
  event_ids text[] not null,
  former_first_seen timestamptz,
  primary key (project, origin, source_id)
);
create index imported_issues_of_import on gantry.imported_issues (project, import_id);
create index imported_issues_of_issue on gantry.imported_issues (issue_id);

-- Null: a build named it, or has said something of it since.
alter table gantry.named_releases add column import_id text;
