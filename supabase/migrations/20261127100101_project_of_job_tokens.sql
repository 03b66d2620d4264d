-- A job's token is for its own project. Those of before end with the next start, as every job's do.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table gantry.api_tokens add column if not exists project text;
