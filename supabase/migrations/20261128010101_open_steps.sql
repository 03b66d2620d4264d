set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A step says what it is in its provider's own word, and when it comes in a word that all providers share.
update gantry.deployments
set body = jsonb_set(body, '{steps}', (
  select coalesce(jsonb_agg(
    (step - 'action') || jsonb_build_object(
      'kind', step -> 'action',
      'phase', case step ->> 'action' when 'health' then 'verify' else step ->> 'action' end,
      'undoable', step ->> 'action' in ('start', 'switch')
    ) order by place
  ), '[]')
  from jsonb_array_elements(body -> 'steps') with ordinality as of_row (step, place)
))
where body @? '$.steps[*].action';
