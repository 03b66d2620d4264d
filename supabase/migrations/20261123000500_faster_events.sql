set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- New events are zstd frames of their JSON: a sixth of the size, so that a row needs no pages beside the table and half as
-- much time to be written. Those stored before keep their body.
alter table gantry.events add column packed bytea;
alter table gantry.events alter column packed set storage external;
-- squawk-ignore ban-drop-not-null
alter table gantry.events alter column body drop not null;

-- Every batch counts up its issues. With an index on what changes each time, each count left a dead row and a dead index
-- entry behind until the next vacuum, and batches became slower by the second; without, and with room in the page, the new
-- row goes beside the old one and the old one's place is used again. Lists sort a few thousand rows instead.
-- squawk-ignore require-concurrent-index-deletion
drop index gantry.issues_newest;
alter table gantry.issues set (fillfactor = 50);
