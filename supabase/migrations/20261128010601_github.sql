set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The repository on GitHub that a project belongs to. What is secret of it is in gantry.secrets.
create table gantry.github_connections (
  project text primary key,
  body jsonb not null
);

-- What GitHub's webhooks told, each once: by its id, and by its bytes, as the id is not signed.
create table gantry.github_deliveries (
  project text not null,
  id text not null,
  digest text not null,
  received_at timestamptz not null,
  body jsonb not null,
  handled_at timestamptz,
  due_at timestamptz not null,
  tries bigint not null default 0,
  failure text,
  primary key (project, id),
  unique (project, digest)
);
create index github_deliveries_due on gantry.github_deliveries (project, due_at) where handled_at is null;

-- What on GitHub belongs to which thing of Gantry's: deployments, comments, runs that were asked for.
create table gantry.github_links (
  project text not null,
  kind text not null,
  key text not null,
  is_open boolean not null,
  body jsonb not null,
  updated_at timestamptz not null,
  primary key (project, kind, key)
);
create index github_links_open on gantry.github_links (project, kind) where is_open;
