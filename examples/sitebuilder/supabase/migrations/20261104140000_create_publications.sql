-- What visitors see: a copy of the site at the moment it was published. Versions count from 1 for each site.
create table publications (
  site_id bigint not null references sites (id) on delete cascade,
  version integer not null check (version > 0),
  title text not null,
  body text not null,
  published_at timestamptz not null default now(),
  primary key (site_id, version)
);
