import { RunnerList, type RunnerView } from '@gantry/core/api'
import * as z from 'zod'
import { connect } from '../api/connect.ts'
import { nothing } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = { list, add, remove } as const

export const command = defineCommand({
  arguments: [
    { name: '[action]', text: 'what to do', choices: Object.keys(actions), default: 'list' },
    { name: '[name]', text: 'add, remove: of the runner' },
  ],
  options: [{ flags: '--labels <labels>', text: 'add: what `runs-on` may ask of it', default: 'self-hosted' }],
  details: `A runner executes jobs, in a process apart from the server: see \`gantry runner\`. The server starts one by itself.
The list says which jobs wait, and which of them ask for labels that no runner has.`,
  examples: ['runners', 'runners add builder-1 --labels self-hosted,gpu', 'runners remove builder-1'],
  async run(call, host) {
    const action = call.required('action')
    if (action === 'add' || action === 'remove') await actions[action](call, host)
    else await list(call, host)
    return 0
  },
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
  const waits = waiting.map(({ project, jobId, labels, since, isUnfit }) => [
    `${project} › ${jobId}`,
    ago(since, host.now()),
    `${labels.join(', ')}${isUnfit ? ': no runner that lives has all of these' : ''}`,
  ])
  output.print(`\n${table(['waits', 'since', 'for'], waits).trimEnd()}`)
}

async function add(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const labels = call
    .required('labels')
    .split(/[\s,]+/)
    .filter(label => label !== '')
  const made = await connect(host).post('/api/v1/runners', { name: named(call), labels }, body => Made.parse(body))
  output.json(made)
  output.print(made.token)
  output.note('it is not shown again; on the other machine: GANTRY_RUNNER_TOKEN=… gantry runner --server <this server>')
}

const Made = z.object({ id: z.string(), token: z.string() })

async function remove(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connect(host)
  const name = named(call)
  const { runners } = await api.get('/api/v1/runners', lists)
  const found = runners.find((each: RunnerView) => each.name === name)
  if (!found)
    throw new CalledWrongly(
      `expected a runner (${runners.map(each => each.name).join(', ') || 'there is none'}), got ${name}`,
    )
  await api.post(`/api/v1/runners/${encodeURIComponent(found.id)}/remove`, {}, nothing)
  output.json({ removed: found.id })
  output.print(`removed ${name}`)
}

function named(call: Call): string {
  const name = call.text('name')
  if (name) return name
  throw new CalledWrongly('expected the name of a runner, got none', 'See `gantry runners --help`.')
}
