set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- When a line came in, whatever its own time: whoever follows lines asks for what arrived since it asked last. Lines from
-- before have none, and are never new.
alter table gantry.lines add column arrived timestamptz;
