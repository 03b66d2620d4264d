set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Who somebody is. Their role is one of each project: gantry.memberships. `role` stays for a server of before.
alter table gantry.people
  add column email text,
  add column email_verified boolean not null default false,
  add column image text,
  add column two_factor_enabled boolean not null default false,
  add column is_server_owner boolean not null default false,
  add column wishes text not null default '',
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now(),
  alter column role set default 'viewer';
-- squawk-ignore require-concurrent-index-creation
create unique index people_by_email on gantry.people (email);
update gantry.people set is_server_owner = true where role = 'owner';

create table gantry.memberships (
  project text not null,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  role text not null,
  since timestamptz not null,
  primary key (project, person_id)
);
create index memberships_of_person on gantry.memberships (person_id);
insert into gantry.memberships (project, person_id, role, since)
  select gantry.projects.name, gantry.people.id, gantry.people.role, now() from gantry.projects cross join gantry.people;

create table gantry.invitations (
  id text collate "C" primary key,
  hash text collate "C" not null unique,
  project text not null,
  role text not null,
  email text,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by text
);
create index invitations_of_project on gantry.invitations (project, expires_at desc);

-- better-auth reads and writes the tables below and gantry.sessions, under the names that apps/server/src/sign-in gives them.
alter table gantry.sessions add column ip_address text, add column updated_at timestamptz;

-- How somebody signs in: a password's hash, or who they are at a provider. Tokens of a provider are not kept.
create table gantry.accounts (
  id text collate "C" primary key,
  provider_id text not null,
  account_id text not null,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index accounts_of_person on gantry.accounts (person_id);

-- What waits for an answer: the state of a sign-in at a provider, the challenge of a passkey, the second step of a sign-in.
create table gantry.verifications (
  id text collate "C" primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_by_identifier on gantry.verifications (identifier);

create table gantry.passkeys (
  id text collate "C" primary key,
  name text,
  public_key text not null,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  credential_id text not null unique,
  -- squawk-ignore prefer-bigint-over-int
  counter integer not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  created_at timestamptz,
  aaguid text
);
create index passkeys_of_person on gantry.passkeys (person_id);

-- `secret` and `backup_codes` are encrypted with the server's key.
create table gantry.second_factors (
  id text collate "C" primary key,
  secret text not null,
  backup_codes text not null,
  person_id text collate "C" not null references gantry.people (id) on delete cascade,
  verified boolean,
  -- squawk-ignore prefer-bigint-over-int
  failed_verification_count integer,
  locked_until timestamptz
);
create index second_factors_of_person on gantry.second_factors (person_id);

create table gantry.device_codes (
  id text collate "C" primary key,
  device_code text not null unique,
  user_code text not null unique,
  person_id text collate "C" references gantry.people (id) on delete cascade,
  expires_at timestamptz not null,
  status text not null,
  last_polled_at timestamptz,
  -- squawk-ignore prefer-bigint-over-int
  polling_interval integer,
  client_id text,
  scope text
);

-- Tokens are for programs and jobs of one project. A person has sessions, also at a prompt.
alter table gantry.api_tokens add column if not exists project text, add column last_used_at timestamptz, add column created_by text;
delete from gantry.api_tokens where person_id is not null;
update gantry.api_tokens set
  project = (select name from gantry.projects order by number limit 1),
  scopes = case role when 'viewer' then 'read' else 'read run release respond' end
  where run_id is null;
update gantry.api_tokens set project = gantry.runs.project from gantry.runs where gantry.runs.id = gantry.api_tokens.run_id;
-- squawk-ignore require-concurrent-index-creation
create index if not exists api_tokens_of_project on gantry.api_tokens (project);
