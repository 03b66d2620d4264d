set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Every key by which an issue was ever found: the first known wins, so that a better way of grouping neither splits nor
-- merges what stands. `issues.key_hash` stays the key it was made with.
create table gantry.issue_keys (
  project text not null,
  key_hash text collate "C" not null,
  issue_id text collate "C" not null,
  primary key (project, key_hash)
);
create index issue_keys_of_issue on gantry.issue_keys (issue_id);
insert into gantry.issue_keys (project, key_hash, issue_id) select project, key_hash, id from gantry.issues;
