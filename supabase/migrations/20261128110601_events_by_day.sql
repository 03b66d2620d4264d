set local lock_timeout = '5s';
-- Once, over all events that are kept.
set local statement_timeout = '30min';

-- Events, what their clients sent and what came beside them, by the day of their arrival: a day that is too old is dropped
-- as a whole, which costs the same for ten events and for ten million, and what is stored today never meets an index of
-- last month.
--
-- The events of before are the first part. A server of before may be put back: it goes on to write there, and its rows get
-- a day that lies in that part.
alter table gantry.events
  add column day date not null default '2026-01-01',
  add column payload_id text collate "C",
  add column payload_from bigint,
  add column payload_size bigint;

create table gantry.kept_events (
  project text not null,
  id text collate "C" not null,
  issue_id text collate "C" not null,
  at timestamptz not null,
  body json,
  packed bytea,
  day date not null,
  payload_id text collate "C",
  payload_from bigint,
  payload_size bigint
) partition by range (day);
create unique index kept_events_once on gantry.kept_events (project, id, day);
create index kept_events_of_issue on gantry.kept_events (issue_id, at desc);
alter table gantry.kept_events attach partition gantry.events for values from (minvalue) to ('2026-11-01');

-- What clients sent, scrubbed and otherwise as it was: a zstd frame holds the payloads of a project that were written
-- together, one after the other, and `payload_from` and `payload_size` of an event say which bytes are its own. Payloads
-- resemble each other, so that one takes a tenth of what it takes alone.
create table gantry.payloads (
  project text not null,
  id text collate "C" not null,
  day date not null,
  packed bytea not null
) partition by range (day);
alter table gantry.payloads alter column packed set storage external;
create unique index payloads_once on gantry.payloads (project, id, day);
create table gantry.payloads_before partition of gantry.payloads for values from (minvalue) to ('2026-11-01');
alter table gantry.payloads_before alter column packed set storage external;

-- Everything else that clients send and that has no table of its own, packed: attachments, spans, feedback, check-ins, and
-- what a client of tomorrow sends. `kind` is the word of Gantry, `type` that of the client.
create table gantry.kept_items (
  project text not null,
  id text collate "C" not null,
  day date not null,
  at timestamptz not null,
  received_at timestamptz not null,
  kind text not null,
  type text not null,
  name text,
  event_id text collate "C",
  trace_id text collate "C",
  service text,
  environment text,
  release text,
  facts json not null,
  size bigint not null,
  packed bytea not null
) partition by range (day);
alter table gantry.kept_items alter column packed set storage external;
create unique index kept_items_once on gantry.kept_items (project, id, day);
create index kept_items_newest on gantry.kept_items (project, kind, at desc);
create index kept_items_of_event on gantry.kept_items (project, event_id) where event_id is not null;
create index kept_items_of_trace on gantry.kept_items (project, trace_id) where trace_id is not null;
create table gantry.kept_items_before partition of gantry.kept_items for values from (minvalue) to ('2026-11-01');
alter table gantry.kept_items_before alter column packed set storage external;

-- Sessions of programs and people's visits, from which the share without a crash is counted. A session that is told of
-- again, as it goes on and ends, is the same row; sums that a client made itself are one row a minute.
create table gantry.kept_sessions (
  project text not null,
  id text collate "C" not null,
  day date not null,
  at timestamptz not null,
  kind text not null,
  environment text not null,
  release text not null,
  person_hash text collate "C",
  quantity bigint not null,
  errored bigint not null,
  crashed bigint not null,
  abnormal bigint not null
) partition by range (day);
create unique index kept_sessions_once on gantry.kept_sessions (project, id, day);
create index kept_sessions_of_release on gantry.kept_sessions (project, release, environment);
create table gantry.kept_sessions_before partition of gantry.kept_sessions for values from (minvalue) to ('2026-11-01');

-- Makes room for what arrives on that day; of several that ask at once one makes it.
create function gantry.add_day(day date) returns void language plpgsql as $$
declare
  parent text;
  part text;
begin
  if day < '2026-11-01' then return; end if;
  perform pg_advisory_xact_lock(hashtextextended('gantry.days', 0));
  foreach parent in array array['kept_events', 'payloads', 'kept_items', 'kept_sessions'] loop
    part := parent || to_char(day, '_YYYY_MM_DD');
    continue when to_regclass(format('gantry.%I', part)) is not null;
    execute format('create table gantry.%I partition of gantry.%I for values from (%L) to (%L)',
      part, parent, day, day + 1);
    continue when parent = 'kept_sessions';
    execute format('alter table gantry.%I alter column packed set storage external', part);
  end loop;
end $$;
