set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A link that was used says so, and for a day after.
alter table gantry.sign_in_links add column used_at timestamptz;

-- To list sessions and end one of them; those of before get an id as well.
alter table gantry.sessions add column id text, add column created_at timestamptz, add column agent text;
update gantry.sessions set id = gen_random_uuid()::text;

-- What the token of a job is for. `scopes` are words with a space between, as in OAuth.
alter table gantry.api_tokens add column environment text, add column scopes text, add column created_at timestamptz;

-- Tokens that never expire were made at every start. Whoever uses one has a month to make another.
update gantry.api_tokens set expires_at = now() + interval '30 days' where expires_at is null;
