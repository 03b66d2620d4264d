set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Wrong sign-ins of an address, of an e-mail, or from a browser, whichever server they came to. The key is a hash of whose they are.
create table gantry.sign_in_tries (
  key text primary key,
  tries bigint not null,
  until timestamptz not null
);
