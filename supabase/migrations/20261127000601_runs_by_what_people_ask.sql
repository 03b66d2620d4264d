set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What people narrow a list of runs by, beside the body of each run: a body with its jobs and steps is kept out of line,
-- and reading it for each row of a list is slow. Written with every save.
alter table gantry.runs
  add column workflow_name text,
  add column event text,
  add column conclusion text,
  add column actor text,
  add column author text,
  add column branch text;

-- A pull request's runs have a ref of their own; people know them by the branch that was pushed.
update gantry.runs set
  workflow_name = body ->> 'workflowName',
  event = body ->> 'event',
  conclusion = body ->> 'conclusion',
  actor = body ->> 'actor',
  author = body ->> 'author',
  branch = coalesce(
    body #>> '{eventPayload,pull_request,head,ref}',
    regexp_replace(body ->> 'ref', '^refs/(heads|tags)/', '')
  );
