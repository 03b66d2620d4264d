set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Secrets and variables of a repository (`environment` empty) and of its environments. A secret is sealed by the server
-- (AES-256-GCM) with the key that has this id; project, environment and name are part of the seal, so that no row can take
-- the place of another.
create table gantry.secrets (
  project text not null,
  environment text not null default '',
  name text not null,
  key_id text not null,
  sealed text not null,
  any_branch boolean not null default false,
  updated_at timestamptz not null,
  updated_by text not null,
  version bigint not null default 1,
  primary key (project, environment, name)
);
create index secrets_by_key on gantry.secrets (key_id);

create table gantry.variables (
  project text not null,
  environment text not null default '',
  name text not null,
  value text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (project, environment, name)
);
