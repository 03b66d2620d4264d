set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Which process does what, until when. `project` is empty for what is about the server and no project.
-- A version is never given twice, not even after a row was deleted: a write that names an old one is refused.
create sequence gantry.lease_versions;
create table gantry.leases (
  project text not null,
  kind text not null,
  name text not null,
  owner text not null,
  version bigint not null,
  since timestamptz not null,
  until timestamptz not null,
  primary key (project, kind, name)
);
create unique index leases_version on gantry.leases (version);
create index leases_owner on gantry.leases (owner);
