-- The output of jobs, checks and the people of issues were found by ids alone. The columns stay nullable while a server of
-- before may be put back, which writes none; what it wrote then is nobody's.
set local lock_timeout = '5s';
-- Once, over all output that is kept.
set local statement_timeout = '30min';

alter table gantry.projects add column title text, add column archived_at timestamptz;

alter table gantry.run_lines add column project text;
update gantry.run_lines set project = runs.project from gantry.runs where runs.id = run_lines.run_id;

alter table gantry.checks add column project text;
update gantry.checks set project = monitors.project from gantry.monitors where monitors.id = checks.monitor_id;

alter table gantry.issue_people add column project text;
update gantry.issue_people set project = issues.project from gantry.issues where issues.id = issue_people.issue_id;
