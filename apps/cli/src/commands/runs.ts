import { RunState } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderRun } from '../local-run/render-run.ts'
import { idOfRun } from '../run/find-run.ts'
import { listOptions, listRuns } from '../run/list-runs.ts'
import { outputOf } from '../terminal/output.ts'

const actions = actionsOf({
  list: (call, host) => listRuns(connectProject(call, host), call, host),
  show,
  log,
})

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[run]', text: 'id of a run, or `ci.yml#12`' },
    { name: '[job]', text: 'log: which job; needed when the run has several' },
  ],
  options: [...listOptions, { flags: '--job <id>', text: 'log: the same as [job]' }],
  details: '`show` and `log` exit 1 when what they show has failed.',
  examples: [
    'runs --workflow ci.yml',
    'runs --branch main --status failure',
    'runs show ci.yml#12',
    'runs log ci.yml#12 "check (front-end)"',
  ],
  run: actions.run,
})

async function show(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const run = await wholeRun(api, call)
  output.json(run)
  output.print(renderRun(run, output.paint, host.now()))
  return run.conclusion === 'failure' ? 1 : 0
}

async function log(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const run = await wholeRun(api, call)
  const job = jobOf(run, call.text('job'))
  const text = await api.text(`/runs/${run.id}/jobs/${encodeURIComponent(job.id)}/log?format=text`)
  output.json({ run: run.id, job: job.id, lines: text.trimEnd().split('\n') })
  output.print(text.trimEnd())
  return job.conclusion === 'failure' ? 1 : 0
}

function jobOf(run: RunState, asked: string | undefined): RunState['jobs'][number] {
  const [only] = run.jobs
  if (asked === undefined && only && run.jobs.length === 1) return only
  const job = run.jobs.find(({ id, name }) => id === asked || name === asked)
  if (job) return job
  const known = run.jobs.map(({ id }) => `"${id}"`).join(', ')
  throw new CalledWrongly(`expected a job of the run, one of ${known}${asked === undefined ? '' : `, got "${asked}"`}`)
}

async function wholeRun(api: Api, call: Call): Promise<RunState> {
  const name = call.text('run')
  if (!name) throw new CalledWrongly('expected the id of a run', 'See `gantry runs` for the ids.')
  return api.get(`/runs/${encodeURIComponent(await idOfRun(api, name))}`, one(RunState))
}
