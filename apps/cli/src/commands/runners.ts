import { RunnerList, type RunnerView } from '@gantry/core/api'
import { whyWaits } from '@gantry/core/words'
import * as z from 'zod'
import { connect } from '../api/connect.ts'
import { nothing } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({ list, add, label, remove })

export const command = defineCommand({
  arguments: [actions.argument, { name: '[name]', text: 'add, label, remove: of the runner' }],
  options: [
    {
      flags: '--labels <labels>',
      text: 'add, label: what `runs-on` may ask of it, separated by commas; self-hosted when left out of add',
    },
    { flags: '--yes', text: 'remove: do not ask' },
  ],
  details: `A runner executes jobs, in a process apart from the server: see \`gantry runner\`. The server starts one by itself.
The list says which jobs wait, and which of them ask for labels that no runner has.
One that is removed ends at once, and its jobs go to another.`,
  examples: [
    'runners',
    'runners add builder-1 --labels self-hosted,gpu',
    'runners label builder-1 --labels self-hosted,gpu,big',
    'runners remove builder-1 --yes',
  ],
  run: actions.run,
})

const lists = (body: unknown): RunnerList => RunnerList.parse(body)

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const { runners, waiting } = await connect(host).get('/api/v1/runners', lists)
  output.json({ runners, waiting })
  const rows = runners.map(each => [
    each.name,
    each.isAlive ? (each.busyWith.length === 0 ? 'idle' : `${each.busyWith.length} jobs`) : 'away',
    cut(each.labels.join(', '), 40),
    each.lastSeenAt === null ? 'never' : ago(each.lastSeenAt, host.now()),
    cut(each.about ?? '–', 90),
  ])
  output.print(table(['runner', 'does', 'labels', 'seen', 'on'], rows).trimEnd() || 'no runner')
  if (waiting.length === 0) return
  const waits = waiting.map(job => [`${job.project} › ${job.jobId}`, ago(job.since, host.now()), whyWaits(job)])
  output.print(`\n${table(['waits', 'since', 'why'], waits).trimEnd()}`)
}

async function add(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const labels = labelsOf(call) ?? ['self-hosted']
  const made = await connect(host).post('/api/v1/runners', { name: named(call), labels }, body => Made.parse(body))
  output.json(made)
  output.print(made.token)
  output.note('it is not shown again; on the other machine: GANTRY_RUNNER_TOKEN=… gantry runner --server <this server>')
}

const Made = z.object({ id: z.string(), token: z.string() })

async function label(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const labels = labelsOf(call)
  if (labels === undefined) throw new CalledWrongly('expected --labels, got none', 'See `gantry runners --help`.')
  const found = await runnerNamed(call, host)
  await connect(host).post(`/api/v1/runners/${encodeURIComponent(found.id)}/labels`, { labels }, nothing)
  output.json({ id: found.id, labels })
  output.print(`${found.name} takes jobs for ${labels.join(', ') || 'no label'}`)
}

async function remove(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connect(host)
  const found = await runnerNamed(call, host)
  const { name, busyWith } = found
  const busy = busyWith.length === 0 ? '' : ` Another executes its ${busyWith.length} jobs from their beginning.`
  const question = `Remove runner ${name}?${busy}`
  if (host.isInteractive && !call.flag('yes') && !(await confirm(host, question))) return 1
  await api.post(`/api/v1/runners/${encodeURIComponent(found.id)}/remove`, {}, nothing)
  output.json({ removed: found.id })
  output.print(`removed ${name}`)
  return 0
}

async function runnerNamed(call: Call, host: Host): Promise<RunnerView> {
  const name = named(call)
  const { runners } = await connect(host).get('/api/v1/runners', lists)
  const found = runners.find(each => each.name === name)
  if (found) return found
  const known = runners.map(each => each.name).join(', ') || 'there is none'
  throw new CalledWrongly(`expected a runner (${known}), got ${name}`, 'See `gantry runners`.')
}

const labelsOf = (call: Call): string[] | undefined =>
  call
    .text('labels')
    ?.split(/[\s,]+/)
    .filter(one => one !== '')

function named(call: Call): string {
  const name = call.text('name')
  if (name) return name
  throw new CalledWrongly('expected the name of a runner, got none', 'See `gantry runners --help`.')
}
