set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Which account of Slack is whose. One that pressed a button without being anybody's is offered: whoever has the secret, is signed in
-- and says so takes it. Of the secret only a hash is kept.
create table gantry.slack_accounts (
  team text not null,
  slack_user text not null,
  -- As Slack calls it, for people to recognize.
  label text not null,
  person_id text,
  offer_hash text,
  offered_until timestamptz,
  primary key (team, slack_user)
);
