set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Whoever wrote a commit may not approve it, and may change their own e-mail: the former ones are kept, however it was changed.
alter table gantry.people add column former_emails text[] not null default '{}';

create function gantry.keep_former_email() returns trigger language plpgsql as $$
begin
  new.former_emails := array_append(array_remove(old.former_emails, old.email), old.email);
  return new;
end
$$;

create trigger keep_former_email before update of email on gantry.people
  for each row when (old.email is not null and old.email is distinct from new.email)
  execute function gantry.keep_former_email();
