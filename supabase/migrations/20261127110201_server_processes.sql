set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Every process that works on this database. gantry.servers knew one alone, is not read any more, and goes in a later release.
create table gantry.server_processes (
  id text primary key,
  host text not null,
  machine text not null,
  pid bigint not null,
  began text,
  role text not null check (role in ('all', 'web', 'worker')),
  address text,
  -- Where it keeps files; null when that is a folder of its own, which no other process reads.
  files text,
  started_at timestamptz not null,
  beat_at timestamptz not null
);
