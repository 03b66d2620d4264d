set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Where git knows a name alone, the name says who wrote or pushed a commit: the former ones are kept as e-mails are.
alter table gantry.people add column former_names text[] not null default '{}';

create function gantry.keep_former_name() returns trigger language plpgsql as $$
begin
  new.former_names := array_append(array_remove(old.former_names, old.name), old.name);
  return new;
end
$$;

create trigger keep_former_name before update of name on gantry.people
  for each row when (old.name is distinct from new.name)
  execute function gantry.keep_former_name();

-- An e-mail stays with whoever had it first: under another name it would make somebody else of them, in git and in invitations.
-- One who claims it waits for the other. Nobody has proven an e-mail that was only written down.
create function gantry.refuse_claimed_email() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.email is not distinct from new.email then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtext('gantry.people.email'));
  if exists (select from gantry.people where id <> new.id and (email = new.email or new.email = any (former_emails))) then
    raise unique_violation using message = 'somebody else has or had this e-mail', constraint = 'people_email_claimed';
  end if;
  if tg_op = 'UPDATE' then
    new.email_verified := false;
  end if;
  return new;
end
$$;

create trigger refuse_claimed_email before insert or update of email on gantry.people
  for each row when (new.email is not null)
  execute function gantry.refuse_claimed_email();

-- With one invitation one account is made: the e-mail of the first who began.
alter table gantry.invitations add column account_email text;

-- A link that somebody made for themselves works as long as the session that made it. One for who lost their password takes
-- the password away that nobody knows.
alter table gantry.sign_in_links
  add column made_by_session text,
  add column is_for_lost_password boolean not null default false;
