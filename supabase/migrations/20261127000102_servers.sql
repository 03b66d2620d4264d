set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The server that works on this database: there is one place. Its beat says that it lives.
create table gantry.servers (
  place text primary key default 'the only one' check (place = 'the only one'),
  id text not null,
  host text not null,
  machine text not null,
  pid bigint not null,
  address text,
  started_at timestamptz not null,
  beat_at timestamptz not null
);
