set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What is done about a verdict of worse is written down from now on. What is live with one was seen to by the server that
-- gave it: it must not be rolled back a second time, maybe days later.
update gantry.deployments
set
  version = version + 1,
  body = body || jsonb_build_object('version', version + 1, 'answered', jsonb_build_object(
    'at', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'how', 'answered before it was written down'
  ))
where state = 'live' and body -> 'verdict' ->> 'state' = 'worse';

-- A fault is looked for among the incidents of its environment, by what showed.
-- squawk-ignore require-concurrent-index-deletion
drop index gantry.incidents_by_key;
