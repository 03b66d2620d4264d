import { counted, withShortShas } from '@gantry/core'
import { Issue, IssueEvents, IssueView, Line } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderEvent } from '../issue/render-event.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({ list, show, resolve })

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[number]', text: 'number of an issue' }],
  options: [
    { flags: '--environment <name>', text: 'list: seen in this environment' },
    { flags: '--new', text: 'list: first seen with the release that is live there (or anywhere)' },
    { flags: '--state <state>', text: 'list: in this state', choices: ['open', 'resolved', 'muted'], default: 'open' },
    { flags: '-n, --limit <count>', text: 'list: how many, last seen first', default: '25' },
    { flags: '--reason <text>', text: 'resolve: why; it is written into the ledger' },
  ],
  examples: [
    'issues --environment production --new',
    'issues show 12',
    'issues resolve 12 --reason "mended in 4b1d0e7"',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const environment = call.text('environment')
  const limit = call.int('limit', { min: 1, max: 500 })
  const asked = query({ environment, limit, state: call.text('state') })
  const all = await api.get(`/issues${asked}`, listIn('issues', Issue))
  const fresh = call.flag('new') ? await liveReleases(api, environment) : null
  const issues = all.filter(({ firstRelease }) => fresh === null || (firstRelease !== null && fresh.has(firstRelease)))
  output.json({ issues })
  const rows = issues.map(issue => [
    `#${issue.number}`,
    issue.level,
    String(issue.events),
    String(issue.people),
    ago(issue.lastSeen, host.now()),
    issue.service ?? '–',
    cut(issue.title, 80),
  ])
  const head = ['issue', 'level', 'events', 'people', 'last seen', 'service', 'title']
  output.print(table(head, rows).trimEnd() || `no issue${await unknownEnvironment(api, environment)}`)
}

async function show(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const path = `/issues/${numberOf(call)}`
  const [issue, { events }] = await Promise.all([
    api.get(path, one(IssueView)),
    api.get(`${path}/events?limit=1`, one(IssueEvents)),
  ])
  output.json({ ...issue, newest: events[0] ?? null })
  output.print(output.paint.bold(`#${issue.number} ${issue.title}`))
  output.print(
    `${issue.state}, ${issue.level}, ${counted(issue.events, 'event')} of ${counted(issue.people, 'person', 'people')}, last ${ago(issue.lastSeen, host.now())}`,
  )
  output.print(
    `in ${issue.environments.join(', ')}; first seen with ${withShortShas(issue.firstRelease ?? 'an unknown release')}`,
  )
  for (const { name, values } of issue.tags) {
    output.print(
      `  ${name}: ${values
        .slice(0, 3)
        .map(({ value, count }) => `${withShortShas(value)} (${count})`)
        .join(', ')}`,
    )
  }
  const [newest] = events
  if (newest) output.print(`\n${renderEvent(newest)}`)
}

async function resolve(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const reason = call.text('reason')
  const issue = await api.post(`/issues/${numberOf(call)}/resolve`, reason ? { reason } : {}, one(Issue))
  output.json(issue)
  output.print(`#${issue.number} is ${issue.state}`)
}

async function liveReleases(api: Api, environment: string | undefined): Promise<Set<string>> {
  const { cells } = await api.get('/line', one(Line))
  return new Set(
    cells
      .filter(cell => environment === undefined || cell.environment === environment)
      .flatMap(({ release }) => release ?? []),
  )
}

function numberOf(call: Call): number {
  const number = call.int('number', { min: 1, max: Number.MAX_SAFE_INTEGER })
  if (number !== undefined) return number
  throw new CalledWrongly('expected the number of an issue', 'See `gantry issues` for the numbers.')
}
