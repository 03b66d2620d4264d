import { GantryError, shortSha } from '@gantry/core'
import { RunState, RunSummary } from '@gantry/core/api'
import { failureLine } from '@gantry/core/words'
import type { Api } from '../api/api.ts'
import { connect } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderRun } from '../local-run/render-run.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions: Record<string, (api: Api, call: Call, host: Host) => Promise<ExitCode>> = { list, show, log }
const listedAtMost = 200

export const command = defineCommand({
  arguments: [
    { name: '[action]', text: 'what to do', choices: Object.keys(actions), default: 'list' },
    { name: '[run]', text: 'id of a run, or `ci.yml#12`' },
  ],
  options: [
    { flags: '--workflow <file>', text: 'list: only runs of this file' },
    { flags: '--sha <commit>', text: 'list: only runs of this commit' },
    { flags: '-n, --limit <count>', text: 'list: how many, newest first', default: '20' },
    { flags: '--job <id>', text: 'log: which job; needed when the run has several' },
  ],
  details: '`show` and `log` exit 1 when what they show has failed.',
  examples: ['runs --workflow ci.yml', 'runs show ci.yml#12', 'runs log ci.yml#12 --job "check (front-end)"'],
  run: async (call, host) => (await actions[call.required('action')]?.(connect(host), call, host)) ?? 0,
})

async function list(api: Api, call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const asked = query({
    workflow: call.text('workflow'),
    sha: call.text('sha'),
    limit: call.int('limit', { min: 1, max: listedAtMost }),
  })
  const runs = await api.get(`/api/v1/runs${asked}`, listIn('runs', RunSummary))
  output.json({ runs })
  const rows = runs.map(run => [
    nameOf(run),
    shortSha(run.sha),
    run.conclusion ?? run.status,
    ago(run.createdAt, host.now()),
    run.actor,
    cut(failureLine(run) ?? run.title, 60),
  ])
  output.print(table(['run', 'commit', 'state', 'started', 'by', ''], rows).trimEnd() || 'no run')
  return 0
}

async function show(api: Api, call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const run = await wholeRun(api, call)
  output.json(run)
  output.print(renderRun(run, output.paint, host.now()))
  return run.conclusion === 'failure' ? 1 : 0
}

async function log(api: Api, call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const run = await wholeRun(api, call)
  const job = jobOf(run, call.text('job'))
  const text = await api.text(`/api/v1/runs/${run.id}/jobs/${encodeURIComponent(job.id)}/log?format=text`)
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
  throw new CalledWrongly(`expected --job to be one of ${known}${asked === undefined ? '' : `, got "${asked}"`}`)
}

async function wholeRun(api: Api, call: Call): Promise<RunState> {
  const name = call.text('run')
  if (!name) throw new CalledWrongly('expected the id of a run', 'See `gantry runs` for the ids.')
  const said = /^(?:(.*?) ?#)?(\d+)$/.exec(name)
  const id = said ? await idOf(api, name, said[1] ?? '', Number(said[2])) : name
  return api.get(`/api/v1/runs/${encodeURIComponent(id)}`, one(RunState))
}

/** `ci.yml#12` as lists show it, or `ci #12`, `12` as people read and say it. */
async function idOf(api: Api, name: string, workflow: string, number: number): Promise<string> {
  const file = { workflow: /\.ya?ml$/.test(workflow) ? workflow : undefined }
  const runs = await api.get(`/api/v1/runs${query({ ...file, limit: listedAtMost })}`, listIn('runs', RunSummary))
  const isMeant = (run: RunSummary): boolean =>
    [fileOf(run), fileOf(run).replace(/\.ya?ml$/, ''), run.workflowName, run.workflowPath].includes(workflow)
  const found = runs.filter(run => run.number === number && (workflow === '' || isMeant(run)))
  const [run, another] = found
  if (another) throw new CalledWrongly(`${name} may be ${found.map(nameOf).join(' or ')}`, 'See `gantry runs`.')
  if (run) return run.id
  const where = file.workflow === undefined ? '' : ` of ${workflow}`
  throw new GantryError('NOT_FOUND', `no run ${name} among the newest ${listedAtMost}${where}`)
}

const fileOf = ({ workflowPath }: RunSummary): string => workflowPath.split('/').at(-1) ?? ''
const nameOf = (run: RunSummary): string => `${fileOf(run)}#${run.number}`
