set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The newest issues are found without reading all of them. An index on `last_seen` would cost each batch a dead entry per issue, since
-- what is indexed changes with every event (see issues_newest); the hour changes once an hour, and in between a row that is counted
-- up stays on its page. Rows of one hour are sorted when they are read. Writes the table anew.
alter table gantry.issues add column seen_hour timestamptz
  -- squawk-ignore adding-field-with-default
  generated always as (date_trunc('hour', last_seen at time zone 'UTC') at time zone 'UTC') stored;
-- squawk-ignore require-concurrent-index-creation
create index issues_by_hour on gantry.issues (project, seen_hour desc) where part_of is null;
