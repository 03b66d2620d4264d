set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What a build uploaded to read stacks by: packed files, kept where artifacts are, as long as their release is or somebody reads them.
create table gantry.source_bundles (
  id text collate "C" primary key,
  project text not null,
  checksum text collate "C" not null,
  release text,
  dist text,
  bytes bigint not null,
  by text not null,
  uploaded_at timestamptz not null,
  used_at timestamptz not null
);
-- Uploaded twice at once, it is kept once.
create unique index source_bundles_once on gantry.source_bundles (project, checksum, coalesce(release, ''));
create index source_bundles_of_release on gantry.source_bundles (project, release, uploaded_at);

-- The maps in them, by the built file each is of.
create table gantry.source_maps (
  project text not null,
  bundle_id text collate "C" not null,
  entry text not null,
  url text not null,
  debug_id text collate "C",
  primary key (bundle_id, entry, url)
);
create index source_maps_by_debug_id on gantry.source_maps (project, debug_id) where debug_id is not null;

-- Releases as clients and sentry-cli call them, and what was said of them.
create table gantry.named_releases (
  project text not null,
  version text not null,
  sha text,
  url text,
  commits jsonb not null,
  deploys jsonb not null,
  created_at timestamptz not null,
  released_at timestamptz,
  primary key (project, version)
);
create index named_releases_newest on gantry.named_releases (project, created_at);
