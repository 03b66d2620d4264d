set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Two changes at once could leave two rows live in one environment. The one that went live last is what runs.
update gantry.deployments as older
set
  state = 'superseded',
  version = older.version + 1,
  body = older.body || jsonb_build_object('state', 'superseded', 'version', older.version + 1)
where older.state = 'live' and exists (
  select from gantry.deployments as newer
  where newer.project = older.project and newer.environment = older.environment and newer.state = 'live'
    and (coalesce(newer.live_at, newer.created_at), newer.id) > (coalesce(older.live_at, older.created_at), older.id)
);

-- squawk-ignore require-concurrent-index-creation
create unique index deployments_one_live on gantry.deployments (project, environment) where state = 'live';
-- squawk-ignore require-concurrent-index-deletion
drop index gantry.deployments_live;
