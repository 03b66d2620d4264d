-- What a release's migrations do is kept statement by statement. Of releases that are there already the words are kept that
-- the former reader found; their statements are judged anew with the next release, which brings every migration again.
-- gantry:safe the release before does not read the field that is added
update gantry.releases
set body = jsonb_set(body, '{migrations}', (
  select coalesce(jsonb_agg(migration || jsonb_build_object('verdicts', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'class', 'contract', 'isSafe', false, 'line', 1, 'statement', '', 'why', taken, 'instead', null, 'accepted', null
    )), '[]'::jsonb)
    from jsonb_array_elements_text(coalesce(migration -> 'takesAway', '[]'::jsonb)) as taken
  )) order by place), '[]'::jsonb)
  from jsonb_array_elements(body -> 'migrations') with ordinality as each (migration, place)
))
where jsonb_array_length(body -> 'migrations') > 0;
