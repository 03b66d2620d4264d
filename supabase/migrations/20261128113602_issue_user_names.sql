set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A person is counted by one key, which is nearly always an id; people are asked for by their e-mail. `name` is the first eight bytes
-- of the hash of an e-mail or a user name in lower case: found by it, without the e-mail being written down once more.
create table gantry.issue_user_names (
  project text not null,
  issue_id text collate "C" not null,
  name bigint not null,
  primary key (issue_id, name)
);
create index issue_user_names_by_name on gantry.issue_user_names (project, name);
